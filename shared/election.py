"""The set-up that the office signs: election, unit, posts, candidates, papers, stations, boxes, officials.

Frozen facts. `Setup` is what one package says about one unit; all stations of the unit hold the same one, so they judge
every act alike. Reading and writing its bytes is the business of `shared.package`.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from shared.procedure import Procedure, Text
from shared.roll import Proxy, Roll

__all__ = [
    "Application",
    "Box",
    "Candidate",
    "Election",
    "Official",
    "PaperType",
    "Post",
    "Role",
    "Setup",
    "Station",
    "Text",
    "Unit",
]  # Text stands with the procedure; the set-up is where readers look for it

Role = Literal[
    "presiding_officer",
    "clerk",
    "issuer",
    "roaming_team",
    "chief_scrutineer",
    "scrutineer",
    "teller",
    "caller",
    "observer",
]


@dataclass(frozen=True, slots=True)
class Election:
    id: str
    name: Text
    voting_day: str  # YYYY-MM-DD
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    id: str  # "<election>/<unit>"
    name: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    name: Text
    seats: int


@dataclass(frozen=True, slots=True)
class PaperType:
    """One kind of paper; it holds one contest a post, in this order. ``colour`` is a CSS colour of the real paper."""

    id: str
    name: Text
    colour: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A formal candidate; ``voter`` is the roll number, so that kinship and role rules can look at the person."""

    id: str
    post: str
    name: str
    voter: int
    relatives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    id: str
    station: str
    kind: Literal["fixed", "roaming"]
    name: Text


@dataclass(frozen=True, slots=True)
class Station:
    """A polling place of the unit. ``device`` is the key id of the log that the office enrolled for it."""

    id: str
    name: Text
    lead: bool
    device: str
    public: str  # Ed25519 public key, base64
    sealing: str  # X25519 public key, base64


@dataclass(frozen=True, slots=True)
class Official:
    id: str
    name: str
    station: str
    roles: tuple[Role, ...]
    voter: int = 0  # roll number, 0 if not on this roll


@dataclass(frozen=True, slots=True)
class Application:
    """Someone who asked for the roaming box, and why."""

    voter: int
    box: str
    reason: str


@dataclass(frozen=True)
class Setup:
    """Everything of one unit that the office signed, in one version. ``hash``: SHA-256 of the package payload, hex."""

    version: int
    hash: str
    election: Election
    unit: Unit
    posts: tuple[Post, ...]
    papers: tuple[PaperType, ...]
    candidates: tuple[Candidate, ...]
    stations: tuple[Station, ...]
    boxes: tuple[Box, ...]
    officials: tuple[Official, ...]
    procedure: Procedure
    roll: Roll
    proxies: tuple[Proxy, ...] = ()
    applications: tuple[Application, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @cached_property
    def lead(self) -> Station:
        return next(station for station in self.stations if station.lead)

    @cached_property
    def station_of_device(self) -> dict[str, Station]:
        return {station.device: station for station in self.stations}

    @cached_property
    def box(self) -> dict[str, Box]:
        return {box.id: box for box in self.boxes}

    @cached_property
    def post(self) -> dict[str, Post]:
        return {post.id: post for post in self.posts}

    @cached_property
    def paper(self) -> dict[str, PaperType]:
        return {paper.id: paper for paper in self.papers}

    @cached_property
    def candidate(self) -> dict[str, Candidate]:
        return {candidate.id: candidate for candidate in self.candidates}

    @cached_property
    def official(self) -> dict[str, Official]:
        return {official.id: official for official in self.officials}

    @cached_property
    def proxy_of(self) -> dict[int, Proxy]:
        """Roll number of the principal -> the proxy."""
        return {proxy.principal: proxy for proxy in self.proxies}

    @cached_property
    def remembered(self) -> dict[tuple[str, str, type], Any]:
        """What rules found about an official (id), a station (id) and a kind of event, where that rests on this set-up
        and on nothing else."""
        return {}

    @cached_property
    def eligible(self) -> int:
        """How many rights the roll of this unit holds: the base 'eligible'."""
        return len(self.roll)
