"""Every kind of event: what can happen on the day, one frozen class each. Events keep their meaning for ever.

A kind may be added, never changed. ``TYPE`` is the name on the wire, ``ROLES`` may do it, ``TWO`` means that it needs
two officials, ``LEAD`` that only the lead station may do it. ``NAMES_VOTER``: its line carries a salt and is left out
of the public archive.
Voters are named by roll number; the unit is that of the log. Papers are counted per paper type: {type: papers}.
No event may hold, or allow to infer, who voted how: sheets carry totals of at least ten papers, never one paper.
"""

from typing import Any, Final, get_args

from shared import codec
from shared.errors import Refusal
from shared.events.attendance import Arrived, Excused, Left
from shared.events.boxes import BoxCounted, BoxEvent, BoxHandedOver, BoxOpened, BoxReceived, BoxSealed, BoxWrittenOff
from shared.events.counting import PileClosed, PileMixed, SheetCalled, SheetContest
from shared.events.kind import Event, Papers, Roles
from shared.events.log import DeviceEnrolled, EpochOpened, LogTaken, PackageTaken, Tail
from shared.events.papers import (
    AdmissionCancelled,
    DeskRecounted,
    DifferenceExplained,
    PaperEvent,
    PaperReplaced,
    PapersCorrected,
    PapersIssued,
    PapersNotReturned,
    PapersReceived,
    Right,
)
from shared.events.roaming import (
    BoxReturned,
    BoxSent,
    LeaseEvent,
    LeaseGranted,
    LeaseTakenBack,
    VisitOutcome,
    VisitRecorded,
    VisitsCompleted,
)
from shared.events.rounds import (
    Contest,
    DoorsClosed,
    DoorsOpened,
    DoorsPaused,
    DoorsResumed,
    Elected,
    Next,
    RoundCalled,
    RoundClosed,
    RoundDeclared,
    RoundOpened,
    StationWrittenOff,
)

__all__ = [
    "AdmissionCancelled",
    "AnyEvent",
    "Arrived",
    "BoxCounted",
    "BoxEvent",
    "BoxHandedOver",
    "BoxOpened",
    "BoxReceived",
    "BoxReturned",
    "BoxSealed",
    "BoxSent",
    "BoxWrittenOff",
    "Contest",
    "DeskRecounted",
    "DeviceEnrolled",
    "DifferenceExplained",
    "DoorsClosed",
    "DoorsOpened",
    "DoorsPaused",
    "DoorsResumed",
    "Elected",
    "EpochOpened",
    "Event",
    "Excused",
    "KINDS",
    "LeaseEvent",
    "LeaseGranted",
    "LeaseTakenBack",
    "Left",
    "LogTaken",
    "Next",
    "PackageTaken",
    "PaperEvent",
    "PaperReplaced",
    "Papers",
    "PapersCorrected",
    "PapersIssued",
    "PapersNotReturned",
    "PapersReceived",
    "PileClosed",
    "PileMixed",
    "Right",
    "Roles",
    "RoundCalled",
    "RoundClosed",
    "RoundDeclared",
    "RoundOpened",
    "SheetCalled",
    "SheetContest",
    "StationWrittenOff",
    "Tail",
    "VisitOutcome",
    "VisitRecorded",
    "VisitsCompleted",
    "read",
    "write",
]

AnyEvent = (
    EpochOpened | PackageTaken | LogTaken | DeviceEnrolled
    | Arrived | Left | Excused
    | PapersReceived | PapersIssued | AdmissionCancelled | PaperReplaced | PapersNotReturned
    | RoundCalled | RoundOpened | RoundClosed | RoundDeclared | StationWrittenOff
    | DoorsOpened | DoorsPaused | DoorsResumed | DoorsClosed
    | BoxSealed | LeaseGranted | BoxSent | VisitRecorded | BoxReturned | VisitsCompleted | LeaseTakenBack
    | BoxHandedOver | BoxReceived | BoxWrittenOff | BoxOpened | BoxCounted
    | PileMixed | SheetCalled | PileClosed | DifferenceExplained
    | PapersCorrected | DeskRecounted
)  # fmt: skip

KINDS: Final[dict[str, type[Event]]] = {kind.TYPE: kind for kind in get_args(AnyEvent)}


def read(kind: str, data: dict[str, Any]) -> Event:
    """The event that a line of ``type`` ``kind`` states; refuses ``unknown_kind`` and ``bad_field``."""
    try:
        cls = KINDS[kind]
    except KeyError:
        raise Refusal("unknown_kind", kind=kind[:64]) from None
    return codec.read(cls, data)


def write(event: Event) -> tuple[str, dict[str, Any]]:
    """(type, data) of a line."""
    return event.TYPE, codec.write(event)
