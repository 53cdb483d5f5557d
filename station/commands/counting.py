"""The public count: the papers of a type are mixed on one pile and called paper by paper onto tally sheets.

The running strokes stand in the scratch tables, outside the log; a sheet enters the log as totals of at least ten
papers. Only the last paper called can be taken back; for an earlier mistake the open sheet is called anew.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared import events as ev
from shared.book import Pile, RoundBook
from shared.election import Setup
from shared.errors import Refusal
from shared.events import Contest, SheetContest
from shared.ledger import lead_page
from shared.state import State
from station.commands.rounds import chosen
from station.keeper import By, Keeper, Written
from station.store import scratch
from station.store.opening import reading
from station.store.scratch import Stroke

REASON: Final = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one paper says of one post: ``votes`` for names, or ``void`` with its reason, or, with neither, blank.

    A name is a candidate's id, ``person-<roll number>`` for someone written in, or ``other``. A reason is a code such
    as ``unreadable``, never words of the paper.
    """

    votes: tuple[str, ...] = ()
    void: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The open tally sheet. ``pile`` papers lie on the pile, ``called`` of them are on closed sheets, ``papers`` on
    this one. ``least``: papers that a sheet must hold before it may be closed, unless it ends the pile."""

    round: int
    paper: str
    count: int
    number: int
    papers: int
    called: int
    pile: int
    least: int
    can_undo: bool
    contests: tuple[SheetContest, ...] = field(default_factory=tuple)


def mix(
    keeper: Keeper, who: tuple[By, ...], paper: str, *, again: str = "", round_: int = 0, token: str = ""
) -> Written:
    """Mix the papers of a type from all boxes counted here. ``again``: why the pile is counted once more."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        page = state.mine.rounds.get(number) or RoundBook()
        ours = {id_: box for id_, box in page.box.items() if id_ in setup.box}
        here = {id_: box for id_, box in ours.items() if not box.handed_over and not box.written_off}
        papers = sum(box.counts[-1].get(paper, 0) for box in here.values() if box.counts)
        pile = len(page.piles.get(paper, ())) + 1
        return [ev.PileMixed(number, paper, pile, tuple(sorted(here)), papers, again)]

    return keeper.propose(build, who, token)


def call_paper(
    keeper: Keeper, paper: str, *, marks: Mapping[str, Mark] | Mark, round_: int = 0, token: str = ""
) -> Sheet:
    """Put one paper onto the open sheet. ``marks``: post -> mark, or one mark for every contest of the paper.

    Refuses no_pile, too_many_called, wrong_contests, unknown_name, too_many_marks.
    """
    number, pile = _open_pile(keeper, paper, round_)
    strokes = _strokes(keeper, number, paper, marks)
    key = (number, paper, pile.count)

    def work(connection: sqlite3.Connection) -> None:
        if token and scratch.was_called(connection, token):
            return
        on_sheet = scratch.totals(connection, key).get(scratch.PAPERS, 0)
        if pile.called + on_sheet >= pile.papers:
            raise Refusal("too_many_called", papers=pile.papers, called=pile.called + on_sheet + 1)
        scratch.add_paper(connection, key, strokes)
        if token:
            scratch.remember(connection, token)

    keeper.writable()
    keeper.write(work)
    return sheet(keeper, paper, round_=number)


def undo_last(keeper: Keeper, paper: str, *, round_: int = 0, token: str = "") -> Sheet:
    """Take back the paper called last. Refuses no_pile, nothing_to_undo."""
    number, pile = _open_pile(keeper, paper, round_)
    key = (number, paper, pile.count)

    def work(connection: sqlite3.Connection) -> None:
        if token and scratch.was_called(connection, token):
            return
        if not scratch.last(connection, key):
            raise Refusal("nothing_to_undo", paper=paper)
        scratch.take_back(connection, key)
        if token:
            scratch.remember(connection, token)

    keeper.write(work)
    return sheet(keeper, paper, round_=number)


def call_anew(keeper: Keeper, paper: str, *, round_: int = 0) -> Sheet:
    """Clear the open sheet; its papers are called again from the first. Refuses no_pile."""
    number, pile = _open_pile(keeper, paper, round_)
    keeper.write(lambda connection: scratch.empty(connection, (number, paper, pile.count)))
    scratch.forget_for_good(keeper.engine)
    return sheet(keeper, paper, round_=number)


def sheet(keeper: Keeper, paper: str, *, round_: int = 0) -> Sheet:
    """The open tally sheet of a paper type as it stands. Refuses no_pile."""
    number, pile = _open_pile(keeper, paper, round_)
    key = (number, paper, pile.count)
    with reading(keeper.engine) as connection:
        strokes, can_undo = scratch.totals(connection, key), bool(scratch.last(connection, key))
    with keeper.lock:
        posts = [contest.post for contest in contests_of(keeper.state, keeper.setup, number, paper)]
        least = keeper.setup.procedure.parameters.sheet_minimum
    return Sheet(
        round=number,
        paper=paper,
        count=pile.count,
        number=len(pile.sheets) + 1,
        papers=strokes.get(scratch.PAPERS, 0),
        called=pile.called,
        pile=pile.papers,
        least=least,
        can_undo=can_undo,
        contests=tuple(_contest(post, strokes) for post in posts),
    )


def close_sheet(keeper: Keeper, who: tuple[By, ...], paper: str, *, round_: int = 0, token: str = "") -> Written:
    """Write the totals of the open sheet into the log and empty the scratch tables, in one transaction."""
    strokes: dict[Stroke, int] = {}
    key = _key(keeper, paper, round_)

    def look(connection: sqlite3.Connection) -> None:
        strokes.clear()
        strokes.update(scratch.totals(connection, key))

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number, _, count = key
        pile = _find_pile(state, number, paper)
        contests = tuple(_contest(one.post, strokes) for one in contests_of(state, setup, number, paper))
        papers = strokes.get(scratch.PAPERS, 0)
        next_ = len(pile.sheets) + 1 if pile else 1
        return [ev.SheetCalled(number, paper, count, next_, papers, contests)]

    written = keeper.propose(build, who, token, before=look, after=lambda connection: scratch.empty(connection, key))
    scratch.forget_for_good(keeper.engine)
    return written


def close_pile(keeper: Keeper, who: tuple[By, ...], paper: str, *, round_: int = 0, token: str = "") -> Written:
    """Every paper of the pile is on a closed sheet."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        pile = _find_pile(state, number, paper)
        return [ev.PileClosed(number, paper, pile.count if pile else 0)]

    return keeper.propose(build, who, token)


def contests_of(state: State, setup: Setup, number: int, paper: str) -> list[Contest]:
    """The contests of the round that stand on a paper type, in the order in which they are printed."""
    page = lead_page(state, setup, number)
    by_post = {contest.post: contest for contest in page.contests} if page else {}
    posts = setup.paper[paper].posts if paper in setup.paper else ()
    return [by_post[post] for post in posts if post in by_post]


def _key(keeper: Keeper, paper: str, round_: int) -> scratch.Pile:
    with keeper.lock:
        number = chosen(keeper.state, keeper.setup, round_)
        pile = _find_pile(keeper.state, number, paper)
    return number, paper, pile.count if pile else 0


def _find_pile(state: State, number: int, paper: str) -> Pile | None:
    page = state.mine.rounds.get(number)
    piles = page.piles.get(paper) if page else None
    return piles[-1] if piles else None


def _open_pile(keeper: Keeper, paper: str, round_: int) -> tuple[int, Pile]:
    with keeper.lock:
        number = chosen(keeper.state, keeper.setup, round_)
        pile = _find_pile(keeper.state, number, paper)
    if pile is None or pile.closed:
        raise Refusal("no_pile", paper=paper)
    return number, pile


def _strokes(keeper: Keeper, number: int, paper: str, marks: Mapping[str, Mark] | Mark) -> list[Stroke]:
    with keeper.lock:
        contests = contests_of(keeper.state, keeper.setup, number, paper)
        page = lead_page(keeper.state, keeper.setup, number)
    given = {contest.post: marks for contest in contests} if isinstance(marks, Mark) else dict(marks)
    if set(given) != {contest.post for contest in contests}:
        raise Refusal("wrong_contests", paper=paper)
    written_in = keeper.setup.procedure.parameters.write_in and page is not None and page.kind != "repeat"
    return [
        stroke
        for contest in contests
        for stroke in _strokes_of(keeper.setup, contest, given[contest.post], written_in=written_in)
    ]


def _strokes_of(setup: Setup, contest: Contest, mark: Mark, *, written_in: bool) -> list[Stroke]:
    if mark.void:
        if not REASON.fullmatch(mark.void):
            raise Refusal("void_reason_unfit", post=contest.post)
        return [(contest.post, "void", mark.void)]
    if not mark.votes:
        return [(contest.post, "blank", "")]
    twice = [name for name, times in Counter(mark.votes).items() if times > 1 and name != "other"]
    if len(mark.votes) > contest.seats or twice:
        raise Refusal("too_many_marks", post=contest.post, seats=contest.seats)
    for name in mark.votes:
        if name not in contest.candidates and not (written_in and _may_be_written_in(setup, name)):
            raise Refusal("unknown_name", post=contest.post, name=name)
    return [(contest.post, "valid", ""), *((contest.post, "vote", name) for name in mark.votes)]


def _may_be_written_in(setup: Setup, name: str) -> bool:
    number = name.removeprefix("person-")
    return name == "other" or (name != number and number.isascii() and number.isdigit() and int(number) in setup.roll)


def _contest(post: str, strokes: Mapping[Stroke, int]) -> SheetContest:
    mine = {(mark, name): times for (place, mark, name), times in strokes.items() if place == post}
    return SheetContest(
        post=post,
        valid=mine.get(("valid", ""), 0),
        blank=mine.get(("blank", ""), 0),
        void={name: times for (mark, name), times in sorted(mine.items()) if mark == "void"},
        votes={name: times for (mark, name), times in sorted(mine.items()) if mark == "vote"},
    )
