"""Events of the sitting: who came, who left, who is excused. Papers are another matter (`shared.events.papers`)."""

from dataclasses import dataclass

from shared.events.kind import DESK, Event


@dataclass(frozen=True, slots=True)
class Arrived(Event):
    TYPE = "attendance.arrived"
    ROLES = DESK
    NAMES_VOTER = True
    voter: int


@dataclass(frozen=True, slots=True)
class Left(Event):
    TYPE = "attendance.left"
    ROLES = DESK
    NAMES_VOTER = True
    voter: int


@dataclass(frozen=True, slots=True)
class Excused(Event):
    TYPE = "attendance.excused"
    ROLES = DESK
    NAMES_VOTER = True
    voter: int
    reason: str
