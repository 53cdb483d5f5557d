"""Who may do what: known officials of this station, in a fitting role, two where two are asked for.

A candidate neither watches nor calls nor writes the count (RO2; 选举法 第四十三条 adds the near relatives a candidate
lists): not as scrutineer, teller or caller anywhere, and under no other duty in what is the count itself.
"""

from collections.abc import Iterator

from shared.election import Official, Setup
from shared.errors import Refusal
from shared.rules.act import Bench

COUNTING_ROLES = frozenset({"scrutineer", "chief_scrutineer", "teller", "caller"})


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses official_unknown, official_elsewhere, official_concerned, role_lacking, second_official_needed,
    same_official_twice, lead_only."""
    act, event = bench.act, bench.act.event
    if not act.by:
        yield Refusal("official_unknown", official="")
    for by in act.by:
        yield from _one(bench, by.official)
    if len(act.by) == 2 and act.by[0].official == act.by[1].official:
        yield Refusal("same_official_twice", official=act.by[0].official)
    if event.TWO and len(act.by) < 2:
        yield Refusal("second_official_needed", kind=event.TYPE)
    if event.LEAD and not bench.is_lead:
        yield Refusal("lead_only", kind=event.TYPE, lead=bench.setup.lead.id)


def _one(bench: Bench, official: str) -> tuple[Refusal, ...]:
    """The same few people act all day, and the set-up alone says what each may do where: it is worked out once."""
    person = bench.setup.official.get(official)
    if person is None:
        return (Refusal("official_unknown", official=official),)
    key = (official, bench.station.id, type(bench.act.event))
    found = bench.setup.remembered.get(key)
    if found is None:
        found = bench.setup.remembered[key] = tuple(_person(bench, person))
    return found


def _person(bench: Bench, person: Official) -> Iterator[Refusal]:
    if person.station != bench.station.id:
        yield Refusal("official_elsewhere", official=person.id, station=person.station)
    else:
        yield from _role(person, bench)


def _role(person: Official, bench: Bench) -> Iterator[Refusal]:
    usable = [role for role in person.roles if role in bench.act.event.ROLES]
    if not usable:
        yield Refusal("role_lacking", official=person.id, kind=bench.act.event.TYPE)
    elif (bench.act.event.COUNTS or COUNTING_ROLES.issuperset(usable)) and is_concerned(person, bench.setup):
        yield Refusal("official_concerned", official=person.id)


def is_concerned(person: Official, setup: Setup) -> bool:
    """Is a candidate, or is listed as a candidate's near relative."""
    return bool(person.voter) and any(
        person.voter == one.voter or person.voter in one.relatives for one in setup.candidates
    )
