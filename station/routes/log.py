"""The station's log in words, newest first, for whoever watches; and the fingerprint of what it adds up to."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shared import line as lines
from shared.election import Setup
from shared.figures import clock, number
from shared.line import Line
from shared.web import needs
from station import access
from station.access import LOOK
from station.routes import words
from station.routes.names import act_word
from station.store import log
from station.store.opening import reading

pages = Blueprint("log", __name__, url_prefix="/log")
A_PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log, as it is said to people."""

    seq: int
    at: str
    act: str
    what: str
    who: str


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    keeper = access.keeper()
    head = keeper.head
    pages_ = max((head.through + A_PAGE - 1) // A_PAGE, 1)
    page = min(max(request.args.get("page", 1, type=int), 1), pages_)
    last = head.through - (page - 1) * A_PAGE
    with reading(keeper.engine) as connection:
        raw = log.lines_between(connection, head.epoch, max(last - A_PAGE + 1, 1), last) if head.epoch else []
    with keeper.lock:
        entries = [_entry(lines.read(one), keeper.setup) for one, _hash in reversed(raw)]
    return render_template(
        "station/log.html",
        entries=entries,
        page=page,
        pages=pages_,
        count=_("共 %(n)s 条", n=number(head.through)),
        state=keeper.fingerprint(),
    )


def _entry(line: Line, setup: Setup) -> Entry:
    people = [
        _("%(name)s（%(group)s）", name=words.official_name(setup, one.official), group=one.desk) for one in line.by
    ]
    return Entry(line.seq, clock(line.at), act_word(line.type), _subject(line.data, setup), _("、").join(people))


def _subject(data: dict[str, Any], setup: Setup) -> str:
    """Whom or what it was about: a voter, a box, a paper, how many."""
    parts = []
    voter = setup.roll.get(data["voter"]) if isinstance(data.get("voter"), int) else None
    if voter is not None:
        parts.append(_("%(name)s（%(group)s）", name=voter.name, group=voter.group) if voter.group else voter.name)
    if isinstance(data.get("box"), str) and data["box"]:
        parts.append(words.box_name(setup, data["box"]))
    if isinstance(data.get("paper"), str):
        parts.append(words.paper_name(setup, data["paper"]))
    if isinstance(data.get("papers"), dict):
        parts.append(words.hand_out(setup, data["papers"]))
    if isinstance(data.get("outcome"), str):
        parts.append(words.outcome_word(data["outcome"]))
    if data.get("reason"):
        parts.append(str(data["reason"]))
    return " · ".join(part for part in parts if part)
