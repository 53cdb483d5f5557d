"""Reading a plan: a short TOML file, strictly, every fault told at once; no roll is looked at yet.

A plan names people by roll number or by name. What is judged here needs no roll: the words, the ids, what refers to
what, one lead station, a paper for every post, known parameters.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, cast, get_args

from central.faults import Faulty, PlanFault
from central.plans.plan import (
    ApplicationRule,
    PersonRef,
    Plan,
    PlannedApplication,
    PlannedCandidate,
    PlannedOfficial,
    PlannedProxy,
    PlannedStation,
)
from central.plans.reader import Fields
from central.plans.references import reference_faults
from shared.election import Box, Election, PaperType, Post, Role, Unit
from shared.errors import Refusal
from shared.preset import parameter_refusals, preset_names, read_preset
from shared.procedure import Procedure

ROLES: Final[tuple[str, ...]] = get_args(Role)
MAX_PLAN_BYTES: Final = 1024 * 1024
MAX_SEATS: Final = 99


def read_plan(data: bytes) -> Plan:
    """Refuses: plan_too_large, plan_not_toml, and `Faulty` (plan_faulty) with every fault at once."""
    if len(data) > MAX_PLAN_BYTES:
        raise Refusal("plan_too_large", bytes=len(data), most=MAX_PLAN_BYTES)
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refusal("plan_not_toml", detail=str(error)) from error
    faults: list[PlanFault] = []
    fields = Fields(table, "", faults)
    plan = _plan(fields)
    fields.done()
    if not faults:
        faults.extend(reference_faults(plan))
    if faults:
        raise Faulty("plan_faulty", faults)
    return plan


def _plan(fields: Fields) -> Plan:
    election = _election(fields.table("election"))
    unit, groups = _unit(fields.table("unit"), election.id)
    return Plan(
        election=election,
        unit=unit,
        groups=groups,
        posts=tuple(_post(each) for each in fields.tables("posts")),
        papers=tuple(_paper(each) for each in fields.tables("papers")),
        candidates=tuple(_candidates(fields.tables("candidates", required=False))),
        stations=tuple(_station(each) for each in fields.tables("stations")),
        boxes=tuple(_box(each) for each in fields.tables("boxes")),
        officials=tuple(_official(each) for each in fields.tables("officials")),
        procedure=_procedure(fields.table("procedure")),
        proxies=tuple(_proxy(each) for each in fields.tables("proxies", required=False)),
        applications=tuple(_application(each) for each in fields.tables("applications", required=False)),
        application_rules=tuple(_rule(each) for each in fields.tables("application_rules", required=False)),
        settings=fields.table("settings", required=False).all_words(),
    )


def _election(fields: Fields) -> Election:
    election = Election(
        id=fields.id(),
        name=fields.both("name"),
        voting_day=fields.day("voting_day"),
        practice=fields.flag("practice", default=False),
    )
    fields.done()
    return election


def _unit(fields: Fields, election: str) -> tuple[Unit, tuple[str, ...]]:
    unit = Unit(id=f"{election}/{fields.id()}", name=fields.both("name"), body=fields.both("body"))
    groups = fields.list_of_words("groups", ())
    fields.done()
    return unit, groups


def _post(fields: Fields) -> Post:
    post = Post(fields.id(), fields.both("name"), fields.number("seats", least=1, most=MAX_SEATS))
    fields.done()
    return post


def _paper(fields: Fields) -> PaperType:
    paper = PaperType(fields.id(), fields.both("name"), fields.colour("colour"), fields.list_of_words("posts"))
    fields.done()
    return paper


def _candidates(tables: Iterable[Fields]) -> Iterator[PlannedCandidate]:
    """Ids are the post and the place in the list, unless given: director-1, director-2."""
    place: Counter[str] = Counter()
    for fields in tables:
        post = fields.id("post")
        place[post] += 1
        candidate = PlannedCandidate(
            path=fields.path,
            id=fields.id("id", f"{post}-{place[post]}"[:32]) if post else "",
            post=post,
            person=_named_person(fields, none=-1),
            relatives=tuple(_ref(fields.at("relatives"), each) for each in fields.list_of_people("relatives")),
        )
        fields.done()
        yield candidate


def _station(fields: Fields) -> PlannedStation:
    station = PlannedStation(
        id=fields.id(),
        name=fields.both("name"),
        lead=fields.flag("lead", default=False),
        homes=fields.list_of_words("homes", ()),
    )
    fields.done()
    return station


def _box(fields: Fields) -> Box:
    kind = fields.choice("kind", ("fixed", "roaming"))
    box = Box(fields.id(), fields.id("station"), "roaming" if kind == "roaming" else "fixed", fields.both("name"))
    fields.done()
    return box


def _official(fields: Fields) -> PlannedOfficial:
    roles = fields.list_of_words("roles")
    for role in roles:
        if role not in ROLES:
            fields.fault("roles", "plan_role_unknown", role=role, known=" / ".join(ROLES))
    official = PlannedOfficial(
        path=fields.path,
        id=fields.id(),
        station=fields.id("station"),
        roles=cast(tuple[Role, ...], roles),
        person=_named_person(fields, none=-1),
    )
    fields.done()
    return official


def _procedure(fields: Fields) -> Procedure:
    preset = fields.choice("preset", preset_names())
    parameters = fields.raw("parameters")
    fields.done()
    refusals = parameter_refusals(preset, parameters)
    for refusal in refusals:
        fields.fault("parameters", refusal.code, **refusal.facts)
    return read_preset(preset, {} if refusals else parameters)


def _proxy(fields: Fields) -> PlannedProxy:
    proxy = PlannedProxy(
        path=fields.path,
        principal=_checked_ref(fields, "principal"),
        holder=_checked_ref(fields, "holder"),
        relation=fields.words("relation"),
        published=fields.flag("published", default=False),
    )
    fields.done()
    return proxy


def _application(fields: Fields) -> PlannedApplication:
    application = PlannedApplication(
        path=fields.path,
        person=_checked_ref(fields, "voter"),
        box=fields.id("box"),
        reason=fields.words("reason"),
    )
    fields.done()
    return application


def _rule(fields: Fields) -> ApplicationRule:
    rule = ApplicationRule(
        path=fields.path,
        box=fields.id("box"),
        remarks=fields.list_of_words("remarks"),
        unless=fields.list_of_words("unless", ()),
    )
    fields.done()
    return rule


def _named_person(fields: Fields, *, none: int) -> PersonRef:
    """A table that has ``name``, and ``voter`` where the name alone would not do (0: not on this roll)."""
    name = fields.words("name")
    return PersonRef(fields.path, fields.number("voter") if fields.has("voter") else none, name)


def _checked_ref(fields: Fields, key: str) -> PersonRef:
    """A roll number or a name at ``key``; beside a number, ``<key>_name`` is compared with the roll."""
    found = _ref(fields.at(key), fields.person(key))
    return PersonRef(found.path, found.no, fields.words(f"{key}_name", found.name))


def _ref(path: str, given: str | int) -> PersonRef:
    return PersonRef(path, given, "") if isinstance(given, int) else PersonRef(path, -1, given.strip())
