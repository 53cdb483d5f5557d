"""What every kind of event says of itself: its name on the wire and who may do it."""

from dataclasses import dataclass
from typing import ClassVar, Final

from shared.election import Role

Papers = dict[str, int]
Roles = tuple[Role, ...]

ANYONE: Final[Roles] = (
    "presiding_officer", "clerk", "issuer", "roaming_team", "chief_scrutineer", "scrutineer", "teller", "caller",
)  # fmt: skip
HEADS: Final[Roles] = ("presiding_officer", "chief_scrutineer", "scrutineer")
DESK: Final[Roles] = ("presiding_officer", "clerk", "issuer")
BOXES: Final[Roles] = ("presiding_officer", "chief_scrutineer", "scrutineer", "roaming_team")
COUNT: Final[Roles] = ("presiding_officer", "chief_scrutineer", "scrutineer", "teller", "caller")


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all kinds; the class variables say who may do it and how its line is treated."""

    TYPE: ClassVar[str] = ""
    ROLES: ClassVar[Roles] = ANYONE
    TWO: ClassVar[bool] = False
    NAMES_VOTER: ClassVar[bool] = False
    LEAD: ClassVar[bool] = False
    COUNTS: ClassVar[bool] = False  # part of the public count: nobody whom the outcome concerns has a hand in it
