"""Events of a ballot box at a station: sealed, handed over, opened, counted face down."""

from dataclasses import dataclass

from shared.events.kind import BOXES, COUNT, HEADS, Event, Papers


@dataclass(frozen=True, slots=True)
class BoxSealed(Event):
    """The box was shown empty and sealed before papers went out."""

    TYPE = "box.sealed"
    ROLES = BOXES
    TWO = True
    round: int
    box: str
    seal: str


@dataclass(frozen=True, slots=True)
class BoxHandedOver(Event):
    """A sub-venue gives its sealed box to the lead; ``papers``: what its book says should be inside."""

    TYPE = "box.handed_over"
    ROLES = HEADS
    TWO = True
    round: int
    box: str
    seal: str
    papers: Papers


@dataclass(frozen=True, slots=True)
class BoxReceived(Event):
    TYPE = "box.received"
    ROLES = HEADS
    TWO = True
    LEAD = True
    round: int
    box: str
    seal: str
    intact: bool


@dataclass(frozen=True, slots=True)
class BoxWrittenOff(Event):
    TYPE = "box.written_off"
    ROLES = HEADS
    TWO = True
    round: int
    box: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoxOpened(Event):
    TYPE = "box.opened"
    ROLES = HEADS
    TWO = True
    COUNTS = True
    round: int
    box: str
    seal: str
    intact: bool


@dataclass(frozen=True, slots=True)
class BoxCounted(Event):
    """Papers of one box, counted face down by type. ``again``: why it was counted once more; the last count stands."""

    TYPE = "box.counted"
    ROLES = COUNT
    TWO = True
    COUNTS = True
    round: int
    box: str
    papers: Papers
    again: str = ""


BoxEvent = BoxSealed | BoxOpened | BoxCounted | BoxHandedOver | BoxReceived | BoxWrittenOff
