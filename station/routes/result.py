"""The outcome of a round as the books give it: every figure with its base, what is missing, what follows."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from shared import events as ev
from shared.book import RoundBook
from shared.election import Setup
from shared.errors import Refusal
from shared.figures import clock, number, percent
from shared.ledger import lead_page, ledger, papers_of
from shared.procedure import RoundRule, Threshold
from shared.rules.outcome import Check, ContestOutcome, Outcome, outcome, paper_of
from shared.rules.rounds import due, unfinished
from shared.state import State
from shared.web import article, current_language, needs, text
from station import access
from station.access import LOOK
from station.commands import rounds
from station.routes import forms, words
from station.routes.forms import Note, TwoForm, carry_out, done
from station.routes.names import for_people

pages = Blueprint("result", __name__, url_prefix="/result")
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One contest: who is elected, the thresholds looked at, everybody else, and what is left open."""

    title: str
    seats: int
    elected: list[tuple[str, int]]
    tied: list[str]
    tied_seats: int
    open_seats: int
    checks: list[Item]
    others: list[tuple[str, int]]
    valid: int
    void: int
    blank: int


@dataclass(frozen=True, slots=True)
class Double:
    """A right that was used twice: who, and each use in words."""

    name: str
    uses: list[str]


class WriteOffForm(TwoForm):
    reason = forms.reason_field(lazy_gettext("原因"))


@pages.get("/<int:round_>")
@needs(LOOK)
def contests(round_: int) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        found = outcome(state, setup, round_)
        if found is None:
            raise Refusal("page_not_found")
        page = lead_page(state, setup, round_) or RoundBook()
        counting = not page.declared and any(unfinished(state, setup, round_))
        missing = [] if page.declared else _missing(state, setup, found)
        shown = [_shown(state, setup, found, one) for one in found.contests]
        doubles = _doubles(state, setup, round_)
        following = due(state, setup)
        title = words.round_title(state, setup, round_)
        absent = [one.id for one in setup.stations if _is_absent(state, setup, round_, one.id)]
    return render_template(
        "station/result.html",
        round=round_,
        title=title,
        outcome=found,
        status=words.status_word(found.status),
        declared=page.declared,
        missing=missing,
        counting=counting,
        shown=shown,
        doubles=doubles,
        following=words.kind_word(following.kind) if following else "",
        lead=keeper.station.lead,
        absent=[(one, words.station_name(setup, one)) for one in absent],
        fingerprint=keeper.fingerprint(),
    )


@pages.route("/<int:round_>/declare", methods=["GET", "POST"])
@needs(ev.RoundDeclared.ROLES)
@forms.comes_back
def declare(round_: int) -> ResponseReturnValue:
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(rounds.declare, form.who, round_=round_, token=form.token)
        return done(_("结果已宣布。"), "result.contests", round_=round_)
    keeper = access.keeper()
    with keeper.lock:
        found = outcome(keeper.state, keeper.setup, round_)
        setup = keeper.setup
    if found is None:
        raise Refusal("page_not_found")
    notes = [Note("ok" if found.status == "valid" else "no", words.status_word(found.status))]
    for one in found.elected:
        post, name = text(setup.post[one.post].name), words.candidate_name(setup, one.candidate)
        notes.append(Note("", f"{post} · {name}", " · " + _("%(n)s 票", n=number(one.votes))))
    notes.append(Note("warn", _("宣布后不能改动。"), _("由主持人当场宣读，两人签认。")))
    back = url_for("result.contests", round_=round_)
    return forms.ask(form, _("宣布结果"), _("宣布结果"), back=back, notes=notes)


@pages.route("/<int:round_>/write-off/<station>", methods=["GET", "POST"])
@needs(ev.StationWrittenOff.ROLES)
@forms.comes_back
def write_off(round_: int, station: str) -> ResponseReturnValue:
    form = WriteOffForm()
    if form.validate_on_submit():
        carry_out(rounds.write_off, form.who, station, reason=form.said("reason"), round_=round_, token=form.token)
        return done(_("已注销该站本轮的计票。"), "result.contests", round_=round_)
    name = words.station_name(access.keeper().setup, station)
    note = Note(
        "no", _("该站的选票不计入本轮结果。"), _("只在确实无法取得它的记录时使用；以后到达的记录交选举委员会裁定。")
    )
    heading = _("不等%(station)s", station=name)
    back = url_for("result.contests", round_=round_)
    return forms.ask(form, heading, _("注销这个站"), back=back, notes=[note], fields=("reason",))


def _is_absent(state: State, setup: Setup, round_: int, station: str) -> bool:
    """A sub-venue whose closing is not taken in, and that the lead may have to go on without."""
    known = next(one for one in setup.stations if one.id == station)
    orders = lead_page(state, setup, round_) or RoundBook()
    book = state.books.get(known.device)
    page = book.rounds.get(round_) if book else None
    return (
        not known.lead and orders.closed and station not in orders.written_off and (not page or page.doors != "closed")
    )


def _missing(state: State, setup: Setup, found: Outcome) -> list[str]:
    """What must happen before the result can be declared, in words."""
    refusals = list(unfinished(state, setup, found.round))
    if found.status != "void":
        for paper in papers_of(state, setup, found.round):
            for where, difference in ledger(state, setup, found.round, paper).open_differences().items():
                refusals.append(Refusal("difference_open", paper=paper, where=where, difference=difference))
    said = [for_people(one, setup).sentence(current_language()) for one in refusals]
    return list(dict.fromkeys(said))


def _shown(state: State, setup: Setup, found: Outcome, contest: ContestOutcome) -> Shown:
    seated = {one.candidate for one in contest.elected}
    others = [one for one in contest.standings if one.candidate not in seated]
    rest = [(words.candidate_name(setup, one.candidate), one.votes) for one in others]
    if contest.count.votes.get("other"):
        rest.append((words.candidate_name(setup, "other"), contest.count.votes["other"]))
    return Shown(
        title=text(setup.post[contest.post].name),
        seats=contest.seats,
        elected=[(words.candidate_name(setup, one.candidate), one.votes) for one in contest.elected],
        tied=[words.candidate_name(setup, one) for one in contest.tied],
        tied_seats=contest.tied_seats,
        open_seats=contest.open_seats,
        checks=[_check_item(one) for one in contest.checks] + _win_items(state, setup, found, contest),
        others=rest,
        valid=contest.count.valid,
        void=sum(contest.count.void.values()),
        blank=contest.count.blank,
    )


def _win_items(state: State, setup: Setup, found: Outcome, contest: ContestOutcome) -> list[Item]:
    """The threshold of winning at the last who is elected or, where nobody is, at the first who is not."""
    rule: RoundRule = setup.procedure.rule(found.kind)
    at = contest.elected[-1] if contest.elected else next(iter(contest.standings), None)
    if at is None:
        return []
    line = ledger(state, setup, found.round, paper_of(setup, contest.post).id)
    page = lead_page(state, setup, found.round) or RoundBook()
    bases = {
        "eligible": setup.eligible,
        "expected": page.expected,
        "present": page.present,
        "cast": line.in_boxes,
        "valid": contest.count.valid,
        "issued": line.issued,
    }
    name = words.candidate_name(setup, at.candidate) if contest.seats > 1 else ""
    items = [_check_item(Check(one, at.votes, bases[one.base]), name) for one in rule.win]
    most = _("%(name)s得票最多", name=words.candidate_name(setup, at.candidate))
    return items or [{"words": most, "share": number(at.votes), "met": True, "note": text(rule.source)}]


def _check_item(check: Check, name: str = "") -> Item:
    """参加投票 1,047 ÷ 登记 1,595 = 65.6 %, 须超过 797.5, 即至少 798."""
    rule = check.threshold
    measured = _("%(name)s得票", name=name) if name else measure_word(rule)
    parts = {"measured": measured, "n": number(check.measured), "base": base_word(rule), "m": number(check.base)}
    note = _("须超过 %(edge)s，即至少 %(least)s") if rule.comparator == ">" else _("须达到 %(edge)s，即至少 %(least)s")
    edge = _edge(check.base * rule.numerator, rule.denominator)
    said = note % {"edge": edge, "least": number(check.least)}
    return {
        "words": _("%(measured)s %(n)s ÷ %(base)s %(m)s", **parts),
        "share": percent(check.measured, check.base),
        "met": check.met,
        "note": f"{said} · {article(rule.source)}",
    }


def _edge(part: int, whole: int) -> str:
    """523.5: exact where one place shows it, else as a fraction."""
    whole_part, rest = divmod(part, whole)
    if not rest:
        return number(whole_part)
    return f"{number(whole_part)}.{rest * 10 // whole}" if rest * 10 % whole == 0 else f"{number(part)}/{whole}"


def measure_word(rule: Threshold) -> str:
    return {"present": _("实到"), "cast": _("参加投票"), "votes": _("得票")}[rule.measure]


def base_word(rule: Threshold) -> str:
    return {
        "eligible": _("登记"),
        "expected": _("应到"),
        "present": _("实到"),
        "cast": _("参加投票"),
        "valid": _("有效票"),
        "issued": _("发出"),
    }[rule.base]


def _doubles(state: State, setup: Setup, round_: int) -> list[Double]:
    found = []
    for uses in state.doubles():
        if uses[0].round != round_:
            continue
        person = setup.roll.get(uses[0].voter)
        lines = []
        for use in uses:
            station = setup.station_of_device.get(use.device)
            place = text(station.name) if station else words.box_name(setup, use.box)
            who = words.official_name(setup, use.official)
            lines.append(
                _("%(at)s %(place)s %(desk)s · %(who)s 经手", at=clock(use.at), place=place, desk=use.desk, who=who)
            )
        found.append(Double(person.name if person else str(uses[0].voter), lines))
    return found
