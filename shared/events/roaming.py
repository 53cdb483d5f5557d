"""Events of a roaming box: the lease of rights, the visits (by phone or from the paper form), the return."""

from dataclasses import dataclass
from typing import Literal

from shared.events.kind import DESK, HEADS, Event, Papers

VisitOutcome = Literal["voted", "absent", "refused", "moved", "ill"]


@dataclass(frozen=True, slots=True)
class LeaseGranted(Event):
    """The rights of ``voters`` for this round go with the box; ``device`` where a phone carries them."""

    TYPE = "lease.granted"
    ROLES = HEADS
    TWO = True
    NAMES_VOTER = True
    round: int
    box: str
    lease: int
    voters: tuple[int, ...]
    device: str = ""


@dataclass(frozen=True, slots=True)
class BoxSent(Event):
    TYPE = "box.sent"
    ROLES = HEADS
    TWO = True
    round: int
    box: str
    lease: int
    team: tuple[str, ...]
    papers: Papers


@dataclass(frozen=True, slots=True)
class VisitRecorded(Event):
    """One door of the route. A visit that ended in a vote uses the voter's right and hands out ``types``."""

    TYPE = "visit.recorded"
    ROLES = DESK + ("roaming_team", "scrutineer", "chief_scrutineer")
    NAMES_VOTER = True
    round: int
    box: str
    lease: int
    voter: int
    outcome: VisitOutcome
    types: tuple[str, ...] = ()
    helper: bool = False


@dataclass(frozen=True, slots=True)
class BoxReturned(Event):
    """The box is back. ``papers``: unused papers brought back, counted."""

    TYPE = "box.returned"
    ROLES = HEADS
    TWO = True
    round: int
    box: str
    lease: int
    seal: str
    intact: bool
    papers: Papers


@dataclass(frozen=True, slots=True)
class VisitsCompleted(Event):
    """All visits are entered; who was not visited gets the right back. ``voted``: for the public archive."""

    TYPE = "visits.completed"
    ROLES = HEADS + ("roaming_team",)
    TWO = True
    round: int
    box: str
    lease: int
    voted: int


@dataclass(frozen=True, slots=True)
class LeaseTakenBack(Event):
    TYPE = "lease.taken_back"
    ROLES = HEADS
    TWO = True
    NAMES_VOTER = True
    round: int
    box: str
    lease: int
    voters: tuple[int, ...]
    reason: str


LeaseEvent = LeaseGranted | BoxSent | BoxReturned | VisitsCompleted | LeaseTakenBack
