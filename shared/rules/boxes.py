"""Rules of a ballot box: shown empty and sealed, handed over sealed, opened before witnesses, counted face down.

Boxes are cleaned and sealed before papers are issued (BX4, BV7) and opened together when voting has ended (省 rules in
`docs/sources.md`); a box that is late stays sealed.
"""

from collections.abc import Iterator

from shared import events as ev
from shared.book import BoxBook
from shared.errors import Refusal
from shared.ledger import box_book, papers_of
from shared.rules.act import Bench


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses box_unknown, box_already_sealed, box_not_sealed, seal_missing, seal_differs, doors_still_open, box_away,
    box_handed_over, box_not_opened, box_already_counted, already_mixed, wrong_papers, lead_counts_alone."""
    match bench.act.event:
        case ev.BoxSealed() as event:
            yield from _sealed(bench, event)
        case ev.BoxHandedOver() as event:
            yield from _handed_over(bench, event)
        case ev.BoxReceived() as event:
            yield from _received(bench, event)
        case ev.BoxWrittenOff() as event:
            yield from _written_off(bench, event)
        case ev.BoxOpened() as event:
            yield from _opened(bench, event)
        case ev.BoxCounted() as event:
            yield from _counted(bench, event)
        case _:
            pass


def _here(bench: Bench, round_: int, box: str) -> BoxBook | None:
    """The box's page in this log, if the box is this station's or was handed to it."""
    found = bench.page(round_).box.get(box)
    known = bench.setup.box.get(box)
    if known is None or found is None:
        return None
    return found if known.station == bench.station.id or found.received else None


def _sealed(bench: Bench, event: ev.BoxSealed) -> Iterator[Refusal]:
    box = bench.setup.box.get(event.box)
    if box is None or box.station != bench.station.id:
        yield Refusal("box_unknown", box=event.box)
        return
    if not bench.orders(event.round).kind:
        yield Refusal("round_not_called", round=event.round)
    if bench.page(event.round).doors == "closed":
        yield Refusal("doors_closed", round=event.round)
    if event.box in bench.page(event.round).box:
        yield Refusal("box_already_sealed", box=event.box)
    if not event.seal.strip():
        yield Refusal("seal_missing", box=event.box)


def _handed_over(bench: Bench, event: ev.BoxHandedOver) -> Iterator[Refusal]:
    found = _here(bench, event.round, event.box)
    if bench.is_lead or found is None:
        yield Refusal("box_unknown", box=event.box)
        return
    yield from _closed_doors(bench, event.round)
    yield from _back(bench, event.round, event.box)
    if found.opened or found.handed_over or found.written_off:
        yield Refusal("box_handed_over", box=event.box)
    if event.seal != found.seal:
        yield Refusal("seal_differs", box=event.box)
    if set(event.papers) - set(papers_of(bench.state, bench.setup, event.round)):
        yield Refusal("wrong_papers", round=event.round, papers=[])


def _received(bench: Bench, event: ev.BoxReceived) -> Iterator[Refusal]:
    known = bench.setup.box.get(event.box)
    device = next((one.device for one in bench.setup.stations if known and one.id == known.station), "")
    book = bench.state.books.get(device)
    page = book.rounds.get(event.round) if book else None
    theirs = page.box.get(event.box) if page else None
    if theirs is None or not theirs.handed_over:
        yield Refusal("box_not_handed_over", box=event.box)
        return
    mine = bench.page(event.round).box.get(event.box)
    if mine is not None and mine.received:
        yield Refusal("box_handed_over", box=event.box)
    if event.intact and event.seal != theirs.seal:
        yield Refusal("seal_differs", box=event.box)


def _written_off(bench: Bench, event: ev.BoxWrittenOff) -> Iterator[Refusal]:
    if event.box not in bench.setup.box:
        yield Refusal("box_unknown", box=event.box)
        return
    found = box_book(bench.state, bench.setup, event.round, event.box)
    if found is None or found.counts or found.written_off:
        yield Refusal("box_already_counted", box=event.box)
    if _here(bench, event.round, event.box) is None and not bench.is_lead:
        yield Refusal("box_unknown", box=event.box)
    if not event.reason.strip():
        yield Refusal("reason_missing")


def _opened(bench: Bench, event: ev.BoxOpened) -> Iterator[Refusal]:
    found = _here(bench, event.round, event.box)
    if found is None:
        yield Refusal("box_not_sealed", box=event.box)
        return
    yield from _closed_doors(bench, event.round)
    yield from _back(bench, event.round, event.box)
    if not bench.is_lead and bench.setup.procedure.parameters.sub_venue == "hand_over":
        yield Refusal("lead_counts_alone", box=event.box)
    if found.handed_over or found.written_off:
        yield Refusal("box_handed_over", box=event.box)
    if found.opened:
        yield Refusal("box_already_counted", box=event.box)
    if event.intact and event.seal != found.seal:
        yield Refusal("seal_differs", box=event.box)


def _counted(bench: Bench, event: ev.BoxCounted) -> Iterator[Refusal]:
    found = _here(bench, event.round, event.box)
    if found is None or not found.opened:
        yield Refusal("box_not_opened", box=event.box)
        return
    known = papers_of(bench.state, bench.setup, event.round)
    if set(event.papers) != set(known):
        yield Refusal("wrong_papers", round=event.round, papers=list(known))
    if found.counts and not event.again.strip():
        yield Refusal("box_already_counted", box=event.box)
    if any(event.box in pile.boxes for piles in bench.page(event.round).piles.values() for pile in piles):
        yield Refusal("already_mixed", box=event.box)


def _closed_doors(bench: Bench, round_: int) -> Iterator[Refusal]:
    if bench.page(round_).doors != "closed":
        yield Refusal("doors_still_open", round=round_)


def _back(bench: Bench, round_: int, box: str) -> Iterator[Refusal]:
    """A roaming box is opened only when it is back and its visits are entered."""
    leases = [lease for lease in bench.page(round_).leases.values() if lease.box == box and lease.sent]
    if any(not lease.complete for lease in leases):
        yield Refusal("box_away", box=box)
