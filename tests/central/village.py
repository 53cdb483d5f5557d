"""A village small enough to hold in the head: a hall that leads, a school, thirty voters, one paper for the director.

Stations here are honest and hold their own log only; what they write passes the rules, unless a test wants otherwise.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from shared import dsse, envelope, line, package
from shared import events as ev
from shared.certificate import Root, Subject
from shared.chain import Head, start
from shared.dsse import Signed
from shared.election import Box, Candidate, Election, Official, PaperType, Post, Setup, Station, Text, Unit
from shared.events import Contest, Event
from shared.keys import SealingKey, SigningKey
from shared.line import By, Line
from shared.package import Credentials
from shared.preset import read_preset
from shared.roll import Roll, Voter

COUNTY = SigningKey.from_seed(b"county".ljust(32, b"."))
OFFICE = SigningKey.from_seed(b"office".ljust(32, b"."))
HALL = SigningKey.from_seed(b"hall".ljust(32, b"."))
SCHOOL = SigningKey.from_seed(b"school".ljust(32, b"."))
STRANGER = SigningKey.from_seed(b"stranger".ljust(32, b"."))
ELECTION, UNIT = "liuhe-2026", "liuhe-2026/liuhe"
ROOT = Root(1, (COUNTY.public.base64,), 1, "六合县民政局")
ROOT_SIGNED = ROOT.sign([COUNTY])
OFFICE_CERTIFICATE = Subject("office", OFFICE.public.base64, "六合镇选举办公室", "2026-10-20").issue([COUNTY])
AT = "2026-12-20T09:{:02d}:{:02d}+08:00"


def certified(key: SigningKey, station: str) -> Signed:
    sealing = SealingKey.beside(key).public
    subject = Subject(
        "station", key.public.base64, station, "2026-11-01", "", ELECTION, UNIT, station=station, sealing=sealing
    )
    return subject.issue([OFFICE])


CERTIFICATES = {HALL.public.id: certified(HALL, "hall"), SCHOOL.public.id: certified(SCHOOL, "school")}


def _station(key: SigningKey, id_: str, name: Text, *, lead: bool) -> Station:
    return Station(id_, name, lead, key.public.id, key.public.base64, SealingKey.beside(key).public)


def village(version: int = 1, remark: str = "") -> Setup:
    """Voters 1 to 20 belong to the hall, 21 to 30 to the school."""
    heads = [("zhao", "hall"), ("qian", "hall"), ("sun", "school"), ("li", "school")]
    return Setup(
        version=version,
        hash="",
        election=Election(ELECTION, Text("六合村换届选举", "Liuhe Village election"), "2026-12-20"),
        unit=Unit(UNIT, Text("六合村", "Liuhe Village"), Text("村民委员会", "Villagers' Committee")),
        posts=(Post("director", Text("主任", "Director"), 1),),
        papers=(PaperType("director", Text("主任选票", "Director's paper"), "pink", ("director",)),),
        candidates=(Candidate("director-1", "director", "陈国强", 1), Candidate("director-2", "director", "王秀英", 2)),
        stations=(
            _station(HALL, "hall", Text("中心会场", "Main hall"), lead=True),
            _station(SCHOOL, "school", Text("小学分会场", "School"), lead=False),
        ),
        boxes=(
            Box("hall-1", "hall", "fixed", Text("中心票箱", "Hall box")),
            Box("school-1", "school", "fixed", Text("小学票箱", "School box")),
        ),
        officials=tuple(
            Official(id_, id_.title(), place, ("presiding_officer", "chief_scrutineer", "clerk", "issuer", "teller"))
            for id_, place in heads
        ),
        procedure=read_preset("villagers_committee", {}),
        roll=Roll(
            Voter(no, f"选民{no}", "f", 1970, "1", f"{no}", "", "0000", "", remark, "hall" if no <= 20 else "school")
            for no in range(1, 31)
        ),
    )


def signed_package(setup: Setup) -> bytes:
    credentials = Credentials(ROOT_SIGNED, OFFICE_CERTIFICATE, tuple(CERTIFICATES.values()))
    return package.write(setup, credentials, OFFICE)


def hash_of(signed: bytes) -> str:
    return sha256(dsse.parse(signed).payload).hexdigest()


PACKAGE = signed_package(village())
PACKAGE_HASH = hash_of(PACKAGE)


@dataclass
class Desk:
    """A station's log as it grows. ``heads``: its two officials."""

    key: SigningKey
    heads: tuple[str, str]
    epoch: str = "00112233445566778899aabbccddeeff"
    package: str = PACKAGE_HASH
    lines: list[bytes] = field(default_factory=list)

    @property
    def device(self) -> str:
        return self.key.public.id

    @property
    def start(self) -> Head:
        return start(self.device, ELECTION, self.epoch)

    def head(self, through: int | None = None) -> Head:
        return self.start.after(self.lines[:through])

    def do(self, *events: Event, ctx: tuple[Head, ...] = ()) -> "Desk":
        for event in events:
            kind, data = ev.write(event)
            two = event.TWO or bool(getattr(event, "override", ""))
            self.write(kind, data, two=two, salt=event.NAMES_VOTER, ctx=ctx)
        return self

    def write(
        self, kind: str, data: dict[str, object], *, two: bool = False, salt: bool = False, ctx: tuple[Head, ...] = ()
    ) -> None:
        seq = len(self.lines) + 1
        by = tuple(By(name, "desk-1") for name in self.heads[: 2 if two else 1])
        mark = f"{seq:032x}" if salt else ""
        self.lines.append(line.write(Line(seq, AT.format(seq // 60, seq % 60), kind, by, data, ctx, mark)))

    def batch(self, first: int = 1, last: int | None = None) -> bytes:
        lines = self.lines[first - 1 : last]
        chain = (OFFICE_CERTIFICATE, CERTIFICATES[self.device])
        header = envelope.header_after(
            self.head(first - 1), lines, election=ELECTION, package=self.package, certificates=chain
        )
        return envelope.seal(header, lines, self.key)

    def batches(self, size: int) -> list[bytes]:
        return [self.batch(first, first + size - 1) for first in range(1, len(self.lines) + 1, size)]

    def copy(self) -> "Desk":
        return Desk(self.key, self.heads, self.epoch, self.package, list(self.lines))

    def admit(self, *voters: int, override: str = "", ctx: tuple[Head, ...] = ()) -> "Desk":
        return self.do(
            *(ev.PapersIssued(1, voter, ("director",), "own", override=override) for voter in voters), ctx=ctx
        )

    def takes(self, other: "Desk", through: int | None = None) -> "Desk":
        head = other.head(through)
        return self.do(ev.LogTaken(head.device, head.epoch, head.through, head.hash))


def hall() -> Desk:
    desk = Desk(HALL, ("zhao", "qian"))
    contest = Contest("director", 1, ("director-1", "director-2"))
    return desk.do(
        ev.EpochOpened("first start"),
        ev.PackageTaken(1, PACKAGE_HASH),
        ev.RoundCalled(1, "main", (contest,)),
        ev.BoxSealed(1, "hall-1", "A1"),
        ev.PapersReceived(1, {"director": 40}),
        ev.RoundOpened(1, 30, 0),
        ev.DoorsOpened(1),
    )


def school(lead: Desk) -> Desk:
    """Begun once the lead's log is at hand up to the opening of the round."""
    desk = Desk(SCHOOL, ("sun", "li"), "ffeeddccbbaa99887766554433221100")
    return (
        desk.do(ev.EpochOpened("first start"), ev.PackageTaken(1, PACKAGE_HASH))
        .takes(lead)
        .do(ev.BoxSealed(1, "school-1", "B1"), ev.PapersReceived(1, {"director": 20}), ev.DoorsOpened(1))
    )


def close(desk: Desk, box: str, own: int, *, unused: int, first: int) -> Desk:
    """Doors, count and tally of one station: ``own`` papers, ``first`` of them for director-1."""
    votes = {name: count for name, count in (("director-1", first), ("director-2", own - first)) if count}
    seal = "A1" if box == "hall-1" else "B1"
    return desk.do(
        ev.DoorsClosed(1, {"director": unused}, own, 0),
        ev.BoxOpened(1, box, seal, intact=True),
        ev.BoxCounted(1, box, {"director": own}),
        ev.PileMixed(1, "director", 1, (box,), own),
        ev.SheetCalled(1, "director", 1, 1, own, (ev.SheetContest("director", own, 0, votes=votes),)),
        ev.PileClosed(1, "director", 1),
    )


def whole_day() -> tuple[Desk, Desk]:
    """Both stations to the end: 16 admitted at the hall, 10 at the school, director-1 elected with 15 of 26."""
    lead = hall()
    branch = school(lead)
    lead.admit(*range(1, 17))
    branch.admit(*range(21, 31))
    close(branch, "school-1", 10, unused=10, first=5)
    lead.do(ev.RoundClosed(1))
    close(lead, "hall-1", 16, unused=24, first=10)
    lead.takes(branch)
    lead.do(ev.RoundDeclared(1, "valid", (ev.Elected("director", "director-1", 15),)))
    return lead, branch
