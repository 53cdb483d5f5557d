"""Rules of the log itself: how an epoch begins, when a package or another log may be taken in."""

from collections.abc import Iterator
from typing import Final

from shared import events as ev
from shared.book import Book
from shared.errors import Refusal
from shared.rules.act import Bench

PHONE_KINDS: Final = (ev.EpochOpened, ev.PackageTaken, ev.LogTaken, ev.VisitRecorded, ev.PaperReplaced)


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses epoch_tail_differs, package_not_newer, package_differs, log_of_stranger, log_not_ahead, box_unknown."""
    match bench.act.event:
        case ev.EpochOpened() as event:
            yield from _epoch(bench, event)
        case ev.PackageTaken() as event:
            yield from _package(bench, event)
        case ev.LogTaken() as event:
            yield from _taken(bench, event)
        case ev.DeviceEnrolled() as event:
            box = bench.setup.box.get(event.box)
            if box is None or box.kind != "roaming" or box.station != bench.station.id:
                yield Refusal("box_unknown", box=event.box)
        case _:
            pass


def order(bench: Bench) -> Iterator[Refusal]:
    """Every epoch begins with epoch.opened; then comes a package, before anything else. Refuses epoch_not_first,
    package_missing."""
    first = isinstance(bench.act.event, ev.EpochOpened)
    if (bench.act.seq == 1) is not first:
        yield Refusal("epoch_not_first", seq=bench.act.seq)
    if not first and not isinstance(bench.act.event, ev.PackageTaken) and not bench.book.package:
        yield Refusal("package_missing")


def phone(bench: Bench) -> Iterator[Refusal]:
    """A phone's log holds the visits of its one box and what went out on them, nothing else. Refuses phone_only_visits,
    box_unknown."""
    if not bench.is_phone:
        return
    event = bench.act.event
    if not isinstance(event, PHONE_KINDS):
        yield Refusal("phone_only_visits", kind=event.TYPE)
    elif isinstance(event, ev.VisitRecorded | ev.PaperReplaced):
        boxes = [book.enrolled[bench.act.device][0] for book in _enrolling(bench)]
        if boxes and event.box not in boxes:
            yield Refusal("box_unknown", box=event.box)


def _enrolling(bench: Bench) -> list[Book]:
    return [book for book in bench.state.books.values() if bench.act.device in book.enrolled]


def _epoch(bench: Bench, event: ev.EpochOpened) -> Iterator[Refusal]:
    known = bench.book.epochs
    if not known:
        if event.previous is not None and not event.missing:
            yield Refusal("epoch_tail_differs", through=0)
        return
    epoch, through, head = known[-1]
    told = event.previous
    if (
        told is None
        or told.epoch != epoch
        or not told.through - event.missing <= through <= told.through
        or (told.through == through and told.head != head)
    ):
        yield Refusal("epoch_tail_differs", through=through)


def _package(bench: Bench, event: ev.PackageTaken) -> Iterator[Refusal]:
    if event.version <= bench.book.package:
        yield Refusal("package_not_newer", version=event.version, taken=bench.book.package)
    elif event.version == bench.setup.version and event.hash != bench.setup.hash:
        yield Refusal("package_differs", version=event.version)


def _taken(bench: Bench, event: ev.LogTaken) -> Iterator[Refusal]:
    if event.device == bench.act.device or not _belongs(bench, event.device):
        yield Refusal("log_of_stranger", device=event.device)
        return
    book = bench.state.books.get(event.device)
    for number, (epoch, through, _) in enumerate(book.epochs if book else (), start=1):
        behind = event.through <= through or (book is not None and number < len(book.epochs))
        if epoch == event.epoch and behind:
            yield Refusal("log_not_ahead", through=event.through, taken=through)


def _belongs(bench: Bench, device: str) -> bool:
    if device in bench.setup.station_of_device:
        return True
    return any(device in book.enrolled for book in bench.state.books.values())
