"""Rules of the log itself: how an epoch begins, when a package or another log may be taken in."""

from collections.abc import Iterator

from shared import events as ev
from shared.errors import Refusal
from shared.rules.act import Bench


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses epoch_not_first, epoch_tail_differs, package_not_newer, package_differs, log_of_stranger, log_not_ahead,
    box_unknown."""
    match bench.act.event:
        case ev.EpochOpened() as event:
            yield from _epoch(bench, event)
        case ev.PackageTaken() as event:
            yield from _package(bench, event)
        case ev.LogTaken() as event:
            yield from _taken(bench, event)
        case ev.DeviceEnrolled() as event:
            if event.box not in bench.setup.box or bench.setup.box[event.box].kind != "roaming":
                yield Refusal("box_unknown", box=event.box)
        case _:
            pass


def order(bench: Bench) -> Iterator[Refusal]:
    """Every epoch begins with epoch.opened; nothing but log events before a package is taken."""
    first = isinstance(bench.act.event, ev.EpochOpened)
    if (bench.act.seq == 1) is not first:
        yield Refusal("epoch_not_first", seq=bench.act.seq)
    if not first and not isinstance(bench.act.event, ev.PackageTaken) and not bench.book.package:
        yield Refusal("package_missing")


def _epoch(bench: Bench, event: ev.EpochOpened) -> Iterator[Refusal]:
    known = bench.book.epochs
    if not known:
        if event.previous is not None and not event.missing:
            yield Refusal("epoch_tail_differs", through=0)
        return
    epoch, through, head = known[-1]
    told = event.previous
    if told is None or told.epoch != epoch:
        yield Refusal("epoch_tail_differs", through=through)
    elif told.through - event.missing > through or (told.through == through and told.head != head):
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
    last = bench.book.taken.get(event.device)
    if last is not None and last[0] == event.epoch and event.through <= last[1]:
        yield Refusal("log_not_ahead", through=event.through, taken=last[1])


def _belongs(bench: Bench, device: str) -> bool:
    if device in bench.setup.station_of_device:
        return True
    return any(device in book.enrolled for book in bench.state.books.values())
