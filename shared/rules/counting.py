"""Rules of the public count: piles are mixed so that no small group is called apart, sheets hold at least ten papers.

Secrecy: a roaming box is mixed with a fixed box before any paper is called; calling starts when every box is back or
written off; a pile under the minimum is called only where it is all there is in the unit. Public calling: BV10.
"""

import re
from collections.abc import Iterator
from typing import Final

from shared import events as ev
from shared.book import BoxBook, Pile, RoundBook
from shared.election import Station
from shared.errors import Refusal
from shared.events import Contest
from shared.ledger import page_of, papers_of, written_off
from shared.rules.act import Bench
from shared.rules.ballots import doors_are_closed, not_declared

OTHER: Final = "other"
PERSON: Final = re.compile(r"person-([1-9][0-9]{0,8})", re.ASCII)


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses wrong_papers, doors_still_open, round_still_open, already_declared, station_missing, box_uncounted,
    box_away, roaming_alone, pile_too_small, pile_differs, already_mixed, pile_number, no_pile, sheet_number,
    sheet_too_small, rest_too_small, too_many_called, wrong_contests, sheet_does_not_close, unknown_name,
    calling_unfinished."""
    match bench.act.event:
        case ev.PileMixed() as event:
            yield from _mixed(bench, event)
        case ev.SheetCalled() as event:
            yield from _sheet(bench, event)
        case ev.PileClosed() as event:
            yield from _closed(bench, event)
        case _:
            pass


def boxes_here(bench: Bench, round_: int) -> dict[str, BoxBook]:
    """The boxes whose papers this station counts: its own that it did not hand over, and those handed to it."""
    return {
        box: found
        for box, found in bench.page(round_).box.items()
        if box in bench.setup.box and not found.handed_over and not found.written_off
    }


def away(bench: Bench, round_: int) -> list[str]:
    """Roaming boxes of this station that are not back; at the lead also boxes handed over that did not arrive, and,
    where the lead counts for all, every box that is still at another station."""
    page = bench.page(round_)
    out = [lease.box for lease in page.leases.values() if lease.sent and not lease.complete]
    if bench.is_lead:
        everything = bench.setup.procedure.parameters.sub_venue == "hand_over"
        for _, theirs in _others(bench, round_):
            out += [box for box, found in theirs.box.items() if found.handed_over or everything]
    arrived = {box for box, found in page.box.items() if found.received or found.written_off}
    return sorted(set(out) - arrived)


def _others(bench: Bench, round_: int) -> list[tuple[Station, RoundBook]]:
    """The other stations that the lead has not written off, each with its page of the round as far as it is known."""
    left_out = written_off(bench.state, bench.setup, round_)
    known = [one for one in bench.setup.stations if one.device != bench.station.device and one.id not in left_out]
    return [(one, page_of(bench.state, one.device, round_) or RoundBook()) for one in known]


def _mixed(bench: Bench, event: ev.PileMixed) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, event.round)
    if event.paper not in known:
        yield Refusal("wrong_papers", round=event.round, papers=list(known))
        return
    yield from doors_are_closed(bench, event.round)
    yield from not_declared(bench, event.round)
    yield from _all_in(bench, event.round)
    here = boxes_here(bench, event.round)
    uncounted = sorted(box for box, found in here.items() if not found.counts)
    if uncounted:
        yield Refusal("box_uncounted", box=uncounted[0])
        return
    inside = {box: found.counts[-1].get(event.paper, 0) for box, found in here.items()}
    if sorted(event.boxes) != sorted(here) or event.papers != sum(inside.values()):
        yield Refusal("pile_differs", papers=sum(inside.values()), given=event.papers)
    yield from _secret(bench, event, inside)
    piles = bench.page(event.round).piles.get(event.paper, [])
    if event.count != len(piles) + 1:
        yield Refusal("pile_number", next=len(piles) + 1)
    if piles and not event.again.strip():
        yield Refusal("already_mixed")


def _all_in(bench: Bench, round_: int) -> Iterator[Refusal]:
    """Calling starts when every box that is to lie in this pile is back or written off."""
    for box in away(bench, round_):
        yield Refusal("box_away", box=box)
    if bench.is_lead and bench.setup.procedure.parameters.sub_venue == "hand_over":
        for station, theirs in _others(bench, round_):
            if theirs.doors != "closed":
                yield Refusal("station_missing", station=station.id)


def _secret(bench: Bench, event: ev.PileMixed, inside: dict[str, int]) -> Iterator[Refusal]:
    """No group of fewer papers than the minimum is called apart, in the first count or a later one; nor does a count
    with more or fewer boxes leave such a group as the difference from one that was called. The same boxes may be found
    to hold some papers more or fewer than was thought. What is all there is in the unit is called whatever its size."""
    least = bench.setup.procedure.parameters.pile_minimum
    for apart in _differences(bench, event):
        if 0 < apart < least:
            yield Refusal("pile_too_small", paper=event.paper, papers=apart, needed=least)
    if _all_there_is(bench, event):
        return
    fixed = sum(papers for box, papers in inside.items() if bench.setup.box[box].kind == "fixed")
    if event.papers and not fixed:
        yield Refusal("roaming_alone", paper=event.paper)
    if 0 < event.papers < least:
        yield Refusal("pile_too_small", paper=event.paper, papers=event.papers, needed=least)


def _differences(bench: Bench, event: ev.PileMixed) -> list[int]:
    """By how many papers this pile differs from the last one, and from every one that was called, of other boxes."""
    earlier = bench.page(event.round).piles.get(event.paper, [])
    told = [one for one in earlier if one.called or one is earlier[-1]]
    return [abs(event.papers - one.papers) for one in told if set(one.boxes) != set(event.boxes)]


def _all_there_is(bench: Bench, event: ev.PileMixed) -> bool:
    """Whether it is known that no other station has papers of this type to call."""
    return bench.is_lead and all(
        page.doors == "closed" and not any(_keeps(found, event.paper) for found in page.box.values())
        for _, page in _others(bench, event.round)
    )


def _keeps(found: BoxBook, paper: str) -> bool:
    """A box that its own station calls, or may call, with papers of this type in it as far as anybody knows."""
    if found.handed_over or found.written_off:
        return False
    return not found.counts or found.counts[-1].get(paper, 0) > 0


def _open_pile(bench: Bench, event: ev.SheetCalled | ev.PileClosed) -> Pile | None:
    piles = bench.page(event.round).piles.get(event.paper, [])
    return piles[-1] if piles and piles[-1].count == event.count and not piles[-1].closed else None


def _sheet(bench: Bench, event: ev.SheetCalled) -> Iterator[Refusal]:
    yield from not_declared(bench, event.round)
    pile = _open_pile(bench, event)
    if pile is None:
        yield Refusal("no_pile", paper=event.paper)
        return
    if event.sheet != len(pile.sheets) + 1:
        yield Refusal("sheet_number", next=len(pile.sheets) + 1)
    rest = pile.papers - pile.called - event.papers
    least = bench.setup.procedure.parameters.sheet_minimum
    if rest < 0:
        yield Refusal("too_many_called", papers=pile.papers, called=pile.called + event.papers)
    elif event.papers < least and pile.papers > event.papers:
        yield Refusal("sheet_too_small", papers=event.papers, needed=least)
    elif 0 < rest < least:
        yield Refusal("rest_too_small", rest=rest, needed=least)
    yield from _contests(bench, event)


def _contests(bench: Bench, event: ev.SheetCalled) -> Iterator[Refusal]:
    orders = bench.orders(event.round)
    paper = bench.setup.paper.get(event.paper)
    posts = paper.posts if paper else ()
    wanted = {contest.post: contest for contest in orders.contests if contest.post in posts}
    if [one.post for one in event.contests] != [post for post in posts if post in wanted]:
        yield Refusal("wrong_contests", paper=event.paper)
        return
    for sheet in event.contests:
        contest = wanted[sheet.post]
        yield from _totals(event.papers, sheet, contest)
        for name in sorted(set(sheet.votes) - set(contest.candidates)):
            if not _may_be_written_in(bench, name, (contest, event.round)):
                yield Refusal("unknown_name", post=sheet.post, name=name)


def _totals(papers: int, sheet: ev.SheetContest, contest: Contest) -> Iterator[Refusal]:
    """A valid paper names at least one person, at most as many as there are seats, and nobody twice; several of its
    names may stand under "other"."""
    votes = sum(sheet.votes.values())
    closes = sheet.valid + sum(sheet.void.values()) + sheet.blank == papers
    named_once = all(one <= sheet.valid for name, one in sheet.votes.items() if name != OTHER)
    if not closes or not named_once or not sheet.valid <= votes <= sheet.valid * contest.seats:
        yield Refusal("sheet_does_not_close", post=sheet.post, papers=papers)


def _may_be_written_in(bench: Bench, name: str, where: tuple[Contest, int]) -> bool:
    """Somebody on the roll, under one name only: not a candidate of the contest under another, and nobody who already
    holds a seat of the post from an earlier round."""
    contest, round_ = where
    if bench.orders(round_).kind == "repeat" or not bench.setup.procedure.parameters.write_in:
        return False
    if name == OTHER:
        return True
    written = PERSON.fullmatch(name)
    if written is None or int(written[1]) not in bench.setup.roll:
        return False
    known = [bench.setup.candidate[id_] for id_ in contest.candidates if id_ in bench.setup.candidate]
    return int(written[1]) not in {one.voter for one in known} | _seated(bench, contest.post, round_)


def _seated(bench: Bench, post: str, round_: int) -> set[int]:
    """Roll numbers of those whom an earlier round elected to the post."""
    book = bench.state.books.get(bench.setup.lead.device)
    pages = [page for number, page in book.rounds.items() if number < round_] if book else []
    names = [one.candidate for page in pages for one in page.elected if one.post == post]
    written = [int(found[1]) for name in names if (found := PERSON.fullmatch(name))]
    return {bench.setup.candidate[name].voter for name in names if name in bench.setup.candidate} | set(written)


def _closed(bench: Bench, event: ev.PileClosed) -> Iterator[Refusal]:
    yield from not_declared(bench, event.round)
    pile = _open_pile(bench, event)
    if pile is None:
        yield Refusal("no_pile", paper=event.paper)
    elif pile.called != pile.papers:
        yield Refusal("calling_unfinished", paper=event.paper, called=pile.called, papers=pile.papers)
