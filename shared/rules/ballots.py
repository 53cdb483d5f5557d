"""Rules of the papers at the desk: received, left, spoiled and replaced, not returned; and of the doors they need."""

from collections.abc import Iterable, Iterator

from shared import events as ev
from shared.book import RoundBook
from shared.errors import Refusal
from shared.ledger import Ledger, ledger, papers_of
from shared.rules.act import Bench


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses wrong_papers, papers_missing, no_papers_left, not_admitted, reason_missing, count_missing,
    more_than_open, difference_changed, lead_only, visits_complete, fewer_than_gone, nothing_corrected, and those of
    `doors`, `doors_are_closed` and `not_declared`."""
    match bench.act.event:
        case ev.PapersReceived() as event:
            yield from _received(bench, event)
        case ev.PapersCorrected() as event:
            yield from _corrected(bench, event)
        case ev.DeskRecounted() as event:
            yield from _recounted(bench, event)
        case ev.PaperReplaced() as event:
            yield from _replaced(bench, event)
        case ev.PapersNotReturned() as event:
            yield from _not_returned(bench, event)
        case ev.DifferenceExplained() as event:
            yield from _explained(bench, event)
        case _:
            pass


def doors(bench: Bench, round_: int) -> Iterator[Refusal]:
    """Papers go out only in a round that the lead opened and did not close, through this station's open doors. Refuses
    round_not_open, round_closed, doors_not_open, doors_paused, doors_closed."""
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


def doors_not_closed(bench: Bench, round_: int) -> Iterator[Refusal]:
    if bench.page(round_).doors == "closed":
        yield Refusal("doors_closed", round=round_)


def doors_are_closed(bench: Bench, round_: int) -> Iterator[Refusal]:
    """What comes after voting: at the lead not before the round is closed (it is the one who knows), elsewhere not
    before the station's own doors are."""
    if bench.page(round_).doors != "closed":
        yield Refusal("doors_still_open", round=round_)
    elif bench.is_lead and not bench.orders(round_).closed:
        yield Refusal("round_still_open", round=round_)


def not_declared(bench: Bench, round_: int) -> Iterator[Refusal]:
    """What was declared stands: boxes and counts that come later stay sealed, and are for people to settle."""
    if bench.orders(round_).declared:
        yield Refusal("already_declared", round=round_)


def reason_given(reason: str) -> Iterator[Refusal]:
    if not reason.strip():
        yield Refusal("reason_missing")


def desk_left(bench: Bench, round_: int, paper: str) -> int:
    """Papers of a type that should still lie on this station's desk."""
    return _left(bench.page(round_), paper)


def _left(page: RoundBook, paper: str) -> int:
    entry = page.paper.get(paper)
    left = entry.received - entry.issued if entry else 0
    for lease in page.leases.values():
        left += lease.brought_back.get(paper, 0) - lease.papers.get(paper, 0)
    return left


def enough_papers(bench: Bench, round_: int, papers: Iterable[str]) -> Iterator[Refusal]:
    """Refuses no_papers_left: the book holds no paper that could go out."""
    page = bench.page(round_)
    for paper in papers:
        if _left(page, paper) < 1:
            yield Refusal("no_papers_left", paper=paper)


def _received(bench: Bench, event: ev.PapersReceived) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, event.round)
    if not set(event.papers) <= set(known):
        yield Refusal("wrong_papers", round=event.round, papers=list(known))
    if not event.papers or not all(event.papers.values()):
        yield Refusal("papers_missing")
    yield from doors_not_closed(bench, event.round)


def _corrected(bench: Bench, event: ev.PapersCorrected) -> Iterator[Refusal]:
    """Also after the doors are closed, because only the closing may show the slip; not once the round is declared."""
    yield from _known_papers(bench, event.round, event.papers)
    yield from reason_given(event.reason)
    page = bench.page(event.round)
    for paper, count in event.papers.items():
        received = page.paper[paper].received if paper in page.paper else 0
        gone = received - _left(page, paper)
        if count < gone:
            yield Refusal("fewer_than_gone", paper=paper, gone=gone)
        if count == received:
            yield Refusal("nothing_corrected", paper=paper, count=count)
    yield from not_declared(bench, event.round)


def _recounted(bench: Bench, event: ev.DeskRecounted) -> Iterator[Refusal]:
    yield from _known_papers(bench, event.round, event.unused)
    yield from reason_given(event.reason)
    if bench.page(event.round).doors != "closed":
        yield Refusal("doors_still_open", round=event.round)
    yield from not_declared(bench, event.round)


def _known_papers(bench: Bench, round_: int, papers: ev.Papers) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, round_)
    if not set(papers) <= set(known):
        yield Refusal("wrong_papers", round=round_, papers=list(known))
    if not papers:
        yield Refusal("papers_missing")


def _replaced(bench: Bench, event: ev.PaperReplaced) -> Iterator[Refusal]:
    yield from reason_given(event.reason)
    uses = [one for one in bench.book.admissions.get((event.round, event.voter), ()) if one.live]
    fitting = [use for use in uses if event.paper in use.types and use.box == event.box]
    if not fitting:
        yield Refusal("not_admitted", voter=event.voter, paper=event.paper)
    if not event.box:
        yield from doors(bench, event.round)
        yield from enough_papers(bench, event.round, (event.paper,))
    leases = bench.page(event.round).leases
    if any(use.lease in leases and leases[use.lease].complete for use in fitting):
        yield Refusal("visits_complete", box=event.box)


def _known_paper(bench: Bench, round_: int, paper: str) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, round_)
    if paper not in known:
        yield Refusal("wrong_papers", round=round_, papers=list(known))


def _not_returned(bench: Bench, event: ev.PapersNotReturned) -> Iterator[Refusal]:
    yield from _known_paper(bench, event.round, event.paper)
    yield from reason_given(event.reason)
    if not event.count:
        yield Refusal("count_missing", paper=event.paper)
    station = "" if bench.is_lead else bench.station.id
    open_ = max(ledger(bench.state, bench.setup, event.round, event.paper, station=station).difference, 0)
    if event.count > open_:
        yield Refusal("more_than_open", paper=event.paper, difference=open_)


def _explained(bench: Bench, event: ev.DifferenceExplained) -> Iterator[Refusal]:
    yield from _known_paper(bench, event.round, event.paper)
    yield from reason_given(event.reason)
    if event.where == "boxes" and not bench.is_lead:  # a difference of the whole unit, which the lead alone can see
        yield Refusal("lead_only", kind=event.TYPE, lead=bench.setup.lead.id)
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
