"""An office made for a benchmark: its keys, and towns of as many stations and voters as asked for, signed as real ones.

Everything is drawn from one seed, so that two runs do the same work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from shared import package
from shared.certificate import Root, Subject
from shared.dsse import Signed
from shared.election import (
    Box,
    Candidate,
    Election,
    Official,
    PaperType,
    Post,
    Role,
    Setup,
    Station,
    Text,
    Unit,
)
from shared.keys import PublicKey, SigningKey
from shared.package import Credentials
from shared.preset import read_preset
from shared.roll import Roll, Voter

ELECTION: Final = "county-2026"
DAY: Final = "2026-11-08"
PAPERS: Final = ("red", "white")
STAFF: Final[dict[str, tuple[Role, ...]]] = {
    "head": ("presiding_officer",),
    "scrutineer": ("chief_scrutineer",),
    "clerk": ("clerk",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A station to be enrolled: its id, its two public keys (base64), and how many voters of the roll are its own."""

    id: str
    public: str
    sealing: str
    voters: int


@dataclass(frozen=True)
class Office:
    """Root and office keys, made from ``random``."""

    random: Callable[[int], bytes] = field(default_factory=lambda: Random(363).randbytes)
    root_key: SigningKey = field(init=False)
    key: SigningKey = field(init=False)
    root: Root = field(init=False)
    certificate: Signed = field(init=False)

    def __post_init__(self) -> None:
        root_key, key = SigningKey.generate(self.random), SigningKey.generate(self.random)
        subject = Subject("office", key.public.base64, "六合县民政局", "2026-10-20")
        for name, value in (
            ("root_key", root_key),
            ("key", key),
            ("root", Root(1, (root_key.public.base64,), 1, "六合县民政局")),
            ("certificate", subject.issue([root_key])),
        ):
            object.__setattr__(self, name, value)

    def subject(self, unit: str, place: Place) -> Subject:
        return Subject(
            "station",
            place.public,
            place.id,
            "2026-11-01",
            election=ELECTION,
            unit=unit,
            station=place.id,
            sealing=place.sealing,
        )

    def certify(self, unit: str, place: Place) -> Signed:
        return self.subject(unit, place).issue([self.key])

    def sign(self, setup: Setup, certificates: Sequence[Signed]) -> bytes:
        """The package of a town."""
        return package.write(setup, self.credentials(certificates), self.key)

    def credentials(self, certificates: Sequence[Signed]) -> Credentials:
        return Credentials(self.root.sign([self.root_key]), self.certificate, tuple(certificates))


def town(unit: str, places: Sequence[Place]) -> Setup:
    """Voters are numbered through from 1, place by place; the first place leads. Two posts, a paper for each."""
    return Setup(
        version=1,
        hash="",
        election=Election(ELECTION, Text("村民委员会换届选举", "Villagers' committees"), DAY),
        unit=Unit(unit, Text("柳河村", "Liuhe village"), Text("村民委员会", "Villagers' committee")),
        posts=(Post("director", Text("主任", "Director"), 1), Post("member", Text("委员", "Member"), 2)),
        papers=(
            PaperType("red", Text("主任选票", "Director's ballot"), "#f6c7c7", ("director",)),
            PaperType("white", Text("委员选票", "Members' ballot"), "#ffffff", ("member",)),
        ),
        candidates=tuple(
            Candidate(f"{post}-{no}", post, f"候选人{no}", 0)
            for post, no in (("director", 1), ("director", 2), ("member", 3))
        ),
        stations=tuple(_station(place, lead=place is places[0]) for place in places),
        boxes=tuple(Box(f"{place.id}-box", place.id, "fixed", Text("一号箱", "Box 1")) for place in places),
        officials=tuple(
            Official(f"{place.id}-{name}", f"{name} {place.id}", place.id, roles)
            for place in places
            for name, roles in STAFF.items()
        ),
        procedure=read_preset("villagers_committee"),
        roll=Roll(_voter(no, home) for no, home in enumerate((p.id for p in places for _ in range(p.voters)), start=1)),
    )


def _station(place: Place, *, lead: bool) -> Station:
    device = PublicKey.from_base64(place.public).id
    return Station(place.id, Text("会场", place.id), lead, device, place.public, place.sealing)


def _voter(no: int, home: str) -> Voter:
    return Voter(
        no=no,
        name=f"村民{no}",
        sex="f" if no % 2 else "m",
        birth_year=1930 + no % 70,
        group=f"{no % 12 + 1}组",
        household=f"{no // 4:05d}",
        householder=f"村民{no // 4 * 4}",
        last4=f"{no % 10_000:04d}",
        address="",
        remark="",
        home=home,
        keys=(f"cunmin{no}", f"cm{no}"),
    )
