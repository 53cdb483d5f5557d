"""Rules of the public count: piles are mixed so that no small group is called apart, sheets hold at least ten papers.

Secrecy: a roaming box is mixed with a fixed box before any paper is called; calling starts when every box is back or
written off; a pile under the minimum is called only where it is all there is in the unit. Public calling: BV10.
"""

from collections.abc import Iterator

from shared import events as ev
from shared.book import BoxBook, Pile
from shared.errors import Refusal
from shared.events import Contest
from shared.ledger import papers_of
from shared.rules.act import Bench


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses box_uncounted, box_away, roaming_alone, pile_too_small, pile_differs, already_mixed, no_pile,
    sheet_number, sheet_too_small, rest_too_small, too_many_called, sheet_does_not_close, unknown_name, calling_unfinished."""
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
        box: found for box, found in bench.page(round_).box.items() if not found.handed_over and not found.written_off
    }


def away(bench: Bench, round_: int) -> list[str]:
    """Roaming boxes of this station that are not back; at the lead also boxes handed over that did not arrive."""
    page = bench.page(round_)
    out = [lease.box for lease in page.leases.values() if lease.sent and not lease.complete]
    if bench.is_lead:
        for book in bench.state.books.values():
            other = book.rounds.get(round_)
            handed = [box for box, found in other.box.items() if found.handed_over] if other else []
            out += [box for box in handed if box not in page.box]
    return sorted(box for box in out if not (page.box.get(box) and page.box[box].written_off))


def _mixed(bench: Bench, event: ev.PileMixed) -> Iterator[Refusal]:
    if event.paper not in papers_of(bench.state, bench.setup, event.round):
        yield Refusal("wrong_papers", round=event.round, papers=list(papers_of(bench.state, bench.setup, event.round)))
        return
    if bench.page(event.round).doors != "closed":
        yield Refusal("doors_still_open", round=event.round)
    here = boxes_here(bench, event.round)
    for box in away(bench, event.round):
        yield Refusal("box_away", box=box)
    for box in sorted(box for box, found in here.items() if not found.counts):
        yield Refusal("box_uncounted", box=box)
        return
    inside = sum(found.counts[-1].get(event.paper, 0) for found in here.values())
    if set(event.boxes) != set(here) or event.papers != inside:
        yield Refusal("pile_differs", papers=inside, given=event.papers)
    yield from _secret(bench, event)
    piles = bench.page(event.round).piles.get(event.paper, [])
    if event.count != len(piles) + 1:
        yield Refusal("sheet_number", next=len(piles) + 1)
    if piles and (not piles[-1].closed or not event.again.strip()):
        yield Refusal("already_mixed", box="")


def _secret(bench: Bench, event: ev.PileMixed) -> Iterator[Refusal]:
    kinds = {bench.setup.box[box].kind for box in event.boxes if box in bench.setup.box}
    if kinds == {"roaming"}:
        yield Refusal("roaming_alone", paper=event.paper)
    least = bench.setup.procedure.parameters.pile_minimum
    if 0 < event.papers < least and len(bench.setup.stations) > 1 and not _all_there_is(bench, event):
        yield Refusal("pile_too_small", paper=event.paper, papers=event.papers, needed=least)


def _all_there_is(bench: Bench, event: ev.PileMixed) -> bool:
    """At the lead, and no other station keeps papers of its own to call."""
    if not bench.is_lead:
        return False
    others = [book for device, book in bench.state.books.items() if device != bench.act.device]
    return not any(
        found.counts and found.counts[-1].get(event.paper, 0)
        for book in others
        for found in (book.rounds[event.round].box.values() if event.round in book.rounds else ())
    )


def _open_pile(bench: Bench, event: ev.SheetCalled | ev.PileClosed) -> Pile | None:
    piles = bench.page(event.round).piles.get(event.paper, [])
    return piles[-1] if piles and piles[-1].count == event.count and not piles[-1].closed else None


def _sheet(bench: Bench, event: ev.SheetCalled) -> Iterator[Refusal]:
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
    posts = [post for post in bench.setup.paper[event.paper].posts] if event.paper in bench.setup.paper else []
    wanted = {contest.post: contest for contest in orders.contests if contest.post in posts}
    if [one.post for one in event.contests] != [post for post in posts if post in wanted]:
        yield Refusal("wrong_contests", paper=event.paper)
        return
    for sheet in event.contests:
        yield from _totals(event.papers, sheet, wanted[sheet.post])
        names = set(sheet.votes) - set(wanted[sheet.post].candidates)
        for name in sorted(names):
            if not _may_be_written_in(bench, name, orders.kind):
                yield Refusal("unknown_name", post=sheet.post, name=name)


def _totals(papers: int, sheet: ev.SheetContest, contest: Contest) -> Iterator[Refusal]:
    votes = sum(sheet.votes.values())
    closes = sheet.valid + sum(sheet.void.values()) + sheet.blank == papers
    fits = sheet.valid <= votes <= sheet.valid * contest.seats and all(
        one <= sheet.valid for one in sheet.votes.values()
    )
    if not closes or (not fits and "other" not in sheet.votes):
        yield Refusal("sheet_does_not_close", post=sheet.post, papers=papers)


def _may_be_written_in(bench: Bench, name: str, kind: str) -> bool:
    if kind == "repeat" or not bench.setup.procedure.parameters.write_in:
        return False
    if name == "other":
        return True
    number = name.removeprefix("person-")
    return name.startswith("person-") and number.isascii() and number.isdigit() and int(number) in bench.setup.roll


def _closed(bench: Bench, event: ev.PileClosed) -> Iterator[Refusal]:
    pile = _open_pile(bench, event)
    if pile is None:
        yield Refusal("no_pile", paper=event.paper)
    elif pile.called != pile.papers:
        yield Refusal("calling_unfinished", paper=event.paper, called=pile.called, papers=pile.papers)
