"""The plan of an election as an office writes it: like the set-up, but people are names and stations have no keys yet.

`central.plans.file` reads it from TOML, `central.plans` finds its people on the roll.
"""

from dataclasses import dataclass

from central.rolls.homes import Homes
from shared.election import Box, Election, PaperType, Post, Role, Text, Unit
from shared.procedure import Procedure


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as a plan names one. ``no``: a roll number, 0 for "not on this roll", -1 where only a name is given."""

    path: str
    no: int
    name: str


@dataclass(frozen=True, slots=True)
class PlannedCandidate:
    """``person`` and ``relatives`` are still to be found on the roll."""

    path: str
    id: str
    post: str
    person: PersonRef
    relatives: tuple[PersonRef, ...]


@dataclass(frozen=True, slots=True)
class PlannedStation:
    """A station before it has keys. ``homes``: the groups whose rights it holds; the lead holds all others."""

    id: str
    name: Text
    lead: bool
    homes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOfficial:
    """``person.no`` is 0 for an official who is not on this roll."""

    path: str
    id: str
    station: str
    roles: tuple[Role, ...]
    person: PersonRef


@dataclass(frozen=True, slots=True)
class PlannedProxy:
    """A written proxy whose two people are still to be found on the roll."""

    path: str
    principal: PersonRef
    holder: PersonRef
    relation: str
    published: bool


@dataclass(frozen=True, slots=True)
class PlannedApplication:
    """One person's application for a roaming box."""

    path: str
    person: PersonRef
    box: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApplicationRule:
    """Who is put on a roaming box's list by the roll's remark: it holds one of ``remarks`` and none of ``unless``."""

    path: str
    box: str
    remarks: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan without a fault of its own."""

    election: Election
    unit: Unit
    groups: tuple[str, ...]
    posts: tuple[Post, ...]
    papers: tuple[PaperType, ...]
    candidates: tuple[PlannedCandidate, ...]
    stations: tuple[PlannedStation, ...]
    boxes: tuple[Box, ...]
    officials: tuple[PlannedOfficial, ...]
    procedure: Procedure
    proxies: tuple[PlannedProxy, ...]
    applications: tuple[PlannedApplication, ...]
    application_rules: tuple[ApplicationRule, ...]
    settings: dict[str, str]

    @property
    def lead(self) -> PlannedStation:
        return next(station for station in self.stations if station.lead)

    def homes(self) -> Homes:
        """Where the roll's groups have their home stations, for `central.rolls.read_roll`."""
        return Homes(
            lead=self.lead.id,
            by_group={group: station.id for station in self.stations for group in station.homes},
            names={name: station.id for station in self.stations for name in (station.id, station.name.zh)},
            groups=frozenset(self.groups),
        )
