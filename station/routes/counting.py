"""The public count: piles are mixed, papers called one by one onto tally sheets, sheets totalled, piles closed.

The screen shows what the blackboard shows. What a single paper said travels in the body of a form only, never in an
address, and stands nowhere once its sheet is closed.
"""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length

from shared import events as ev
from shared.book import Pile, RoundBook
from shared.election import Setup
from shared.errors import Refusal
from shared.events import Contest
from shared.events.kind import COUNT
from shared.ledger import lead_page, papers_of
from shared.rules import Act, bench
from shared.rules.counting import away
from shared.state import State
from shared.web import RefusalPage, needs, on_refusal, once, text
from station import access, search
from station.access import LOOK
from station.commands import counting
from station.commands.counting import Mark, Sheet
from station.routes import forms, words
from station.routes.forms import Form, Note, TwoForm, carry_out, done

pages = Blueprint("counting", __name__, url_prefix="/count")
MOST_NAMESAKES = 8


@dataclass(frozen=True, slots=True)
class PaperLine:
    """How far the count of one paper type is."""

    paper: str
    name: str
    colour: str
    papers: int
    called: int
    step: str  # mix, call, close, done or wait
    blocked: list[str]


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name on the board: a candidate, or someone written in."""

    value: str
    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class Board:
    """One contest of the paper that is being called."""

    post: str
    title: str
    seats: int
    lines: list[NameLine]
    blank: int
    void: int
    asked: str
    found: list[tuple[str, str]]


class AgainForm(TwoForm):
    again = StringField(lazy_gettext("为什么重新计票"), [Length(max=200, message=lazy_gettext("最多 200 个字。"))])


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        lines = [_paper_line(state, setup, now.number, paper) for paper in papers_of(state, setup, now.number)]
    return render_template("station/counting.html", round=now, lines=lines)


@pages.route("/<paper>/mix", methods=["GET", "POST"])
@needs(ev.PileMixed.ROLES)
@forms.comes_back
def mix(paper: str) -> ResponseReturnValue:
    keeper = access.keeper()
    form = AgainForm()
    if form.validate_on_submit():
        round_ = forms.round_of_form()
        carry_out(counting.mix, form.who, paper, again=form.said("again"), round_=round_, token=form.token)
        return done(_("选票已混合，可以唱票。"), "counting.call", paper=paper)
    with keeper.lock:
        page = keeper.state.mine.rounds.get(forms.current_round()) or RoundBook()
        recount = bool(page.piles.get(paper))
        name = words.paper_name(keeper.setup, paper)
    note = Note("warn", _("流动票箱的选票与固定票箱的混在一起，再唱票。"), _("任何一箱都不单独唱票。"))
    heading = _("混合选票 · %(paper)s", paper=name)
    back = url_for("counting.overview")
    return forms.ask(form, heading, _("登记混合"), back=back, notes=[note], fields=("again",) if recount else ())


@pages.get("/<paper>")
@needs(LOOK)
def call(paper: str) -> ResponseReturnValue:
    return _board(paper, {}, "")


@pages.post("/<paper>")
@needs(COUNT)
def called(paper: str) -> ResponseReturnValue:
    """One paper: ``vote-<post>`` names, ``void-<post>`` a reason; or ``whole`` = blank, void (asks why) or a reason;
    ``find`` = a post whose ``written-<post>`` is to be looked up on the roll first."""
    form = Form()
    posts = _posts(paper)
    wanted = request.form.get("find", "")
    if wanted in posts:
        return _board(paper, _found(wanted), "")
    whole = request.form.get("whole", "")
    if whole == "void":
        reasons = [(one, words.void_word(one)) for one in words.VOID_REASONS]
        return render_template("station/void.html", paper=paper, reasons=reasons, round=forms.round_of_form())
    marks = _whole(posts, whole) if whole else {post: _mark(post) for post in posts}
    if not whole and not any(mark.votes or mark.void for mark in marks.values()):
        return _board(paper, {}, _("没有点选任何人。空白票请按“弃权”。"))
    if not form.validate_on_submit():
        raise Refusal("form_expired")
    on_refusal(RefusalPage(title=_("这张票不能这样登记"), back=url_for("counting.call", paper=paper)))
    # the bare name: a digest beside it would tell the marks of a paper
    carry_out(counting.call_paper, paper, marks=marks, round_=forms.round_of_form(), token=once())
    return redirect(url_for("counting.call", paper=paper), 303)


@pages.post("/<paper>/undo")
@needs(COUNT)
def undo(paper: str) -> ResponseReturnValue:
    on_refusal(RefusalPage(title=_("不能撤回"), back=url_for("counting.call", paper=paper)))
    carry_out(counting.undo_last, paper, round_=forms.round_of_form(), token=once())
    return done(_("上一张已撤回，请重新唱这一张。"), "counting.call", paper=paper)


@pages.route("/<paper>/anew", methods=["GET", "POST"])
@needs(COUNT)
@forms.comes_back
def anew(paper: str) -> ResponseReturnValue:
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(counting.call_anew, paper, round_=forms.round_of_form())
        return done(_("这张计票单已清空，请从它的第一张重新唱。"), "counting.call", paper=paper)
    note = Note("no", _("这张计票单上的笔画全部清除。"), _("已经合计的计票单不受影响；选票不要与别的混在一起。"))
    back = url_for("counting.call", paper=paper)
    return forms.ask(form, _("重唱这张计票单"), _("清空，重新唱票"), back=back, notes=[note])


@pages.post("/<paper>/sheet")
@needs(ev.SheetCalled.ROLES)
def close_sheet(paper: str) -> ResponseReturnValue:
    on_refusal(RefusalPage(title=_("还不能合计"), back=url_for("counting.call", paper=paper)))
    form = Form()
    carry_out(counting.close_sheet, form.who, paper, round_=forms.round_of_form(), token=form.token)
    return done(_("计票单已合计。"), "counting.call", paper=paper)


@pages.route("/<paper>/close", methods=["GET", "POST"])
@needs(ev.PileClosed.ROLES)
@forms.comes_back
def close_pile(paper: str) -> ResponseReturnValue:
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(counting.close_pile, form.who, paper, round_=forms.round_of_form(), token=form.token)
        return done(_("这种选票计票完毕。"), "counting.overview")
    name = words.paper_name(access.keeper().setup, paper)
    note = Note("warn", _("核对黑板上的笔画与屏幕一致。"), _("确认后，这种选票封存。"))
    heading = _("计票完毕 · %(paper)s", paper=name)
    return forms.ask(form, heading, _("两人确认完毕"), back=url_for("counting.overview"), notes=[note])


def _whole(posts: list[str], whole: str) -> dict[str, Mark]:
    """The same for every post of the paper: blank, or void for a reason. Refuses ``bad_form``."""
    if whole != "blank" and whole not in words.VOID_REASONS:
        raise Refusal("bad_form")
    return dict.fromkeys(posts, Mark() if whole == "blank" else Mark(void=whole))


def _mark(post: str) -> Mark:
    """What was ticked for one post."""
    void = request.form.get(f"void-{post}", "")
    if void:
        return _whole([post], void)[post]
    return Mark(votes=tuple(request.form.getlist(f"vote-{post}")))


def _found(post: str) -> dict[str, list[tuple[str, str]]]:
    """Persons of the roll whose name was written on the paper."""
    keeper = access.keeper()
    typed = request.form.get(f"written-{post}", "").strip()[:40]
    with keeper.lock:
        setup = keeper.setup
        people = search.find(setup.roll, typed) if typed else []
    found = []
    for one in people[:MOST_NAMESAKES]:
        formal = words.standing_in(setup, post, one.no)
        value = formal.id if formal else f"person-{one.no}"
        found.append((value, " · ".join([one.name, *words.details(one)])))
    return {post: [*found, ("other", _("名册上没有，或认不出是谁"))]}


def _posts(paper: str) -> list[str]:
    keeper = access.keeper()
    with keeper.lock:
        contests = counting.contests_of(keeper.state, keeper.setup, forms.current_round(), paper)
    return [contest.post for contest in contests]


def _board(paper: str, found: dict[str, list[tuple[str, str]]], error: str) -> ResponseReturnValue:
    """The board of a paper type. Without an open pile: back to the overview, which says what is missing."""
    keeper = access.keeper()
    try:
        sheet = counting.sheet(keeper, paper)
    except Refusal:
        return redirect(url_for("counting.overview"), 303)
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        pile = state.mine.rounds[sheet.round].piles[paper][-1]
        orders = lead_page(state, setup, sheet.round) or RoundBook()
        contests = counting.contests_of(state, setup, sheet.round, paper)
        boards = [_contest(setup, one, (pile, sheet), found.get(one.post, [])) for one in contests]
        write_in = setup.procedure.parameters.write_in and orders.kind != "repeat"
    rest = sheet.pile - sheet.called - sheet.papers
    ready = bool(sheet.papers) and (rest == 0 or (sheet.papers >= sheet.least and rest >= sheet.least))
    return render_template(
        "station/call.html",
        round=words.Round(sheet.round, orders.kind, "counting"),
        paper=paper,
        name=words.paper_name(setup, paper),
        sheet=sheet,
        boards=boards,
        rest=rest,
        ready=ready,
        write_in=write_in,
        error=error,
        chosen={board.post: set(request.form.getlist(f"vote-{board.post}")) for board in boards},
        voided={board.post: request.form.get(f"void-{board.post}", "") for board in boards},
        reasons=[(one, words.void_word(one)) for one in words.VOID_REASONS],
        may_call=access.me().may(COUNT),
    )


def _contest(setup: Setup, contest: Contest, counted: tuple[Pile, Sheet], found: list[tuple[str, str]]) -> Board:
    """Totals over the closed sheets of the pile and the open one."""
    pile, sheet = counted
    parts = [one for _papers, sheets in pile.sheets for one in sheets if one.post == contest.post]
    parts += [one for one in sheet.contests if one.post == contest.post]
    votes = dict.fromkeys(contest.candidates, 0)
    for part in parts:
        for name, count in part.votes.items():
            votes[name] = votes.get(name, 0) + count
    post = setup.post[contest.post]
    return Board(
        post=contest.post,
        title=text(post.name),
        seats=contest.seats,
        lines=[NameLine(name, words.candidate_name(setup, name), count) for name, count in votes.items()],
        blank=sum(part.blank for part in parts),
        void=sum(sum(part.void.values()) for part in parts),
        asked=request.form.get(f"written-{contest.post}", ""),
        found=[(value, label) for value, label in found if value not in votes],
    )


def _paper_line(state: State, setup: Setup, round_: int, paper: str) -> PaperLine:
    page = state.mine.rounds.get(round_) or RoundBook()
    pile = page.piles[paper][-1] if page.piles.get(paper) else None
    inside = sum(box.counts[-1].get(paper, 0) for box in page.box.values() if box.counts and not box.written_off)
    blocked = [] if pile else _blocked(state, setup, round_)
    if pile is None:
        step = "wait" if blocked else "mix"
    elif pile.closed:
        step = "done"
    else:
        step = "close" if pile.called == pile.papers else "call"
    return PaperLine(
        paper=paper,
        name=words.paper_name(setup, paper),
        colour=setup.paper[paper].colour,
        papers=pile.papers if pile else inside,
        called=pile.called if pile else 0,
        step=step,
        blocked=blocked,
    )


def _blocked(state: State, setup: Setup, round_: int) -> list[str]:
    """Why no pile can be mixed yet, in words."""
    page = state.mine.rounds.get(round_) or RoundBook()
    if page.doors != "closed":
        return [_("本站还没有停止投票。")]
    judged = bench(Act(ev.PileMixed(round_, "", 1, (), 0), (), state.own, "", 0), state, setup)
    out = away(judged, round_) if judged else []
    lines = [_("%(box)s还没有回来。", box=words.box_name(setup, box)) for box in out]
    for box, book in page.box.items():
        if not book.counts and not book.handed_over and not book.written_off and box not in out:
            lines.append(_("%(box)s还没有清点。", box=words.box_name(setup, box)))
    return lines
