"""Real stations on disk: the hall and the school of 六合村, each with its keys, its package and its database."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from shared import events as ev
from shared import package
from shared.errors import Refusal
from shared.package import Credentials
from station.commands import ballots, boxes, check_in, counting, log, rounds
from station.folder import Folder, Opened, write_private
from station.keeper import By, Keeper, Written
from tests import cast
from tests.shared import liuhe

KEYS = {"hall": (cast.HALL_KEY, cast.HALL_SEALING), "school": (cast.SCHOOL_KEY, cast.SCHOOL_SEALING)}
HEADS = {"hall": ("zhou", "sun"), "school": ("shen", "han")}
CLERK = {"hall": "wu", "school": "yang"}
TELLER = (By("zheng", "table"),)
FIXED = {"hall": cast.HALL_1, "school": cast.SCHOOL_1}
CREDENTIALS = Credentials(
    root=liuhe.ROOT_SIGNED,
    office=liuhe.OFFICE_CERTIFICATE,
    stations=(liuhe.HALL_CERTIFICATE, liuhe.SCHOOL_CERTIFICATE),
)
PACKAGE = package.write(cast.SETUP, CREDENTIALS, liuhe.OFFICE_KEY)
SEALED = {
    "hall": package.seal(PACKAGE, liuhe.HALL, cast.SETUP.version),
    "school": package.seal(PACKAGE, liuhe.SCHOOL, cast.SETUP.version),
}
MORNING = datetime(2026, 11, 8, 8, 0, tzinfo=timezone(timedelta(hours=8)))


@dataclass
class Clock:
    """Stands still until somebody moves it."""

    time: datetime = MORNING

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **spans: float) -> None:
        self.time += timedelta(**spans)


@dataclass
class Place:
    """One station and the people who work there."""

    name: str
    keeper: Keeper
    folder: Folder
    clock: Clock = field(default_factory=Clock)

    @property
    def heads(self) -> tuple[By, By]:
        first, second = HEADS[self.name]
        return By(first, "table"), By(second, "table")

    @property
    def clerk(self) -> tuple[By]:
        return (By(CLERK[self.name], "desk-1"),)

    def begins(self) -> None:
        log.start(self.keeper, self.heads)

    def opens(self) -> None:
        """The round is called (in the hall), the box sealed, papers are there, the doors open."""
        if self.name == "hall":
            rounds.call_next(self.keeper, self.heads)
        boxes.seal(self.keeper, self.heads, FIXED[self.name], seal=f"{self.name}-001")
        ballots.receive(self.keeper, self.heads, papers={cast.RED: 60, cast.WHITE: 60})
        rounds.open_(self.keeper, self.heads)

    def admits(self, *voters: int, token: str = "") -> Written:
        for voter in voters:
            written = check_in.admit(self.keeper, self.clerk, voter, token=token)
        return written

    def closes(self) -> None:
        """Everybody who was admitted cast both papers; what is left is counted."""
        rounds.close(self.keeper, self.heads, unused=self.left())

    def counts(self) -> None:
        """The fixed box is opened and counted, and the red pile mixed."""
        box, inside = FIXED[self.name], boxes.inside_by_book(self.keeper.state, self.keeper.setup, 1, self.box)
        boxes.open_(self.keeper, self.heads, box, seal=f"{self.name}-001", intact=True)
        boxes.count(self.keeper, self.heads, box, papers=inside)
        counting.mix(self.keeper, self.heads, cast.RED)

    @property
    def box(self) -> str:
        return FIXED[self.name]

    def left(self) -> ev.Papers:
        page = self.keeper.state.mine.rounds[1]
        return {kind: page.paper[kind].received - page.paper[kind].issued for kind in cast.PAPERS}


def prepare(path: Path, name: str = "hall") -> Folder:
    """A folder in which keys lie and the package is loaded."""
    path.mkdir(parents=True, exist_ok=True)
    key, sealing = KEYS[name]
    write_private(path / "device.pem", key.pem)
    write_private(path / "sealing.pem", sealing.pem)
    folder = Folder(path)
    folder.load(Opened(PACKAGE, package.root_of(PACKAGE)))
    return folder


@contextmanager
def run(folder: Folder, name: str = "hall", *, seed: int = 1) -> Iterator[Place]:
    """The station with its clock standing at eight in the morning."""
    clock = Clock()
    keeper = folder.keeper(clock, random.Random(seed).randbytes)
    try:
        yield Place(name, keeper, folder, clock)
    finally:
        keeper.close()
        keeper.engine.dispose()


def lines_of(keeper: Keeper) -> list[bytes]:
    """The raw log."""
    with keeper.engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT line FROM log ORDER BY place")]


def refused(doing: object, *codes: str) -> Sequence[str]:
    """The codes of the refusal that a call raises."""
    try:
        doing()  # type: ignore[operator]
    except Refusal as refusal:
        return [refusal.code]
    return []
