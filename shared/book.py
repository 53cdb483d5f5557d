"""What one log says: its attendance, admissions, papers, doors, boxes, leases, piles, and the lead's orders.

A `Book` is changed in place by `shared.state.apply`, only by events of its own log.
"""

from dataclasses import dataclass, field
from typing import Literal

from shared.events import Contest, Elected, Papers, Right, SheetContest

DoorState = Literal["shut", "open", "paused", "closed"]


@dataclass(slots=True)
class Admission:
    """One use of a right. ``device``, ``epoch``, ``seq`` name its event; ``live`` until it is cancelled."""

    device: str
    epoch: str
    seq: int
    round: int
    voter: int
    right: Right
    types: tuple[str, ...]
    at: str
    official: str
    desk: str
    holder: int = 0
    box: str = ""
    lease: int = 0
    override: str = ""
    live: bool = True


@dataclass(slots=True)
class Lease:
    """Rights that travel with a roaming box. ``open`` holds the voters whose right is still away; ``visits`` are those
    that this log entered from the paper form (a phone's own log keeps its visits on its page of the round)."""

    round: int
    box: str
    number: int
    voters: tuple[int, ...]
    device: str
    open: set[int]
    sent: bool = False
    team: tuple[str, ...] = ()
    papers: Papers = field(default_factory=dict)
    returned: bool = False
    brought_back: Papers = field(default_factory=dict)
    complete: bool = False
    visits: dict[int, str] = field(default_factory=dict)
    helper: list[int] = field(default_factory=list)


@dataclass(slots=True)
class BoxBook:
    """What this log says about one box in one round."""

    seal: str = ""
    opened: bool = False
    seal_intact: bool = True
    counts: list[Papers] = field(default_factory=list)
    handed_over: bool = False
    received: bool = False
    written_off: str = ""


@dataclass(slots=True)
class Pile:
    """The mixed papers of one type at one station; a recount adds another with the next number, the first is kept."""

    count: int
    boxes: tuple[str, ...]
    papers: int
    sheets: list[tuple[int, tuple[SheetContest, ...]]] = field(default_factory=list)
    closed: bool = False

    @property
    def called(self) -> int:
        return sum(papers for papers, _ in self.sheets)


@dataclass(slots=True)
class PaperBook:
    """Counters of one paper type in one round at this log's desk (roaming papers are in the leases)."""

    received: int = 0
    issued: int = 0
    spoiled: int = 0
    handed_back: int = 0
    roaming_issued: dict[str, int] = field(default_factory=dict)
    roaming_spoiled: dict[str, int] = field(default_factory=dict)
    roaming_replaced: dict[tuple[str, int], int] = field(default_factory=dict)  # (box, voter): spoiled ones by voter
    not_returned: int = 0
    unused: int = 0
    explained: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class RoundBook:
    """What this log says about a round: the lead's orders, and its own doors."""

    kind: str = ""
    of: int = 0
    contests: tuple[Contest, ...] = ()
    opened: bool = False
    expected: int = 0
    present: int = 0
    closed: bool = False
    declared: str = ""
    elected: tuple[Elected, ...] = ()
    next: str = "none"
    written_off: dict[str, str] = field(default_factory=dict)
    doors: DoorState = "shut"
    paper: dict[str, PaperBook] = field(default_factory=dict)
    box: dict[str, BoxBook] = field(default_factory=dict)
    piles: dict[str, list[Pile]] = field(default_factory=dict)
    leases: dict[int, Lease] = field(default_factory=dict)
    visits: dict[int, dict[int, str]] = field(default_factory=dict)  # of leases that stand in another log


@dataclass(slots=True)
class Book:
    """One log's story. ``epochs``: every epoch with its last event, in order; the last one is the living one."""

    device: str
    epochs: list[tuple[str, int, str]] = field(default_factory=list)
    package: int = 0
    package_hash: str = ""
    missing: int = 0  # events of earlier epochs that two officials accepted as lost
    taken: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    enrolled: dict[str, tuple[str, str]] = field(default_factory=dict)
    attendance: dict[int, str] = field(default_factory=dict)
    rounds: dict[int, RoundBook] = field(default_factory=dict)
    admissions: dict[tuple[int, int], list[Admission]] = field(default_factory=dict)

    def round(self, number: int) -> RoundBook:
        """This log's page for the round, begun if it is new."""
        found = self.rounds.get(number)
        if found is None:
            found = self.rounds[number] = RoundBook()
        return found

    def head(self) -> tuple[str, int, str]:
        """(epoch, through, hash) of the last event; empty where nothing happened yet."""
        return self.epochs[-1] if self.epochs else ("", 0, "")


def place(admission: Admission) -> tuple[str, str, int]:
    """(device, epoch, seq): a fixed order of admissions that no clock decides."""
    return admission.device, admission.epoch, admission.seq
