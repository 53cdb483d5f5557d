"""The wall: every station in one cell, what needs a person first beside it; and the page of one station."""

from typing import Any, Final

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from central import access
from central.routes import words
from central.routes.units import view_of
from central.watch import TONES, cell
from shared.errors import Refusal
from shared.ledger import ledger, papers_of
from shared.web import RefusalPage, needs, on_refusal

pages = Blueprint("wall", __name__)
FIRSTS: Final = 8  # cases shown beside the wall


@pages.get("/")
@needs(access.ANYONE)
def home() -> ResponseReturnValue:
    program = access.program()
    units = program.watch.units()
    cells = [cell(unit, station, program.now()) for unit, summary in units.items() for station in summary["stations"]]
    first, waiting = program.cases.listed(open_=True, kind="", page=1, size=FIRSTS)
    return render_template(
        "central/wall.html",
        units=units,
        cells=cells,
        counts={tone: sum(1 for one in cells if one.tone == tone) for tone in TONES},
        firsts=[(one, words.case_line(_setup(one.unit), one)) for one in first],
        open_cases=waiting,
        eligible=sum(one["eligible"] for one in units.values()),
        participants=sum(one["participants"] for one in units.values()),
        later=_later(units),
        words=words,
        quiet=[one for one in cells if one.tone == "silent"],
    )


def _later(units: dict[str, dict[str, Any]]) -> list[tuple[str, int, int]]:
    """(name, people who took part, people who may) of every further round, over the units that hold it."""
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for unit in units.values():
        for one in unit["later"]:
            used, whole = found.get((one["round"], one["kind"]), (0, 0))
            found[one["round"], one["kind"]] = (used + one["used"], whole + unit["eligible"])
    return [(words.round_word(kind, number), *total) for (number, kind), total in sorted(found.items())]


def _setup(unit: str) -> Any:
    view = access.program().views.get(unit)
    return view.setup if view else None


@pages.get("/station/<election>/<unit>/<station>")
@needs(access.ANYONE)
def station(election: str, unit: str, station: str) -> ResponseReturnValue:
    """Its log, epochs, batches and receipts, its own equation, what the rules found."""
    on_refusal(RefusalPage(title=_("没有这一页"), back=url_for("wall.home"), back_label=_("回到各站")))
    program, view = access.program(), view_of(election, unit)
    found = next((one for one in view.setup.stations if one.id == station), None)
    if found is None:
        raise Refusal("page_of_no_station", station=station[:64])
    number = view.rounds[-1] if view.rounds else 0
    summary = program.watch.units()[view.unit]
    data = next(one for one in summary["stations"] if one["id"] == station)
    book = view.state.books.get(found.device)
    papers = papers_of(view.state, view.setup, number)
    devices = [found.device, *(sorted(book.enrolled) if book else [])]
    return render_template(
        "central/station.html",
        view=view,
        station=found,
        cell=cell(view.unit, data, program.now()),
        number=number,
        lines=[ledger(view.state, view.setup, number, one, station=station) for one in papers],
        logs=[(log, program.cases.batches(view.unit, log.device)) for log in view.logs if log.device in devices],
        cases=[one for one in program.settling.cases(view) if one.facts.get("device") in devices],
        words=words,
    )
