"""A plan settled against its roll: everything of the set-up but what only the signing knows, keys, version and hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central.faults import PlanFault
from central.plans.plan import PlannedStation
from shared.election import (
    Application,
    Box,
    Candidate,
    Election,
    Official,
    PaperType,
    Post,
    Setup,
    Station,
    Unit,
)
from shared.procedure import Procedure
from shared.roll import Proxy, Roll, Voter


@dataclass(frozen=True, slots=True)
class StationKeys:
    """What the office learnt when it approved a station: key id of its log, Ed25519 and X25519 public keys, base64."""

    device: str
    public: str
    sealing: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """``warnings`` are what the office should look at and may leave; a blueprint with faults is never made."""

    election: Election
    unit: Unit
    posts: tuple[Post, ...]
    papers: tuple[PaperType, ...]
    candidates: tuple[Candidate, ...]
    stations: tuple[PlannedStation, ...]
    boxes: tuple[Box, ...]
    officials: tuple[Official, ...]
    procedure: Procedure
    voters: tuple[Voter, ...]
    proxies: tuple[Proxy, ...]
    applications: tuple[Application, ...]
    settings: dict[str, str] = field(default_factory=dict)
    warnings: tuple[PlanFault, ...] = ()

    def setup(self, *, version: int, hash_: str, keys: Mapping[str, StationKeys]) -> Setup:
        """The set-up with ``keys`` by station id; a station without keys is a bug of the caller (KeyError)."""
        stations = tuple(
            Station(
                id=each.id,
                name=each.name,
                lead=each.lead,
                device=keys[each.id].device,
                public=keys[each.id].public,
                sealing=keys[each.id].sealing,
            )
            for each in self.stations
        )
        return Setup(
            version=version,
            hash=hash_,
            election=self.election,
            unit=self.unit,
            posts=self.posts,
            papers=self.papers,
            candidates=self.candidates,
            stations=stations,
            boxes=self.boxes,
            officials=self.officials,
            procedure=self.procedure,
            roll=Roll(self.voters),
            proxies=self.proxies,
            applications=self.applications,
            settings=dict(self.settings),
        )
