"""A unit as the office sees it: all logs' books at the heads that count, with the decisions folded over them.

A view is a copy: whoever looks at it is not disturbed by what comes in meanwhile, and disturbs nothing.
"""

import hashlib
import pickle
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from central import adjudication
from central.decisions import Docket, Settlement
from central.gates import Stop, type_of
from central.intake import Intake
from central.lineage import Fork
from central.logs import Log
from central.merge import Conflict, Known, conflicts
from central.pieces import Piece
from central.units import Loaded
from shared import canonical, codec
from shared import line as lines
from shared.book import Admission
from shared.chain import Head
from shared.election import Setup
from shared.events import LogTaken
from shared.state import State, fingerprint

MOST_VIEWS: Final = 64


@dataclass(frozen=True, slots=True)
class LogView:
    """What is shown of one log. ``epochs``: (epoch, through, head) that count; ``waiting``: pieces that do not."""

    device: str
    epochs: tuple[Head, ...]
    pieces: int
    waiting: tuple[tuple[Piece, Stop], ...]
    stop: Stop | None
    fork: Fork | None
    decided: tuple[Fork, ...]


@dataclass(frozen=True)
class View:
    """``said``: the books as the stations wrote them; ``state``: with the decisions. ``setup`` is the newest
    version."""

    unit: str
    version: int
    setup: Setup
    docket: Docket
    said: State
    state: State
    conflicts: tuple[Conflict, ...]
    logs: tuple[LogView, ...]
    stations: dict[str, str] = field(default_factory=dict)  # station id -> fingerprint of its log's state

    @cached_property
    def fingerprint(self) -> str:
        """Of the whole unit: all logs and decisions; equal for whoever holds the same."""
        value = {"decisions": self.docket.head, "state": fingerprint(self.state, self.setup.hash)}
        return hashlib.sha256(canonical.encode(value)).hexdigest()

    @property
    def rounds(self) -> list[int]:
        """The rounds that the lead called."""
        book = self.state.books.get(self.setup.lead.device)
        return sorted(number for number, page in book.rounds.items() if page.kind) if book else []

    def under(self, chosen: Settlement) -> State:
        """The books as they would stand if one more outcome were decided."""
        state = _copy(self.state)
        adjudication.apply(state, chosen)
        return state


class Views:
    """The views that were asked for last."""

    def __init__(self, intake: Intake) -> None:
        self._intake: Final = intake
        self._held: OrderedDict[str, View] = OrderedDict()

    def get(self, unit: str) -> View | None:
        """The unit as it stands now; None where the office has signed no package for it yet."""
        with self._intake.lock:
            loaded = self._intake.units.get(unit)
            held = self._held.get(unit)
            if held is None or held.version != loaded.version:
                if loaded.setup is None:
                    return None
                held = self._held[unit] = view_of(loaded, loaded.setup)
            self._held.move_to_end(unit)
            if len(self._held) > MOST_VIEWS:
                self._held.popitem(last=False)
        return held


def view_of(loaded: Loaded, setup: Setup) -> View:
    """The caller sees to it that nothing comes in meanwhile."""
    said = _said(loaded)
    state = _copy(said)
    adjudication.fold(state, loaded.docket.decisions)
    return View(
        unit=loaded.unit,
        version=loaded.version,
        setup=setup,
        docket=loaded.docket,
        said=said,
        state=state,
        conflicts=tuple(conflicts(said, lambda use: _known(loaded, use))),
        logs=tuple(_log_view(loaded, loaded.logs.logs[device]) for device in sorted(loaded.logs.logs)),
        stations={
            station.id: fingerprint(replay.state, replay.setup.hash)
            for station in setup.stations
            if (replay := loaded.judges.replays.get(station.device)) is not None
        },
    )


def _said(loaded: Loaded) -> State:
    """One book a log: each log's own replay brought its own book forward."""
    state = State("")
    for device, replay in loaded.judges.replays.items():
        book = state.books[device] = replay.state.mine
        for key, uses in book.admissions.items():
            state.rights[key].extend(uses)
    return _copy(state)


def _copy(state: State) -> State:
    copied: State = pickle.loads(pickle.dumps(state, pickle.HIGHEST_PROTOCOL))  # noqa: S301  # our own bytes, never stored
    return copied


def _known(loaded: Loaded, use: Admission) -> Known:
    """What the station of an admission had of other logs when it admitted."""
    before, received = list[bytes](), tuple[Head, ...]()
    for run in loaded.logs.log(use.device).runs:
        if run.epoch == use.epoch:
            before += run.lines[: use.seq - 1]
            received = lines.read(run.lines[use.seq - 1]).ctx
            break
        before += run.lines
    taken = [codec.read(LogTaken, lines.read(raw).data) for raw in before if type_of(raw) == LogTaken.TYPE]
    return Known(
        received=received,
        taken=tuple(Head(one.device, one.epoch, one.through, one.head) for one in taken),
        epochs={device: tuple(run.epoch for run in log.runs) for device, log in loaded.logs.logs.items()},
    )


def _log_view(loaded: Loaded, log: Log) -> LogView:
    waiting = tuple((piece, loaded.logs.why(log, piece)) for piece in log.pieces.values() if not log.counts(piece))
    return LogView(log.device, tuple(log.heads()), len(log.pieces), waiting, log.stop, log.fork, log.decided)
