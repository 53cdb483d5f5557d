"""One log, judged again from its lines: the same at the station that wrote it, at its sibling, at central.

Every event is judged against exactly the state that its own log had at that point: the log's own events, with each log
that it took in spliced in at its ``log.taken`` up to the head named there, and nothing else. So an honest station's own
acts are never findings, and what two stations did without knowing of each other is a conflict, not a finding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from shared import events as ev
from shared import line as lines
from shared.chain import Head
from shared.election import Setup
from shared.errors import Refusal
from shared.rules import Act, By, objections
from shared.state import Origin, State, apply

Entry = tuple[bytes, str]  # a line and its hash in the chain
Fetch = Callable[[Head, Head | None], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that an event broke. ``seq`` names the event in its log."""

    device: str
    epoch: str
    seq: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Judged:
    """One event of the log with what the rules said of it."""

    line: lines.Line
    event: ev.Event
    origin: Origin
    findings: tuple[Refusal, ...]


@dataclass(slots=True)
class Replay:
    """A log's state, brought forward line by line.

    ``setups``: package version -> set-up. ``fetch(head, since)`` hands out the lines of another log after ``since`` up
    to ``head``; it raises what its store raises when they are not there, so callers look before they feed.
    ``station``: for a phone's log, the station that its certificate names.
    """

    device: str
    setups: dict[int, Setup]
    fetch: Fetch
    station: str = ""
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.state = State(self.device)

    @property
    def setup(self) -> Setup:
        """The version that this log took last; before it took any, the oldest one at hand."""
        version = self.state.mine.package
        return self.setups[version] if version in self.setups else self.setups[min(self.setups)]

    def feed(self, epoch: str, entry: Entry) -> Judged:
        """Judge the next line, then let it have happened. Refuses what cannot be read (`Refusal`)."""
        judged = self._judge(epoch, entry)
        self.accept(judged)
        return judged

    def _judge(self, epoch: str, entry: Entry) -> Judged:
        raw, hash_ = entry
        line = lines.read(raw)
        event = event_of(line)
        by = tuple(By(one.official, one.desk) for one in line.by)
        act = Act(event, by, self.device, epoch, line.seq, self.station)
        setup = self.setup
        if isinstance(event, ev.PackageTaken) and event.version in self.setups:
            setup = self.setups[event.version]
        return Judged(line, event, origin(self.device, epoch, line, hash_), tuple(objections(act, self.state, setup)))

    def accept(self, judged: Judged) -> None:
        """Let a judged event have happened, and the log that it takes in with it."""
        event = judged.event
        if isinstance(event, ev.LogTaken):
            self.splice(event)
        apply(self.state, event, judged.origin)

    def splice(self, event: ev.LogTaken) -> None:
        """Bring another log's book forward to the head that this log took in; its rules are judged in its own
        replay."""
        known = self.state.book(event.device).head()
        since = Head(event.device, *known) if known[0] == event.epoch else None
        for raw, hash_ in self.fetch(Head(event.device, event.epoch, event.through, event.head), since):
            line = lines.read(raw)
            apply(self.state, event_of(line), origin(event.device, event.epoch, line, hash_))


def event_of(line: lines.Line) -> ev.Event:
    """What a line states. Refuses ``unknown_kind``, and ``bad_field`` also where the line has a salt and names no
    voter, or names one without: what must be left out of the public archive is known by its salt."""
    event = ev.read(line.type, line.data)
    if event.NAMES_VOTER is not bool(line.salt):
        raise Refusal("bad_field", field="Line.salt")
    return event


def origin(device: str, epoch: str, line: lines.Line, hash_: str) -> Origin:
    """Where a line stands and who is named first in it."""
    return Origin(device, epoch, line.seq, hash_, line.at, line.by[0].official, line.by[0].desk)
