"""Events of a round: the lead's orders, and each station's own doors."""

from dataclasses import dataclass
from typing import Literal

from shared.events.kind import HEADS, Event, Papers
from shared.procedure import RoundKind

Next = Literal["none", "repeat", "rerun", "again"]


@dataclass(frozen=True, slots=True)
class Contest:
    """What one round decides about one post."""

    post: str
    seats: int
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Elected:
    post: str
    candidate: str
    votes: int


@dataclass(frozen=True, slots=True)
class RoundCalled(Event):
    """A round is announced; ``of``: the earlier round whose outcome makes this one necessary."""

    TYPE = "round.called"
    ROLES = HEADS
    TWO = True
    LEAD = True
    round: int
    kind: RoundKind
    contests: tuple[Contest, ...]
    of: int = 0


@dataclass(frozen=True, slots=True)
class RoundOpened(Event):
    """``expected`` and ``present`` freeze here: the bases of those names."""

    TYPE = "round.opened"
    ROLES = HEADS
    TWO = True
    LEAD = True
    round: int
    expected: int
    present: int


@dataclass(frozen=True, slots=True)
class RoundClosed(Event):
    TYPE = "round.closed"
    ROLES = HEADS
    TWO = True
    LEAD = True
    round: int


@dataclass(frozen=True, slots=True)
class RoundDeclared(Event):
    """``next``: what the outcome makes necessary; "again" is the same round held once more, because it does not
    stand."""

    TYPE = "round.declared"
    ROLES = HEADS
    TWO = True
    LEAD = True
    round: int
    status: Literal["valid", "not_valid", "void"]
    elected: tuple[Elected, ...] = ()
    next: Next = "none"


@dataclass(frozen=True, slots=True)
class StationWrittenOff(Event):
    TYPE = "station.written_off"
    ROLES = HEADS
    TWO = True
    LEAD = True
    round: int
    station: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoorsOpened(Event):
    TYPE = "doors.opened"
    ROLES = HEADS
    TWO = True
    round: int


@dataclass(frozen=True, slots=True)
class DoorsPaused(Event):
    TYPE = "doors.paused"
    ROLES = HEADS
    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class DoorsResumed(Event):
    TYPE = "doors.resumed"
    ROLES = HEADS
    round: int


@dataclass(frozen=True, slots=True)
class DoorsClosed(Event):
    """``unused``: papers left at the desk, counted. ``own``, ``proxy``: rights used here, for the public archive."""

    TYPE = "doors.closed"
    ROLES = HEADS
    TWO = True
    round: int
    unused: Papers
    own: int
    proxy: int
