"""The round: called, opened, paused, closed. Each step says what is still missing, and where to do it."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from shared import events as ev
from shared.book import RoundBook
from shared.election import Setup
from shared.ledger import lead_page, papers_of
from shared.rules.outcome import outcome
from shared.rules.rounds import due
from shared.state import State
from shared.web import needs, text
from station import access
from station.access import LOOK
from station.commands import rounds
from station.routes import forms, words
from station.routes.forms import Form, Note, TwoForm, carry_out, counted, done, with_papers

pages = Blueprint("rounds", __name__, url_prefix="/rounds")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that must be so before a step; ``href``: where it is done."""

    words: str
    done: bool
    href: str = ""


class PauseForm(Form):
    reason = forms.reason_field(lazy_gettext("为什么暂停"))


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        lead = keeper.station.lead
        next_round = due(state, setup)
        items = _missing(state, setup, now)
        contests = _contests(state, setup, now.number)
        earlier = [_earlier(state, setup, number) for number in range(1, now.number)]
        others = _others(state, setup, now.number)
    return render_template(
        "station/rounds.html",
        round=now,
        lead=lead,
        due=next_round,
        due_words=words.kind_word(next_round.kind) if next_round else "",
        items=items,
        ready=all(item.done for item in items),
        contests=contests,
        earlier=earlier,
        others=others,
        lead_name=words.station_name(setup, setup.lead.id),
    )


@pages.route("/call", methods=["GET", "POST"])
@needs(ev.RoundCalled.ROLES)
@forms.comes_back
def call() -> ResponseReturnValue:
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(rounds.call_next, form.who, token=form.token)
        return done(_("本轮已召集。"), "rounds.overview")
    keeper = access.keeper()
    with keeper.lock:
        found = due(keeper.state, keeper.setup)
        notes = _call_notes(keeper.setup, found)
    return forms.ask(form, _("召集下一轮"), _("召集本轮"), back=url_for("rounds.overview"), notes=notes)


def _call_notes(setup: Setup, found: ev.RoundCalled | None) -> list[Note]:
    if found is None:
        return [Note("no", _("现在没有要召集的轮次。"), _("上一轮还没有宣布结果，或名额已经选满。"))]
    notes = [Note("ok", _("第 %(n)s 轮：%(kind)s", n=found.round, kind=words.kind_word(found.kind)))]
    for contest in found.contests:
        names = _("、").join(words.candidate_name(setup, one) for one in contest.candidates) or _(
            "无候选人，由选民自写"
        )
        post = text(setup.post[contest.post].name)
        notes.append(Note("", _("%(post)s，应选 %(n)s 人：", post=post, n=contest.seats), names))
    return notes


@pages.route("/open", methods=["GET", "POST"])
@needs(ev.DoorsOpened.ROLES)
@forms.comes_back
def open_() -> ResponseReturnValue:
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(rounds.open_, form.who, round_=forms.round_of_form(), token=form.token)
        return done(_("投票开始。"), "check_in.home")
    note = Note("warn", _("开始后才能发票。"), _("应到人数和实到人数在这一刻定下。"))
    return forms.ask(form, _("开始投票"), _("宣布投票开始"), back=url_for("rounds.overview"), notes=[note])


@pages.route("/pause", methods=["GET", "POST"])
@needs(ev.DoorsPaused.ROLES)
@forms.comes_back
def pause() -> ResponseReturnValue:
    form = PauseForm()
    if form.validate_on_submit():
        carry_out(rounds.pause, form.who, reason=form.said("reason"), round_=forms.round_of_form(), token=form.token)
        return done(_("已暂停投票。"), "rounds.overview")
    note = Note("warn", _("暂停时不发票。"), _("票箱和选票留人看守。"))
    return forms.ask(
        form, _("暂停投票"), _("暂停投票"), back=url_for("rounds.overview"), notes=[note], fields=("reason",)
    )


@pages.post("/resume")
@needs(ev.DoorsResumed.ROLES)
def resume() -> ResponseReturnValue:
    form = Form()
    carry_out(rounds.resume, form.who, round_=forms.round_of_form(), token=form.token)
    return done(_("投票继续。"), "rounds.overview")


@pages.route("/close", methods=["GET", "POST"])
@needs(ev.DoorsClosed.ROLES)
@forms.comes_back
def close() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        kinds = papers_of(keeper.state, keeper.setup, forms.current_round())
        away = _away(keeper.state, keeper.setup, forms.current_round())
        page = keeper.state.mine.rounds.get(forms.current_round())
    if request.method == "GET" and page and page.doors == "closed":
        return redirect(url_for("ledger.overview"), 303)
    form = with_papers(TwoForm, kinds)()
    if form.validate_on_submit():
        unused = counted(form, kinds)
        carry_out(rounds.close, form.who, unused=unused, round_=forms.round_of_form(), token=form.token)
        return done(_("已停止投票。"), "ledger.overview")
    notes = [Note("warn", _("停止后不能再发票。"), _("两人清点桌上没有用过的选票，按票种填写；作废的不算。"))]
    if away:
        notes.append(
            Note("warn", _("还在外面：%(boxes)s。", boxes=_("、").join(away)), _("回站时带回的空白选票另外登记。"))
        )
    return forms.ask(form, _("停止投票"), _("宣布停止投票"), back=url_for("rounds.overview"), notes=notes)


def _away(state: State, setup: Setup, round_: int) -> list[str]:
    page = state.mine.rounds.get(round_) or RoundBook()
    return [words.box_name(setup, one.box) for one in page.leases.values() if one.sent and not one.returned]


def _missing(state: State, setup: Setup, now: words.Round) -> list[Item]:
    """What stands before the next step of this phase."""
    page = state.mine.rounds.get(now.number) or RoundBook()
    lead = setup.station_of_device[state.own].lead
    if now.phase in ("called", "waiting"):
        sealed = any(setup.box[box].kind == "fixed" for box in page.box)
        items = [Item(_("固定票箱已当众封好"), sealed, url_for("boxes.overview"))]
        receive = url_for("papers.receive") if access.may("papers.receive") else ""
        for paper in papers_of(state, setup, now.number):
            entry = page.paper.get(paper)
            words_ = _("%(paper)s已清点登记", paper=words.paper_name(setup, paper))
            items.append(Item(words_, bool(entry and entry.received), receive))
        if not lead:
            order = _("中心会场已宣布开始（收到它的记录）")
            items.append(Item(order, now.phase == "waiting", url_for("exchange.overview")))
        return items
    if now.phase in ("open", "paused"):
        return [Item(_("流动票箱都已回站"), not _away(state, setup, now.number), url_for("boxes.overview"))]
    return []


def _contests(state: State, setup: Setup, round_: int) -> list[tuple[str, int, str]]:
    """(post, seats, names) of the round."""
    orders = lead_page(state, setup, round_)
    return [
        (
            text(setup.post[one.post].name),
            one.seats,
            _("、").join(words.candidate_name(setup, name) for name in one.candidates),
        )
        for one in (orders.contests if orders else ())
    ]


def _earlier(state: State, setup: Setup, round_: int) -> tuple[int, str, str]:
    """(number, title, status) of a round that is over."""
    found = outcome(state, setup, round_)
    return round_, words.round_title(state, setup, round_), words.status_word(found.status) if found else ""


def _others(state: State, setup: Setup, round_: int) -> list[tuple[str, str]]:
    """(station, doors) of the other stations, as far as their logs are taken in."""
    found = []
    for station in setup.stations:
        if station.device == state.own:
            continue
        book = state.books.get(station.device)
        page = book.rounds.get(round_) if book else None
        found.append((text(station.name), words.doors_word(page.doors) if page else _("还没有它的记录")))
    return found
