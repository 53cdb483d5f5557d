"""The running book of one station: its state in memory, and the one door through which the log grows.

1. Acts are judged one after another in the writer's thread, each against the state that includes those before it.
2. An act is all or nothing, and is answered when it is durable.
3. The state is changed in place: whoever reads it holds `Keeper.lock` while reading.
4. A database that is older than what was once known of it is read-only (`station.high_water`).
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from shared import chain
from shared import events as ev
from shared import line as lines
from shared.chain import Head
from shared.election import Setup, Station
from shared.errors import Refusal
from shared.replay import Entry, Judged, Replay, origin
from shared.rules import Act, By, objections
from shared.state import State, fingerprint
from station.enrolment import Enrolment
from station.high_water import HighWater, behind
from station.store import arrivals, outbox, siblings
from station.store import log as own_log
from station.store.log import Written
from station.store.opening import Engine, reading
from station.store.scratch import forget_for_good
from station.writer import HalfDoneError, Work, Writer

__all__ = ["Build", "By", "Clock", "Keeper", "Random", "Written"]

T = TypeVar("T")
Build = Callable[[State, Setup], Sequence[ev.Event]]
Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
KNOWS_OTHERS: Final = (ev.PapersIssued, ev.VisitRecorded, ev.LeaseGranted)


def _nothing(_: sqlite3.Connection) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a keeper is handed: the clock (aware times), randomness, and the folder of the database."""

    now: Clock
    random: Random
    folder: Path


class Keeper:
    """Opens the book and keeps it, in the name of the key that ``enrolment`` holds."""

    def __init__(self, engine: Engine, enrolment: Enrolment, around: Surroundings) -> None:
        self.engine: Final = engine
        self.enrolment: Final = enrolment
        self.setups: Final = enrolment.setups
        self.device: Final = enrolment.device
        self.now: Final = around.now
        self.random: Final = around.random
        self.lock: Final = threading.RLock()
        self._fingerprint: tuple[tuple[str, int, str] | None, str] = (None, "")
        self._others: tuple[Head, ...] = ()
        self._arrivals = -1  # nothing was looked at yet
        self._acknowledged: dict[str, int] = {}
        self._replay = self._rebuilt()
        forget_for_good(engine)
        self.high_water: Final = HighWater(around.folder / "high-water.json", self.device)
        self.readonly: Refusal | None = self.high_water.objection(engine)
        self._writer: Final = Writer(engine, recover=self.rebuild, committed=self._on_commit)

    @property
    def state(self) -> State:
        """All books in front of this station. Hold `lock` while looking."""
        return self._replay.state

    @property
    def setup(self) -> Setup:
        """The package version that the log took last."""
        return self._replay.setup

    @property
    def station(self) -> Station:
        return self.setup.station_of_device[self.device]

    @property
    def head(self) -> Head:
        """The end of the own log: of its living epoch, or of nothing."""
        epoch, through, hash_ = self.state.mine.head()
        return Head(self.device, epoch, through, hash_)

    def fingerprint(self) -> str:
        """Of the state at the head, 64 hex digits; computed once a head, on demand."""
        with self.lock:
            head = self.state.mine.head()
            if self._fingerprint[0] != head:
                self._fingerprint = (head, fingerprint(self.state, self.setup.hash))
            return self._fingerprint[1]

    def acknowledged(self) -> dict[str, int]:
        """Epoch -> how far the office is known to hold it."""
        self.heard()
        with self.lock:
            return dict(self._acknowledged)

    def propose(
        self,
        events: Sequence[ev.Event] | Build,
        by: tuple[By, ...],
        token: str = "",
        *,
        before: Work[None] = _nothing,
        after: Work[None] = _nothing,
    ) -> Written:
        """Do one act; blocks until it is durable.

        ``events`` may be a function, called against exactly the state that they are judged by. ``before`` (which only
        reads) and ``after`` are done in the same transaction. Raises the first refusal, and then nothing is written.
        """
        self.writable()
        return self._propose(events, by, token, before=before, after=after)

    def _propose(
        self,
        events: Sequence[ev.Event] | Build,
        by: tuple[By, ...],
        token: str,
        *,
        before: Work[None] = _nothing,
        after: Work[None] = _nothing,
    ) -> Written:
        build = events if callable(events) else lambda _state, _setup: events

        def work(connection: sqlite3.Connection) -> Written:
            known = own_log.remembered(connection, token) if token else None
            if known is not None:
                return known
            before(connection)
            self._notice(connection)
            with self.lock:
                written = self._act(connection, build(self.state, self.setup), by)
            after(connection)
            if token:
                own_log.remember(connection, token, written)
            return written

        return self._writer.run(work)

    def write(self, work: Work[T]) -> T:
        """Change what stands outside the log (PINs, scratch, batches), in the writer's next transaction.

        Work that refuses must do so before it writes.
        """
        return self._writer.run(work)

    def writable(self) -> None:
        """Refuses database_behind, database_forked where this database must not grow."""
        if self.readonly is not None:
            raise self.readonly

    def rebuild(self) -> None:
        """Compute the state anew from the database."""
        with self.lock:
            self._replay = self._rebuilt()

    def heard(self) -> None:
        """Take notice of what arrived since the last look, through this keeper or through a command beside it: heads
        of other logs, which go into the lines to come, and receipts, which say how far the office holds each epoch."""
        with reading(self.engine) as connection:
            self._notice(connection)

    def lacks(self, head: Head) -> Refusal | None:
        """Whether somebody who holds our log up to ``head`` holds more, or other, than this database.

        Earlier epochs are settled: what was lost or forked there two officials accepted when they opened the next.
        """
        with reading(self.engine) as connection:
            settled = [epoch for epoch, _ in own_log.epochs(connection)][:-1]
            return None if head.epoch in settled else behind(connection, head)

    def suspect(self, refusal: Refusal) -> None:
        """Somebody holds more of this log than this database does: from now on it is read-only."""
        self.readonly = refusal

    def go_on(self, events: Sequence[ev.Event] | Build, by: tuple[By, ...], token: str = "") -> Written:
        """Open a new epoch by two officials on a database that was read-only; from then on it is not."""
        written = self._propose(events, by, token)
        self.readonly = None
        self.high_water.reached(self.head)
        self.high_water.flush()
        return written

    def close(self) -> None:
        """Finish what is queued and write down how far the log reaches."""
        self._writer.close()
        self.high_water.close()

    # Inside the writer's thread

    def _act(self, connection: sqlite3.Connection, events: Sequence[ev.Event], by: tuple[By, ...]) -> Written:
        self._refuse_early(events, by)
        epoch, first = self._begin(events[0])
        at = self.now().isoformat(timespec="seconds")
        written: list[Entry] = []
        for event in events:
            try:
                written.append(self._happen(event, by, (epoch, at)))
            except Refusal as refusal:
                if written:
                    raise HalfDoneError(refusal) from refusal
                raise
        own_log.append(connection, epoch.epoch, first, written)
        return Written(epoch.epoch, first, first + len(written) - 1, at)

    def _begin(self, first: ev.Event) -> tuple[Head, int]:
        """The log that the act goes on, and the number of its first event."""
        if isinstance(first, ev.EpochOpened):
            return chain.start(self.device, self.setup.election.id, self.random(16).hex()), 1
        if not self.head.epoch:
            raise Refusal("log_not_begun")
        return self.head, self.head.through + 1

    def _refuse_early(self, events: Sequence[ev.Event], by: tuple[By, ...]) -> None:
        """One admission never makes another one lawful: refuse the second before the first is done."""
        issued = [event for event in events if isinstance(event, ev.PapersIssued)]
        for event in issued if len(issued) > 1 else ():
            self._judge(event, by, self.head, self.head.through + 1)

    def _judge(self, event: ev.Event, by: tuple[By, ...], before: Head, seq: int) -> None:
        setup = self.setup
        if isinstance(event, ev.PackageTaken):
            if event.version not in self.setups:
                raise Refusal("package_not_loaded")  # the rules cannot know what lies in this station's folder
            setup = self.setups[event.version]
        found = objections(Act(event, by, self.device, before.epoch, seq), self.state, setup)
        if found:
            raise found[0]

    def _happen(self, event: ev.Event, by: tuple[By, ...], where: tuple[Head, str]) -> Entry:
        """Judge one event, let it have happened in memory, and give its line."""
        epoch, at = where
        before = self.head if self.head.epoch == epoch.epoch else epoch
        seq = before.through + 1
        self._judge(event, by, before, seq)
        kind, data = ev.write(event)
        line = lines.Line(
            seq=seq,
            at=at,
            type=kind,
            by=tuple(lines.By(one.official, one.desk) for one in by),
            data=data,
            ctx=self._others if isinstance(event, KNOWS_OTHERS) else (),
            salt=self.random(16).hex() if event.NAMES_VOTER else "",
        )
        raw = lines.write(line)
        hash_ = chain.extend(before.hash, raw)
        self._replay.accept(Judged(line, event, origin(self.device, before.epoch, line, hash_), ()))
        return raw, hash_

    def _notice(self, connection: sqlite3.Connection) -> None:
        """One row tells whether there is more to read: this stands before every act."""
        count = arrivals.count(connection)
        if count == self._arrivals:
            return
        others = siblings.heads(connection)
        acknowledged = outbox.acknowledged(connection, self.enrolment.office.id)
        with self.lock:
            if count > self._arrivals:  # another thread may have read a later moment
                self._arrivals, self._others, self._acknowledged = count, others, acknowledged

    def _rebuilt(self) -> Replay:
        replay = Replay(self.device, self.setups, self._fetch)
        with reading(self.engine) as connection:
            self._arrivals = -1  # what was rolled back may have been noticed
            self._notice(connection)
            for epoch, entry in own_log.all_lines(connection):
                replay.accept(_happened(self.device, epoch, entry))
        return replay

    def _fetch(self, head: Head, since: Head | None) -> list[Entry]:
        with reading(self.engine) as connection:
            return siblings.lines_after(connection, head, since)

    def _on_commit(self) -> None:
        if self.readonly is None:
            self.high_water.reached(self.head)


def _happened(device: str, epoch: str, entry: Entry) -> Judged:
    """A line of our own log: it was judged when it was written, and `station.checking` judges it again."""
    raw, hash_ = entry
    line = lines.read(raw)
    return Judged(line, ev.read(line.type, line.data), origin(device, epoch, line, hash_), ())
