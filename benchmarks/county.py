"""Logs of a whole county before central sees them: towns whose stations open their doors and admit everybody.

Each log has the lines that a station writes: a sub-venue takes in the lead's log and names its head with every right
used; an admission is two lines, the right used and the voter arrived.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from benchmarks.office import ELECTION, PAPERS, Office, Place, town
from shared import canonical, codec, dsse, envelope
from shared import events as ev
from shared import line as lines
from shared.chain import Head, start
from shared.dsse import Signed
from shared.keys import SealingKey, SigningKey
from shared.line import By, Line

OPENING: Final = 7  # lines before the first admission, at the lead and elsewhere
CONTESTS: Final = (ev.Contest("director", 1, ("director-1", "director-2")), ev.Contest("member", 2, ("member-3",)))


@dataclass(frozen=True)
class Log:
    """All lines of one station."""

    unit: str
    key: SigningKey
    start: Head
    package: str
    certificates: tuple[Signed, ...]
    lines: tuple[bytes, ...]

    def head(self, through: int) -> Head:
        return self.start.after(self.lines[:through])

    def batch(self, first: int = 1, key: SigningKey | None = None) -> bytes:
        """Lines from ``first`` to the end as one batch file; ``key``: somebody else who signs it."""
        chosen = self.lines[first - 1 :]
        header = envelope.header_after(
            self.head(first - 1), chosen, election=ELECTION, package=self.package, certificates=self.certificates
        )
        if key is not None:
            return b"\n".join((dsse.sign(envelope.BATCH, _payload(header), [key]), *chosen, b""))
        return envelope.seal(header, chosen, self.key)


@dataclass(frozen=True)
class Town:
    """One unit with its signed package and its logs, the lead's first."""

    unit: str
    package: bytes
    logs: tuple[Log, ...]

    @property
    def hash(self) -> str:
        return sha256(dsse.parse(self.package).payload).hexdigest()


def make_town(office: Office, name: str, *, stations: int, admissions: int) -> Town:
    """``admissions`` at each station, all voters of its roll."""
    unit = f"{ELECTION}/{name}"
    keys = [SigningKey.generate(office.random) for _ in range(stations)]
    places = [
        Place(f"s{number}", key.public.base64, SealingKey.beside(key).public, admissions)
        for number, key in enumerate(keys)
    ]
    certificates = [office.certify(unit, place) for place in places]
    signed = office.sign(town(unit, places), certificates)
    hash_ = sha256(dsse.parse(signed).payload).hexdigest()
    logs: list[Log] = []
    for number, key in enumerate(keys):
        begin = start(key.public.id, ELECTION, office.random(16).hex())
        opened = logs[0].head(OPENING) if logs else None
        voters = range(1 + number * admissions, 1 + (number + 1) * admissions)
        written = _Writer(office, places[number].id, hash_, expected=stations * admissions, lead=opened).lines(voters)
        logs.append(Log(unit, key, begin, hash_, (office.certificate, certificates[number]), tuple(written)))
    return Town(unit, signed, tuple(logs))


@dataclass
class _Writer:
    office: Office
    station: str
    package: str
    expected: int  # voters of the whole town
    lead: Head | None  # the lead's log up to its opened doors, at a sub-venue
    seq: int = 0

    def lines(self, voters: range) -> Iterator[bytes]:
        for event in (*self._opening(), *_admissions(voters)):
            yield self._line(event)

    def _opening(self) -> Iterator[ev.Event]:
        papers = ev.PapersReceived(1, dict.fromkeys(PAPERS, 500))
        sealed = ev.BoxSealed(1, f"{self.station}-box", "A-1")
        yield ev.EpochOpened("first start")
        yield ev.PackageTaken(1, self.package)
        if self.lead is None:
            yield from (ev.RoundCalled(1, "main", CONTESTS), sealed, papers, ev.RoundOpened(1, self.expected, 0))
        else:
            lead = self.lead
            yield from (ev.LogTaken(lead.device, lead.epoch, lead.through, lead.hash), sealed, papers, papers)
        yield ev.DoorsOpened(1)

    def _line(self, event: ev.Event) -> bytes:
        self.seq += 1
        kind, data = ev.write(event)
        names = ("head", "scrutineer") if event.TWO else ("clerk" if event.NAMES_VOTER else "head",)
        knows = self.lead is not None and isinstance(event, ev.PapersIssued)
        return lines.write(
            Line(
                seq=self.seq,
                at=f"2026-11-08T09:{self.seq // 60:02d}:{self.seq % 60:02d}+08:00",
                type=kind,
                by=tuple(By(f"{self.station}-{name}", "1 号桌") for name in names),
                data=data,
                ctx=(self.lead,) if knows and self.lead is not None else (),
                salt=self.office.random(16).hex() if event.NAMES_VOTER else "",
            )
        )


def _admissions(voters: range) -> Iterator[ev.Event]:
    for voter in voters:
        yield ev.PapersIssued(1, voter, PAPERS, "own")
        yield ev.Arrived(voter)


def _payload(header: envelope.Header) -> bytes:
    return canonical.encode(codec.write(header))
