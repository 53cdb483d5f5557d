"""Judging what counts: each log's rules replayed line by line, and the rows that come of it.

Rows are plain tuples in the order of the columns of `central.store.tables`; they are made here, where an event is
looked at anyway, so that storing a batch is four bulk statements.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from central.gates import type_of
from central.logs import Logs, Step
from central.quick import Common, common
from shared import canonical
from shared import events as ev
from shared import line as lines
from shared.book import Admission
from shared.election import Setup
from shared.errors import Refusal
from shared.receipt import Reason
from shared.replay import Judged, Replay
from shared.rules import Act, By, objections
from shared.state import Origin, apply

Row = tuple[Any, ...]


@dataclass(slots=True)
class Rows:
    """``events``: unit, device, epoch, seq, type, at, voter, hash. ``claims``: unit, round, voter, device, epoch, seq,
    right, live. ``dead``: unit, round, voter, device, epoch, seq of claims that are live no more. ``findings``: unit,
    device, epoch, seq, place, code, facts."""

    events: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    dead: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Judges:
    """One `Replay` a log of the unit, brought forward by the lines that count."""

    unit: str
    setups: dict[int, Setup]
    logs: Logs
    replays: dict[str, Replay] = field(default_factory=dict)

    def replay(self, device: str) -> Replay:
        found = self.replays.get(device)
        if found is None:
            found = self.replays[device] = Replay(device, self.setups, self.logs.fetch)
        return found

    def judge(self, steps: Iterable[Step]) -> Rows:
        """Let the steps have happened. Refuses a line that cannot be read; the caller then begins anew."""
        rows = Rows()
        for step in steps:
            if not step.known:
                line = lines.read(step.raw)
                rows.events.append((self.unit, step.device, step.epoch, step.seq, line.type, line.at, 0, step.hash))
                continue
            replay = self.replay(step.device)
            quick = common(step.raw)
            if quick is not None and quick.seq == step.seq:
                self._quick(rows, replay, step, quick)
            else:
                judged = replay.feed(step.epoch, (step.raw, step.hash))
                _hold(judged, step)
                self._note(rows, judged, replay)
        return rows

    def _quick(self, rows: Rows, replay: Replay, step: Step, read: Common) -> None:
        """A line in its commonest spelling, judged exactly as `Replay.feed` judges every line."""
        event, state = read.event, replay.state
        act = Act(event, (By(read.official, read.desk),), step.device, step.epoch, step.seq)
        findings = objections(act, state, replay.setup)
        place = (self.unit, step.device, step.epoch, step.seq)
        apply(state, event, Origin(*place[1:], step.hash, read.at, read.official, read.desk))
        rows.events.append((*place, event.TYPE, read.at, event.voter, step.hash))
        if isinstance(event, ev.PapersIssued):
            rows.claims.append((self.unit, event.round, event.voter, *place[1:], event.right, 1))
        if findings:
            rows.findings += _finding_rows(place, findings)

    def _note(self, rows: Rows, judged: Judged, replay: Replay) -> None:
        event, origin = judged.event, judged.origin
        voter = getattr(event, "voter", 0)
        place = (self.unit, origin.device, origin.epoch, origin.seq)
        rows.events.append((*place, event.TYPE, origin.at, voter, origin.hash))
        rows.findings += _finding_rows(place, judged.findings)
        if isinstance(event, (ev.PapersIssued, ev.VisitRecorded)):
            uses = replay.state.mine.admissions.get((event.round, voter), ())
            if uses and (uses[-1].seq, uses[-1].epoch) == (origin.seq, origin.epoch):
                rows.claims.append(self._claim(uses[-1]))
        elif isinstance(event, ev.AdmissionCancelled):
            uses = replay.state.mine.admissions.get((event.round, voter), ())
            rows.dead += [self._claim(use)[:6] for use in uses if not use.live]

    def _claim(self, use: Admission) -> Row:
        return (self.unit, use.round, use.voter, use.device, use.epoch, use.seq, use.right, 1)


def parse(raw: bytes, seq: int) -> None:
    """Refuse a line that does not say what its place in the batch says, or that cannot be read at all."""
    line = lines.read(raw)
    if line.seq != seq:
        raise Refusal("bad_field", field="Line.seq")
    kind = ev.KINDS.get(type_of(raw))
    if kind is not None:
        event = ev.read(line.type, line.data)
        if bool(line.salt) is not event.NAMES_VOTER:
            raise Refusal("bad_field", field="Line.salt")


def _hold(judged: Judged, step: Step) -> None:
    if judged.line.seq != step.seq:
        raise Refusal("bad_field", field="Line.seq")
    if bool(judged.line.salt) is not judged.event.NAMES_VOTER:
        raise Refusal("bad_field", field="Line.salt")


def _facts(refusal: Refusal) -> str:
    return canonical.encode(Reason.of(refusal).facts).decode()


def _finding_rows(place: tuple[str, str, str, int], findings: Iterable[Refusal]) -> list[Row]:
    return [(*place, number, refusal.code, _facts(refusal)) for number, refusal in enumerate(findings)]
