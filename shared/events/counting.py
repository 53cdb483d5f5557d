"""Events of the public count: a pile of mixed papers, the tally sheets called from it."""

from dataclasses import dataclass, field

from shared.events.kind import COUNT, Event


@dataclass(frozen=True, slots=True)
class SheetContest:
    """Totals of one contest on a tally sheet; ``votes``: candidate id, ``person-<roll number>`` or ``other`` ->
    votes."""

    post: str
    valid: int
    blank: int
    void: dict[str, int] = field(default_factory=dict)
    votes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PileMixed(Event):
    """The papers of one type from ``boxes`` lie on one pile, roaming boxes among fixed. ``again``: why a recount."""

    TYPE = "pile.mixed"
    ROLES = COUNT
    TWO = True
    COUNTS = True
    round: int
    paper: str
    count: int
    boxes: tuple[str, ...]
    papers: int
    again: str = ""


@dataclass(frozen=True, slots=True)
class SheetCalled(Event):
    """One tally sheet: totals of ``papers`` called papers."""

    TYPE = "sheet.called"
    ROLES = COUNT
    COUNTS = True
    round: int
    paper: str
    count: int
    sheet: int
    papers: int
    contests: tuple[SheetContest, ...]


@dataclass(frozen=True, slots=True)
class PileClosed(Event):
    TYPE = "pile.closed"
    ROLES = COUNT
    TWO = True
    COUNTS = True
    round: int
    paper: str
    count: int
