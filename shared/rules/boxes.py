"""Rules of a ballot box: shown empty and sealed, handed over sealed, opened before witnesses, counted face down.

Boxes are cleaned and sealed before papers are issued (BX4, BV7) and opened together when voting has ended (省 rules in
`docs/sources.md`); a box that is late stays sealed.
"""

from collections.abc import Iterator

from shared import events as ev
from shared.book import BoxBook
from shared.errors import Refusal
from shared.ledger import box_book, page_of, papers_of
from shared.rules.act import Bench
from shared.rules.ballots import doors_are_closed, doors_not_closed, not_declared, reason_given


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses box_unknown, box_already_sealed, box_not_sealed, seal_missing, seal_differs, round_not_called,
    doors_closed, doors_still_open, round_still_open, already_declared, box_away, box_handed_over, box_not_handed_over,
    box_already_received, box_written_off, box_already_opened, box_not_opened, box_already_counted, wrong_papers,
    lead_counts_alone, reason_missing."""
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
    yield from doors_not_closed(bench, event.round)
    if event.box in bench.page(event.round).box:
        yield Refusal("box_already_sealed", box=event.box)
    if not event.seal.strip():
        yield Refusal("seal_missing", box=event.box)


def _gone(found: BoxBook, box: str) -> Iterator[Refusal]:
    """Refuses box_handed_over, box_written_off: it is no longer this station's to touch."""
    if found.handed_over:
        yield Refusal("box_handed_over", box=box)
    if found.written_off:
        yield Refusal("box_written_off", box=box)


def _handed_over(bench: Bench, event: ev.BoxHandedOver) -> Iterator[Refusal]:
    """A box goes to the lead sealed as it stands; or opened, counted and sealed anew, where too few papers lay in it to
    be called here, or where the lead is to call them once more."""
    found = _here(bench, event.round, event.box)
    if bench.is_lead or found is None:
        yield Refusal("box_unknown", box=event.box)
        return
    yield from doors_are_closed(bench, event.round)
    yield from not_declared(bench, event.round)
    yield from _back(bench, event.round, event.box)
    yield from _gone(found, event.box)
    if not event.seal.strip():
        yield Refusal("seal_missing", box=event.box)
    if not found.opened and event.seal != found.seal:
        yield Refusal("seal_differs", box=event.box)
    known = papers_of(bench.state, bench.setup, event.round)
    if not set(event.papers) <= set(known):
        yield Refusal("wrong_papers", round=event.round, papers=list(known))


def _received(bench: Bench, event: ev.BoxReceived) -> Iterator[Refusal]:
    known = bench.setup.box.get(event.box)
    device = next((one.device for one in bench.setup.stations if known and one.id == known.station), "")
    page = page_of(bench.state, device, event.round)
    theirs = page.box.get(event.box) if page else None
    if theirs is None or not theirs.handed_over:
        yield Refusal("box_not_handed_over", box=event.box)
        return
    mine = bench.page(event.round).box.get(event.box)
    if mine is not None and mine.received:
        yield Refusal("box_already_received", box=event.box)
    if event.intact and event.seal != theirs.seal:
        yield Refusal("seal_differs", box=event.box)


def _written_off(bench: Bench, event: ev.BoxWrittenOff) -> Iterator[Refusal]:
    """Of this station; or, at the lead, one that was handed to it and got lost on the way. A station that does not
    answer is written off as a whole."""
    found = box_book(bench.state, bench.setup, event.round, event.box)
    known = bench.setup.box.get(event.box)
    if known is None or not (known.station == bench.station.id or bench.is_lead):
        yield Refusal("box_unknown", box=event.box)
        return
    yield from reason_given(event.reason)
    yield from not_declared(bench, event.round)
    if found is None:
        yield Refusal("box_not_sealed", box=event.box)
        return
    lost_on_the_way = found.handed_over and bench.is_lead
    if known.station != bench.station.id and not (found.received or found.handed_over or found.written_off):
        yield Refusal("box_not_handed_over", box=event.box)
    if found.counts and not lost_on_the_way:
        yield Refusal("box_already_counted", box=event.box)
    if not lost_on_the_way:
        yield from _gone(found, event.box)


def _opened(bench: Bench, event: ev.BoxOpened) -> Iterator[Refusal]:
    found = _here(bench, event.round, event.box)
    if found is None:
        yield Refusal("box_not_sealed", box=event.box)
        return
    yield from doors_are_closed(bench, event.round)
    yield from not_declared(bench, event.round)
    yield from _back(bench, event.round, event.box)
    if not bench.is_lead and bench.setup.procedure.parameters.sub_venue == "hand_over":
        yield Refusal("lead_counts_alone", box=event.box)
    yield from _gone(found, event.box)
    if found.opened:
        yield Refusal("box_already_opened", box=event.box)
    if event.intact and event.seal != found.seal:
        yield Refusal("seal_differs", box=event.box)


def _counted(bench: Bench, event: ev.BoxCounted) -> Iterator[Refusal]:
    """A box whose papers lie in a pile may be counted again, with a reason: the call may find that the figure was
    wrong. The pile is then mixed and called anew."""
    found = _here(bench, event.round, event.box)
    if found is None or not found.opened:
        yield Refusal("box_not_opened", box=event.box)
        return
    yield from not_declared(bench, event.round)
    yield from _gone(found, event.box)
    known = papers_of(bench.state, bench.setup, event.round)
    if set(event.papers) != set(known):
        yield Refusal("wrong_papers", round=event.round, papers=list(known))
    if found.counts and not event.again.strip():
        yield Refusal("box_already_counted", box=event.box)


def _back(bench: Bench, round_: int, box: str) -> Iterator[Refusal]:
    """A roaming box is opened only when it is back and its visits are entered."""
    leases = [lease for lease in bench.page(round_).leases.values() if lease.box == box and lease.sent]
    if any(not lease.complete for lease in leases):
        yield Refusal("box_away", box=box)
