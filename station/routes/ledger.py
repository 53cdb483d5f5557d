"""The equation on a screen: where every paper is, per type, for the unit or one station; and what does not close."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from shared import events as ev
from shared.election import Setup
from shared.errors import Refusal
from shared.figures import number
from shared.ledger import Ledger, box_count, boxes_in_use, lead_page, ledger, papers_of
from shared.state import State
from shared.web import needs
from station import access
from station.access import LOOK
from station.commands import ballots
from station.routes import forms, words
from station.routes.forms import Note, TwoForm, carry_out, count_field, done

pages = Blueprint("ledger", __name__, url_prefix="/ledger")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One paper type's equation. ``open``: (where, place in words, difference) still without a signed reason."""

    paper: str
    name: str
    colour: str
    rows: list[Row]
    open: list[tuple[str, str, int]]
    explained: list[tuple[str, int]]
    uncounted: list[str]
    closed: bool


class ExplainForm(TwoForm):
    reason = forms.reason_field(lazy_gettext("原因"))


class RecountForm(TwoForm):
    """``papers-<type>``: unused papers that lie on the desk now."""

    reason = forms.reason_field(lazy_gettext("原因"))


class MissingForm(TwoForm):
    count = count_field(lazy_gettext("几张没有交回"))
    reason = forms.reason_field(lazy_gettext("原因"))


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        stations = [one.id for one in setup.stations]
        station = request.args.get("station", keeper.station.id)
        station = station if station in stations else ""
        now = _asked_round(state, setup)
        shown = [_page(state, setup, now.number, (paper, station)) for paper in papers_of(state, setup, now.number)]
        places = [(one, words.station_name(setup, one)) for one in stations]
    return render_template(
        "station/ledger.html",
        round=now,
        shown=shown,
        station=station,
        places=places if len(places) > 1 else [],
        void=_void(state, setup, now.number),
        boxes=_countable(state, setup, now.number),
        mine=f"desk:{keeper.station.id}",
        current=now.number == forms.current_round(),
    )


@pages.route("/<paper>/explain/<where>", methods=["GET", "POST"])
@needs(ev.DifferenceExplained.ROLES)
@forms.comes_back
def explain(paper: str, where: str) -> ResponseReturnValue:
    keeper = access.keeper()
    form = ExplainForm()
    if form.validate_on_submit():
        carry_out(
            ballots.explain,
            form.who,
            paper,
            where=where,
            reason=form.said("reason"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("说明已由两人签认。"), "ledger.overview", station="")
    with keeper.lock:
        setup = keeper.setup
        found = _line(keeper.state, setup, paper).open_differences().get(where, 0)
        place = words.where_name(setup, where)
    said = _("%(place)s相差 %(n)s 张 %(paper)s。", place=place, n=number(found), paper=words.paper_name(setup, paper))
    note = Note("warn", said, _("先重新清点；仍不相符，如实写明原因。"))
    return forms.ask(
        form, _("说明相差"), _("两人签认"), back=url_for("ledger.overview"), notes=[note], fields=("reason",)
    )


@pages.route("/recount", methods=["GET", "POST"])
@needs(ev.DeskRecounted.ROLES)
def recount() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        kinds = papers_of(keeper.state, keeper.setup, forms.current_round())
    form = forms.with_papers(RecountForm, kinds)()
    if form.validate_on_submit():
        carry_out(
            ballots.recount,
            form.who,
            unused=forms.counted(form, kinds),
            reason=form.said("reason"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("桌上的选票已重新清点；第一次的数保留在记录里。"), "ledger.overview")
    note = Note("warn", _("两人重新清点桌上没有用过的选票。"), _("流动组已经带回的一起点；作废的不算。"))
    back = url_for("ledger.overview")
    return forms.ask(form, _("重新清点桌上的选票"), _("两人登记"), back=back, notes=[note], fields=("reason",))


@pages.route("/<paper>/not-returned", methods=["GET", "POST"])
@needs(ev.PapersNotReturned.ROLES)
@forms.comes_back
def not_returned(paper: str) -> ResponseReturnValue:
    form = MissingForm()
    if form.validate_on_submit():
        carry_out(
            ballots.not_returned,
            form.who,
            paper,
            count=int(form.said("count")),
            reason=form.said("reason"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("已登记没有交回的选票。"), "ledger.overview")
    name = words.paper_name(access.keeper().setup, paper)
    note = Note(
        "warn", _("只登记亲眼看到没有投入票箱的。"), _("例如选民把选票带走。原因不明的，不在这里登记，留作相差说明。")
    )
    return forms.ask(
        form,
        _("没有交回的%(paper)s", paper=name),
        _("两人登记"),
        back=url_for("ledger.overview"),
        notes=[note],
        fields=("count", "reason"),
    )


def _countable(state: State, setup: Setup, round_: int) -> list[tuple[str, str]]:
    """(box, name) of what this station counted and may count again."""
    page = state.mine.rounds.get(round_)
    orders = lead_page(state, setup, round_)
    if page is None or (orders and orders.declared):
        return []
    free = [id_ for id_, one in page.box.items() if one.counts and not one.handed_over and not one.written_off]
    return [(id_, words.box_name(setup, id_)) for id_ in free]


def _asked_round(state: State, setup: Setup) -> words.Round:
    asked = request.args.get("round", 0, type=int)
    now = words.round_now(state, setup)
    return words.round_of(state, setup, asked) if 0 < asked < now.number else now


def _line(state: State, setup: Setup, paper: str) -> Ledger:
    if paper not in setup.paper:
        raise Refusal("page_not_found")
    return ledger(state, setup, words.round_now(state, setup).number, paper)


def _void(state: State, setup: Setup, round_: int) -> bool:
    """More papers came out of the boxes than went out (BV1): no signature lifts that."""
    lines = [ledger(state, setup, round_, paper) for paper in papers_of(state, setup, round_)]
    return any(line.in_boxes > line.issued for line in lines)


def _page(state: State, setup: Setup, round_: int, of: tuple[str, str]) -> Page:
    paper, station = of
    line = ledger(state, setup, round_, paper, station=station)
    found = line.open_differences()
    if line.uncounted or not any(desk.closed for desk in line.desks):
        found.pop("boxes", None)
    boxes = [
        (words.box_name(setup, box), papers[paper])
        for box in boxes_in_use(state, setup, round_, station)
        if (papers := box_count(state, setup, round_, box)) and paper in papers
    ]
    return Page(
        paper=paper,
        name=words.paper_name(setup, paper),
        colour=setup.paper[paper].colour,
        rows=[*_desk_rows(line), *_voter_rows(line), *_box_rows(line, boxes)],
        open=[(where, words.where_name(setup, where), value) for where, value in found.items()],
        explained=_explained(setup, line),
        uncounted=[words.box_name(setup, box) for box in line.uncounted],
        closed=bool(line.desks) and all(desk.closed for desk in line.desks),
    )


def _explained(setup: Setup, line: Ledger) -> list[tuple[str, int]]:
    """(place, difference) of what two people signed and what still differs by just that."""
    found = {"boxes": line.difference}
    found |= {f"desk:{desk.station}": desk.difference for desk in line.desks}
    found |= {f"box:{box.box}": box.difference for box in line.boxes}
    signed = {where: value for where, value in found.items() if value and value in line.explained.get(where, ())}
    return [(words.where_name(setup, where), value) for where, value in signed.items()]


def _row(sign: str, label: str, value: int, *, line: bool = False, tone: str = "") -> Row:
    return {"sign": sign, "label": label, "value": value, "line": line, "tone": tone}


def _desk_rows(line: Ledger) -> list[Row]:
    """Received − issued at the desk − taken out + brought back = left; then what was counted, if it differs."""
    desks = line.desks
    taken, back = sum(one.taken for one in desks), sum(one.brought_back for one in desks)
    rows = [
        _row("", _("领到"), sum(one.received for one in desks)),
        _row("−", _("桌上发出"), sum(one.issued for one in desks)),
    ]
    if taken:
        rows += [_row("−", _("流动组带走"), taken), _row("+", _("流动组带回"), back)]
    rows.append(_row("=", _("桌上剩余"), sum(one.left for one in desks)))
    missing = sum(one.difference for one in desks)
    if missing:
        counted = sum(one.unused for one in desks)
        rows += [_row("−", _("清点剩余"), counted), _row("", _("桌上相差"), missing, tone="no")]
    for one in line.boxes:
        if one.difference:
            rows.append(_row("", _("流动组相差"), one.difference, tone="no"))
    return rows


def _voter_rows(line: Ledger) -> list[Row]:
    rows = [_row("", _("发出（桌上 + 流动）") if line.boxes else _("发出"), line.issued, line=True)]
    if line.spoiled:
        rows.append(_row("−", _("作废换票"), line.spoiled))
    if line.handed_back:
        rows.append(_row("−", _("撤销收回"), line.handed_back))
    parts = [
        (_("本人 %(n)s", n=number(line.own)), line.own),
        (_("委托 %(n)s", n=number(line.proxy)), line.proxy),
        (_("流动 %(n)s", n=number(line.roaming)), line.roaming),
    ]
    used = _("、").join(words_ for words_, count in parts if count)
    rows.append(_row("=", _("用掉的选举权（%(parts)s）", parts=used) if used else _("用掉的选举权"), line.rights))
    return rows


def _box_rows(line: Ledger, boxes: list[tuple[str, int]]) -> list[Row]:
    """Only once something was counted: before, the papers are in the boxes and nothing differs."""
    if not boxes:
        return []
    rows = [_row("−", name, count) for name, count in boxes]
    if line.not_returned:
        rows.append(_row("−", _("登记未交回"), line.not_returned))
    if not line.uncounted:
        tone = "no" if line.difference else "ok"
        rows.append(_row("", _("相差"), line.difference, line=True, tone=tone))
    return rows
