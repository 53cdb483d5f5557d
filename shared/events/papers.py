"""Events of the desk: papers received, rights used, papers spoiled and replaced, and differences explained."""

from dataclasses import dataclass
from typing import Literal

from shared.codec import Signed
from shared.events.kind import DESK, HEADS, Event, Papers

Right = Literal["own", "proxy", "roaming"]


@dataclass(frozen=True, slots=True)
class PapersReceived(Event):
    TYPE = "papers.received"
    ROLES = HEADS + ("clerk", "issuer")
    TWO = True
    round: int
    papers: Papers


@dataclass(frozen=True, slots=True)
class PapersCorrected(Event):
    """What was entered as received was wrong. ``papers``: all that this desk received of each type named, over every
    delivery so far."""

    TYPE = "papers.corrected"
    ROLES = PapersReceived.ROLES
    TWO = True
    round: int
    papers: Papers
    reason: str


@dataclass(frozen=True, slots=True)
class DeskRecounted(Event):
    """The unused papers at the desk were counted again after the doors closed. ``unused``: what lies there now of each
    type named, the papers that roaming teams brought back by then among them."""

    TYPE = "desk.recounted"
    ROLES = HEADS
    TWO = True
    round: int
    unused: Papers
    reason: str


@dataclass(frozen=True, slots=True)
class PapersIssued(Event):
    """The right of ``voter`` is used. ``holder``: who took the papers where the right is a proxy. ``override``: why a
    station that is not the voter's home admitted them (two officials)."""

    TYPE = "papers.issued"
    ROLES = DESK
    NAMES_VOTER = True
    round: int
    voter: int
    types: tuple[str, ...]
    right: Literal["own", "proxy"]
    holder: int = 0
    override: str = ""


@dataclass(frozen=True, slots=True)
class AdmissionCancelled(Event):
    """The admission of ``voter`` at this station is undone. ``handed_back``: types that had been in the voter's hand
    and came back; the other types were never handed out."""

    TYPE = "admission.cancelled"
    ROLES = DESK
    NAMES_VOTER = True
    round: int
    voter: int
    reason: str
    handed_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperReplaced(Event):
    """A spoiled paper came back and a fresh one of the same type went out; ``box`` where a roaming team did it."""

    TYPE = "paper.replaced"
    ROLES = DESK + ("roaming_team",)
    NAMES_VOTER = True
    round: int
    voter: int
    paper: str
    reason: str
    box: str = ""


@dataclass(frozen=True, slots=True)
class PapersNotReturned(Event):
    TYPE = "papers.not_returned"
    ROLES = HEADS
    TWO = True
    round: int
    paper: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class DifferenceExplained(Event):
    """Two officials sign why an equation does not close. ``where``: "boxes", "desk:<station>" or "box:<box>"."""

    TYPE = "difference.explained"
    ROLES = HEADS
    TWO = True
    COUNTS = True
    round: int
    paper: str
    where: str
    difference: Signed
    reason: str


PaperEvent = (
    PapersReceived | PapersCorrected | DeskRecounted | PaperReplaced | PapersNotReturned | DifferenceExplained
)  # fmt: skip
