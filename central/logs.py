"""All logs of one unit as central holds them: what has come, what of it counts, and why the rest waits.

What counts is a pure function of the pieces that are kept, the packages, the endings and the decisions; no order of
arrival matters. `Logs.add` takes the short way where a piece simply goes on where its log ends. Where something that
counted no longer does (a fork, an ending), `Shrunk` is raised, and the caller begins anew from all that is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from central.gates import Gates, Place, Stop, type_of
from central.lineage import Fork, Run, Tree, opening, trunk
from central.pieces import Piece
from shared.chain import Head
from shared.errors import Refusal
from shared.events import KINDS, LogTaken, PackageTaken
from shared.replay import Entry

NOTHING: Final = Head("", "", 0, "")
_NEEDS_NO_LOOK: Final = frozenset(KINDS) - {LogTaken.TYPE, PackageTaken.TYPE}


class ShrunkError(Exception):
    """Something that counted does not count any more."""


class Step(NamedTuple):
    """A line that counts from now on. ``known`` is False for a released line of a kind that this version cannot
    read."""

    device: str
    epoch: str
    seq: int
    hash: str
    raw: bytes
    known: bool = True


@dataclass(slots=True)
class Log:
    """One device's log. ``counted[epoch]`` lines of each run count, in the order of the runs."""

    device: str
    pieces: dict[str, Piece] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    fork: Fork | None = None
    decided: tuple[Fork, ...] = ()
    counted: dict[str, int] = field(default_factory=dict)
    stop: Stop | None = None
    loose: bool = False  # some piece does not lie wholly on the trunk

    @property
    def head(self) -> Head:
        """The last line that counts."""
        for run in reversed(self.runs):
            if self.counted.get(run.epoch):
                through = self.counted[run.epoch]
                return Head(self.device, run.epoch, through, run.hashes[through - 1])
        return NOTHING

    def run(self, epoch: str) -> Run | None:
        return next((run for run in self.runs if run.epoch == epoch), None)

    def through(self, epoch: str) -> tuple[int, str]:
        """(accepted through, hash there) of one epoch; (0, "") where nothing of it counts."""
        run, through = self.run(epoch), self.counted.get(epoch, 0)
        return (through, run.hashes[through - 1]) if run and through else (0, "")

    def has(self, head: Head) -> bool:
        """Whether the log counts at least up to exactly this head."""
        run = self.run(head.epoch)
        counted = self.counted.get(head.epoch, 0)
        return run is not None and 0 < head.through <= counted and run.hashes[head.through - 1] == head.hash

    def heads(self) -> list[Head]:
        """The head of every epoch that counts."""
        return [Head(self.device, run.epoch, *self.through(run.epoch)) for run in self.runs if self.counted[run.epoch]]

    def counts(self, piece: Piece) -> bool:
        return self.has(Head(self.device, piece.epoch, piece.to, piece.head))

    def repeats(self, piece: Piece) -> bool:
        """Whether the piece says only what the trunk says already."""
        run = self.run(piece.epoch)
        if run is None or piece.to > len(run.hashes):
            return False
        before = run.hashes[piece.from_ - 2] if piece.from_ > 1 else piece.prev
        return before == piece.prev and tuple(run.hashes[piece.from_ - 1 : piece.to]) == piece.hashes

    def goes_on(self, piece: Piece) -> bool:
        """Whether the piece begins exactly where the trunk ends."""
        if not self.runs:
            opened = opening(piece)
            return piece.from_ == 1 and (opened is None or opened.previous is None)
        run = self.runs[-1]
        return (piece.epoch, piece.from_ - 1, piece.prev) == (run.epoch, len(run.hashes), run.hashes[-1])


@dataclass(slots=True)
class Logs:
    """``chosen``: (device, parent hash) -> child hash that a decision named."""

    election: str
    gates: Gates
    chosen: Mapping[tuple[str, str], str] = field(default_factory=dict)
    logs: dict[str, Log] = field(default_factory=dict)

    def log(self, device: str) -> Log:
        found = self.logs.get(device)
        if found is None:
            found = self.logs[device] = Log(device)
        return found

    def piece(self, id_: str) -> Piece:
        """A piece that is kept, by its name."""
        return next(log.pieces[id_] for log in self.logs.values() if id_ in log.pieces)

    def has(self, head: Head) -> bool:
        log = self.logs.get(head.device)
        return log is not None and log.has(head)

    def fetch(self, head: Head, since: Head | None) -> Iterable[Entry]:
        """Lines of one epoch of a log after ``since`` up to ``head``, for `shared.replay`."""
        run = self.logs[head.device].run(head.epoch)
        if run is None:
            raise LookupError(f"nothing is held of epoch {head.epoch}")
        first = since.through if since is not None else 0
        entries = zip(run.lines[first : head.through], run.hashes[first : head.through], strict=True)
        return (entry for entry in entries if type_of(entry[0]) in KINDS)

    def add(self, piece: Piece) -> list[Step]:
        """Take a piece in and give the lines that count because of it. Raises `ShrunkError`."""
        log = self.log(piece.device)
        if piece.id in log.pieces:
            return []
        log.pieces[piece.id] = piece
        if not log.loose and log.stop is None and log.fork is None:
            if log.repeats(piece):
                return []
            if log.goes_on(piece) and self.gates.plain(piece):
                return self._short_way(log, piece)
        self._regrow(log)
        return list(self._advance_all())

    def _short_way(self, log: Log, piece: Piece) -> list[Step]:
        if not log.runs:
            log.runs = (Run(piece.epoch),)
            log.counted[piece.epoch] = 0
        log.runs[-1].extend(piece)
        steps = list(self._advance(log))
        if any(other.stop and other.stop.waits_for == log.device for other in self.logs.values()):
            steps += self._advance_all()
        return steps

    def take(self, pieces: Iterable[Piece]) -> list[Step]:
        """Begin with many pieces at once."""
        for piece in pieces:
            self.log(piece.device).pieces[piece.id] = piece
        for device in sorted(self.logs):
            self._regrow(self.logs[device])
        return list(self._advance_all())

    def _regrow(self, log: Log) -> None:
        chosen = {parent: child for (device, parent), child in self.chosen.items() if device == log.device}
        grown = trunk(Tree(log.pieces.values(), self.election), chosen)
        _hold_counted(log, grown.runs)
        log.runs, log.fork, log.decided = grown.runs, grown.fork, grown.decided
        log.counted = {run.epoch: log.counted.get(run.epoch, 0) for run in grown.runs}
        log.loose = log.fork is not None or not all(log.repeats(piece) for piece in log.pieces.values())

    def _advance_all(self) -> Iterator[Step]:
        """Again and again, since one log may wait for another."""
        moved = True
        while moved:
            moved = False
            for device in sorted(self.logs):
                for step in self._advance(self.logs[device]):
                    moved = True
                    yield step

    def _advance(self, log: Log) -> Iterator[Step]:
        log.stop = None
        last = self._last_released(log)
        passed = 0
        for run in log.runs:
            yield from self._advance_run(log, run, last - passed)
            if log.counted[run.epoch] < len(run.hashes):
                return
            passed += len(run.hashes)

    def _advance_run(self, log: Log, run: Run, released: int) -> Iterator[Step]:
        """Most lines lie in a plain piece and are of a kind that needs no look. ``released``: so many lines of the run
        count in spite of a quarantine."""
        plain: tuple[Piece, ...] = ()
        for index in range(log.counted[run.epoch], len(run.hashes)):
            raw, covers = run.lines[index], run.covers[index]
            kind = type_of(raw)
            if covers is not plain and len(covers) == 1 and self.gates.plain(covers[0]):
                plain = covers
            if covers is not plain or kind not in _NEEDS_NO_LOOK:
                log.stop = self.gates.stop(_place(log, run, index), released=index < released)
                if log.stop is not None:
                    return
            log.counted[run.epoch] = index + 1
            yield Step(log.device, run.epoch, index + 1, run.hashes[index], raw, kind in KINDS)

    def _last_released(self, log: Log) -> int:
        """How many lines of the trunk a decision lets count in spite of a quarantine."""
        released = self.gates.released.get(log.device, frozenset())
        passed = last = 0
        for run in log.runs if released else ():
            last = max((passed + place for place, hash_ in enumerate(run.hashes, 1) if hash_ in released), default=last)
            passed += len(run.hashes)
        return last

    def waiting(self) -> Iterator[tuple[Piece, Stop]]:
        """Every piece that does not wholly count, with the reason."""
        for device in sorted(self.logs):
            log = self.logs[device]
            if log.stop is None and not log.loose:
                continue
            for piece in log.pieces.values():
                if not log.counts(piece):
                    yield piece, self.why(log, piece)

    def why(self, log: Log, piece: Piece) -> Stop:
        """Why a piece does not wholly count: its log stops before its end, forked, or does not reach it."""
        if log.stop is not None and log.repeats(piece):
            return log.stop
        if any(piece.epoch == fork.epoch and piece.to >= fork.seq for fork in log.decided):
            return Stop("quarantined", Refusal("branch_not_chosen", epoch=piece.epoch, seq=piece.from_))
        if log.fork is not None:
            return Stop("quarantined", Refusal("forked", epoch=log.fork.epoch, seq=log.fork.seq))
        run = log.run(piece.epoch)
        reached = len(run.hashes) if run else 0
        if piece.from_ > reached + 1:
            return Stop("held", Refusal("gap", epoch=piece.epoch, next=reached + 1, found=piece.from_))
        return Stop("held", Refusal("epoch_waits", epoch=piece.epoch))


def _hold_counted(log: Log, runs: tuple[Run, ...]) -> None:
    """All that counted must stand at the same places of the new trunk."""
    counted = [(run.epoch, run.hashes[: log.counted[run.epoch]]) for run in log.runs if log.counted[run.epoch]]
    for place, (epoch, hashes) in enumerate(counted):
        if place >= len(runs) or runs[place].epoch != epoch or runs[place].hashes[: len(hashes)] != hashes:
            raise ShrunkError
        if place < len(counted) - 1 and len(runs[place].hashes) != len(hashes):
            raise ShrunkError  # lines that were thought lost have come: they go before what follows


def _place(log: Log, run: Run, index: int) -> Place:
    epochs = tuple(one.epoch for one in log.runs)
    return Place(log.device, run.epoch, index + 1, run.hashes[index], run.lines[index], run.covers[index], epochs)
