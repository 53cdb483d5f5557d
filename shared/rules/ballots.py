"""Rules of the papers at the desk: received, left, spoiled and replaced, not returned; and of the doors they need."""

from collections.abc import Iterable, Iterator

from shared import events as ev
from shared.errors import Refusal
from shared.ledger import DeskLine, Ledger, ledger, papers_of
from shared.rules.act import Bench


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses wrong_papers, no_papers_left, not_admitted, reason_missing, doors_closed, difference_changed."""
    match bench.act.event:
        case ev.PapersReceived() as event:
            yield from _received(bench, event)
        case ev.PaperReplaced() as event:
            yield from _replaced(bench, event)
        case ev.PapersNotReturned() as event:
            yield from _known_paper(bench, event.round, event.paper)
            yield from _reason(event.reason)
            if not event.count:
                yield Refusal("count_missing", paper=event.paper)
        case ev.DifferenceExplained() as event:
            yield from _explained(bench, event)
        case _:
            pass


def doors(bench: Bench, round_: int) -> Iterator[Refusal]:
    """Papers go out only in a round that the lead opened and did not close, through this station's open doors."""
    orders, page = bench.orders(round_), bench.page(round_)
    if not orders.opened:
        yield Refusal("round_not_open", round=round_)
    elif orders.closed:
        yield Refusal("round_closed", round=round_)
    elif page.doors == "shut":
        yield Refusal("doors_not_open", round=round_)
    elif page.doors == "paused":
        yield Refusal("doors_paused", round=round_)
    elif page.doors == "closed":
        yield Refusal("doors_closed", round=round_)


def desk_left(bench: Bench, round_: int, paper: str) -> int:
    """Papers of a type that should still lie on this station's desk."""
    page, entry = bench.page(round_), bench.paper(round_, paper)
    line = DeskLine(
        station=bench.station.id,
        received=entry.received,
        issued=entry.issued,
        taken=sum(lease.papers.get(paper, 0) for lease in page.leases.values()),
        brought_back=sum(lease.brought_back.get(paper, 0) for lease in page.leases.values()),
        unused=0,
        closed=False,
    )
    return line.left


def enough_papers(bench: Bench, round_: int, papers: Iterable[str]) -> Iterator[Refusal]:
    """Refuses no_papers_left: the book holds no paper that could go out."""
    for paper in papers:
        if desk_left(bench, round_, paper) < 1:
            yield Refusal("no_papers_left", paper=paper)


def _received(bench: Bench, event: ev.PapersReceived) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, event.round)
    if not event.papers or not set(event.papers) <= set(known):
        yield Refusal("wrong_papers", round=event.round, papers=list(known))
    if bench.page(event.round).doors == "closed":
        yield Refusal("doors_closed", round=event.round)


def _replaced(bench: Bench, event: ev.PaperReplaced) -> Iterator[Refusal]:
    yield from _reason(event.reason)
    uses = [one for one in bench.book.admissions.get((event.round, event.voter), ()) if one.live]
    if not any(event.paper in use.types and use.box == event.box for use in uses):
        yield Refusal("not_admitted", voter=event.voter, paper=event.paper)
    if not event.box:
        yield from doors(bench, event.round)
        yield from enough_papers(bench, event.round, (event.paper,))


def _known_paper(bench: Bench, round_: int, paper: str) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, round_)
    if paper not in known:
        yield Refusal("wrong_papers", round=round_, papers=list(known))


def _reason(reason: str) -> Iterator[Refusal]:
    if not reason.strip():
        yield Refusal("reason_missing")


def _explained(bench: Bench, event: ev.DifferenceExplained) -> Iterator[Refusal]:
    yield from _known_paper(bench, event.round, event.paper)
    yield from _reason(event.reason)
    found = _difference(ledger(bench.state, bench.setup, event.round, event.paper), event.where)
    if not found or found != event.difference:
        yield Refusal("difference_changed", where=event.where, paper=event.paper, difference=found)


def _difference(line: Ledger, where: str) -> int:
    if where == "boxes":
        return line.difference
    kind, _, name = where.partition(":")
    if kind == "desk":
        return next((one.difference for one in line.desks if one.station == name), 0)
    return next((one.difference for one in line.boxes if one.box == name), 0)
