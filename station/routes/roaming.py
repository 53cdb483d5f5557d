"""The roaming box: its list and team, out and back, the visits typed from the paper form, the rights that come back."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, Field

from shared import events as ev
from shared.book import Lease, RoundBook
from shared.election import Setup
from shared.errors import Refusal
from shared.ledger import papers_of, visits_of
from shared.roll import Voter
from shared.rules.officials import is_concerned
from shared.rules.roaming import replaced_on
from shared.state import State
from shared.web import needs, once
from station import access
from station.access import LOOK
from station.commands import roaming
from station.routes import forms, rights, words
from station.routes.forms import Note, SecondOfficial, TwoForm, carry_out, counted, done, with_papers

pages = Blueprint("roaming", __name__, url_prefix="/roaming")
OUTCOMES: Final = ("voted", "absent", "refused", "moved", "ill")


@dataclass(frozen=True, slots=True)
class Line:
    """One voter of the list: whether the right can go with the box, or how the visit ended."""

    voter: Voter
    details: list[str]
    reason: str
    mark: rights.Mark
    outcome: str
    free: bool
    open: bool


class Trip(NamedTuple):
    """One paper type on its way: its name and how many were taken, handed out, brought back."""

    name: str
    taken: int
    issued: int
    back: int

    @property
    def free(self) -> int:
        """How many more may have been handed out."""
        return self.taken - self.issued - self.back


class SendForm(TwoForm):
    """``voters``: roll numbers whose rights go with the box; ``team``: officials who go with it."""

    voters = forms.some_of(lazy_gettext("名单"), lazy_gettext("请至少勾选一人。"), int)
    team = forms.some_of(lazy_gettext("同行人员"), lazy_gettext("请勾选同行人员。"))


class ReturnForm(TwoForm):
    seal = forms.seal_field()
    intact = BooleanField(lazy_gettext("封条完好，号码与出发时一致"), default=True)


class VisitsForm(TwoForm):
    """``outcome-<no>`` and ``helper-<no>`` for each voter of the list are read from the request. A second official is
    needed only where a right was taken back meanwhile."""

    def validate_second(self, field: Field) -> None:
        if field.data or self.second_pin.data:
            SecondOfficial.validate_second(self, field)

    def validate_second_pin(self, field: Field) -> None:
        if self.second.data or field.data:
            SecondOfficial.validate_second_pin(self, field)


class TakeBackForm(TwoForm):
    voters = forms.some_of(lazy_gettext("名单"), lazy_gettext("请至少勾选一人。"), int)
    reason = forms.reason_field(lazy_gettext("为什么收回"))


@pages.get("/<box>")
@needs(LOOK)
def box(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        lease = _lease(state, setup, now.number, box)
        lines = _lines(state, setup, now.number, (box, lease))
        team = [words.official_name(setup, one) for one in lease.team] if lease else []
        taken = words.hand_out(setup, lease.papers) if lease else ""
        page = state.mine.rounds.get(now.number) or RoundBook()
        sealed = bool(page.box.get(box))
        seal = page.box[box].seal if sealed else ""
    return render_template(
        "station/roaming.html",
        box=setup.box[box],
        round=now,
        lease=lease,
        lines=lines,
        team=team,
        taken=taken,
        sealed=sealed,
        seal=seal,
        voted=sum(1 for one in lines if one.outcome == "voted"),
        visited=sum(1 for one in lines if one.outcome),
    )


@pages.route("/<box>/send", methods=["GET", "POST"])
@needs(ev.BoxSent.ROLES)
@forms.comes_back
def send(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        kinds = papers_of(state, setup, now.number)
        lease = _lease(state, setup, now.number, box)
        lines = _lines(state, setup, now.number, (box, None))
    if lease is not None:
        return redirect(url_for("roaming.box", box=box), 303)
    form = with_papers(SendForm, kinds)()
    if form.validate_on_submit():
        carry_out(
            roaming.send,
            form.who,
            box,
            voters=form.voters.data or (),
            team=form.team.data or (),
            papers=counted(form, kinds),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("流动票箱已出发；名单上的选举权随箱外出。"), "roaming.box", box=box)
    fit = [one for one in access.staff() if not is_concerned(one, setup) and set(one.roles) != {"observer"}]
    return render_template(
        "station/roaming_send.html",
        form=form,
        box=setup.box[box],
        round=now,
        lines=lines,
        chosen=form.voters.data if request.method == "POST" else [one.voter.no for one in lines if one.free],
        team=[(one.id, forms.named_duty(one)) for one in fit],
        papers=kinds,
        needed=setup.procedure.parameters.roaming_witnesses,
        colleagues=forms.colleagues(),
    )


@pages.route("/<box>/return", methods=["GET", "POST"])
@needs(ev.BoxReturned.ROLES)
@forms.comes_back
def return_(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        kinds = papers_of(keeper.state, keeper.setup, forms.current_round())
    form = with_papers(ReturnForm, kinds)()
    if form.validate_on_submit():
        carry_out(
            roaming.return_box,
            form.who,
            box,
            seal=form.said("seal"),
            intact=form.intact.data,
            papers=counted(form, kinds),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("流动票箱已回站；请照纸表录入上门情况。"), "roaming.visits", box=box)
    note = Note("warn", _("核对封条，清点带回的空白选票。"), _("票箱不开，等停止投票后与固定票箱混合计票。"))
    heading = _("流动票箱回站 · %(box)s", box=words.box_name(keeper.setup, box))
    back = url_for("roaming.box", box=box)
    return forms.ask(form, heading, _("登记回站"), back=back, notes=[note], fields=("seal", "intact"))


@pages.route("/<box>/visits", methods=["GET", "POST"])
@needs(ev.VisitRecorded.ROLES)
@forms.comes_back
def visits(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        lease = _lease(state, setup, now.number, box)
        lines = _lines(state, setup, now.number, (box, lease))
        equation = _equation(state, setup, now.number, (lease, lines))
    if lease is None or not lease.sent or lease.complete:
        return redirect(url_for("roaming.box", box=box), 303)
    form = VisitsForm()
    voted = sum(request.form.get(f"outcome-{one.voter.no}") == "voted" for one in lines if not one.outcome)
    over = bool(equation) and voted > min(one.free for one in equation)
    if form.validate_on_submit() and (not over or form.confirmed):
        saved = _save_visits(form, box, [one.voter.no for one in lines if not one.outcome])
        return done(_("已登记 %(n)s 人。", n=saved), "roaming.visits", box=box)
    left = [one for one in lines if not one.outcome]
    return render_template(
        "station/visits.html",
        form=form,
        box=setup.box[box],
        round=now,
        left=left,
        entered=[one for one in lines if one.outcome],
        asked=request.form,
        outcomes=[(one, words.outcome_word(one)) for one in OUTCOMES],
        taken_back=any(not one.open for one in left),
        colleagues=forms.colleagues(),
        returned=lease.returned,
        equation=equation,
        over=over and lease.returned,
        scarce=lease.returned and any(one.free < len(left) for one in equation),
    )


def _equation(state: State, setup: Setup, round_: int, of: tuple[Lease | None, list[Line]]) -> list[Trip]:
    """Taken = handed out + brought back, by paper type, as far as the visits are entered."""
    lease, lines = of
    page = state.mine.rounds.get(round_)
    if lease is None or page is None:
        return []
    voted = sum(one.outcome == "voted" for one in lines)
    return [
        Trip(
            words.paper_name(setup, paper),
            taken,
            voted + replaced_on(page, lease, paper),
            lease.brought_back.get(paper, 0),
        )
        for paper, taken in lease.papers.items()
    ]


def _save_visits(form: TwoForm, box: str, numbers: list[int]) -> int:
    """Each line of the paper form is an act of its own: what was taken before a refusal stays."""
    round_, token, saved = forms.round_of_form(), once(), 0
    for no in numbers:
        outcome = request.form.get(f"outcome-{no}", "")
        if not outcome:
            continue
        if outcome not in OUTCOMES:
            raise Refusal("bad_form")
        helper = outcome == "voted" and f"helper-{no}" in request.form
        arguments: dict[str, Any] = {"voter": no, "outcome": outcome, "helper": helper}
        carry_out(
            roaming.visit, form.who, box, round_=round_, token=f"{token}-{no}.{outcome}-{int(helper)}", **arguments
        )
        saved += 1
    return saved


@pages.route("/<box>/complete", methods=["GET", "POST"])
@needs(ev.VisitsCompleted.ROLES)
@forms.comes_back
def complete(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(roaming.complete, form.who, box, round_=forms.round_of_form(), token=form.token)
        return done(_("上门登记完毕；没有投票的人可以到站投票。"), "roaming.box", box=box)
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        round_ = forms.current_round()
        lines = _lines(state, setup, round_, (box, _lease(state, setup, round_, box)))
    voted = sum(1 for one in lines if one.outcome == "voted")
    open_ = sum(1 for one in lines if not one.outcome)
    notes = [
        Note("ok", _("已投票 %(n)s 人。", n=voted)),
        Note("warn", _("没有登记的 %(n)s 人将恢复在本站投票的权利。", n=open_), _("请先与纸表逐行核对。")),
    ]
    heading = _("上门登记完毕 · %(box)s", box=words.box_name(setup, box))
    return forms.ask(form, heading, _("两人确认完毕"), back=url_for("roaming.box", box=box), notes=notes)


@pages.route("/<box>/take-back", methods=["GET", "POST"])
@needs(ev.LeaseTakenBack.ROLES)
@forms.comes_back
def take_back(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        round_ = forms.current_round()
        lines = _lines(state, setup, round_, (box, _lease(state, setup, round_, box)))
    form = TakeBackForm()
    form.voters.choices = [(one.voter.no, f"{one.voter.name} · {' · '.join(one.details)}") for one in lines if one.open]
    if form.validate_on_submit():
        carry_out(
            roaming.take_back,
            form.who,
            box,
            voters=form.voters.data or (),
            reason=form.said("reason"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("选举权已收回，可以在本站领票。"), "roaming.box", box=box)
    note = Note(
        "no",
        _("票箱还在外面。"),
        _("如果流动组也让这人投了票，就是重复使用，由选举委员会裁定。能联系上流动组时先核实。"),
    )
    heading = _("收回选举权 · %(box)s", box=words.box_name(setup, box))
    back = url_for("roaming.box", box=box)
    return forms.ask(form, heading, _("收回选举权"), back=back, notes=[note], fields=("voters", "reason"))


def _lease(state: State, setup: Setup, round_: int, box: str) -> Lease | None:
    """The box's last lease in the round. Refuses ``box_unknown`` for a box that does not roam from here."""
    known = setup.box.get(box)
    if known is None or known.kind != "roaming" or known.station != setup.station_of_device[state.own].id:
        raise Refusal("box_unknown", box=box)
    page = state.mine.rounds.get(round_)
    return roaming.lease_of_box(page, box) if page else None


def _lines(state: State, setup: Setup, round_: int, of: tuple[str, Lease | None]) -> list[Line]:
    """The list of the lease, or, before the box is sent, of those who applied for it."""
    box, lease = of
    numbers = lease.voters if lease else roaming.applied(setup, box)
    reasons = {one.voter: one.reason for one in setup.applications if one.box == box}
    visits_ = visits_of(state, round_, lease) if lease else {}
    return [
        _line(state, setup, round_, (setup.roll[no], reasons.get(no, ""), lease, visits_.get(no, ""))) for no in numbers
    ]


def _line(state: State, setup: Setup, round_: int, asked: tuple[Voter, str, Lease | None, str]) -> Line:
    voter, reason, lease, outcome = asked
    open_ = voter.no in lease.open if lease else False
    if outcome:
        mark = rights.Mark(words.outcome_word(outcome), "ok" if outcome == "voted" else "warn")
    elif lease is not None:
        mark = rights.Mark(_("待访") if open_ else _("已收回"), "")
    else:
        mark = rights.mark_of(state, setup, round_, voter)
    free = not state.uses(round_, voter.no) and lease is None
    return Line(voter, words.details(voter), reason, mark, outcome, free, open_)
