"""The one door: asking changes nothing, whatever is asked; and nothing that a log may say makes it fall over."""

from dataclasses import MISSING, fields
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import events as ev
from shared.errors import Refusal
from shared.ledger import ledger
from shared.rules import Act, By, objections
from shared.rules.outcome import outcome
from shared.rules.rounds import due, unfinished
from shared.state import Origin, State, apply, fingerprint
from tests.cast import BEDRIDDEN, HALL_1, HALL_KEY, HE_PING, PHONE_KEY, RED, ROAMING, SCHOOL_1, SCHOOL_KEY, SETUP, WHITE
from tests.shared.day import FIRST_EPOCH, Log, open_village, snapshot
from tests.shared.test_events import EXAMPLES
from tests.shared.test_state import DAY

DEVICES = [HALL_KEY.public.id, SCHOOL_KEY.public.id, PHONE_KEY.public.id]
TEXTS = [
    "",
    "?",
    RED,
    WHITE,
    HALL_1,
    SCHOOL_1,
    ROAMING,
    "wang",
    "person-7",
    "other",
    "member",
    "hall",
    "school",
    "boxes",
    "票",
]
NUMBERS = st.just(1) | st.integers(0, 3) | st.sampled_from([HE_PING, *BEDRIDDEN, 99, 2**53 - 1])


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that the reader of an event would let through, out of a small world."""
    origin = get_origin(hint)
    if hint is bool:
        return st.booleans()
    if hint is int or hint.__class__.__name__ == "NewType":
        return NUMBERS
    if hint is str:
        return st.sampled_from(TEXTS + DEVICES)
    if origin is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(st.sampled_from(TEXTS), NUMBERS, max_size=3)
    if hasattr(hint, "__dataclass_fields__"):
        return facts(hint)
    if str(origin) == "typing.Literal":
        return st.sampled_from(get_args(hint))
    return st.one_of(*(st.none() if one is type(None) else values(one) for one in get_args(hint)))


def facts(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    required = {one.name: values(hints[one.name]) for one in fields(kind)}
    optional = {one.name for one in fields(kind) if one.default is not MISSING or one.default_factory is not MISSING}
    sure = {name: strategy for name, strategy in required.items() if name not in optional}
    maybe = {name: strategy for name, strategy in required.items() if name in optional}
    return st.fixed_dictionaries(sure, optional=maybe).map(lambda given: kind(**given))


ANYTHING = st.one_of(*(facts(kind) for kind in ev.KINDS.values()))
WHO = st.lists(st.sampled_from([one.id for one in SETUP.officials] + ["nobody"]), min_size=1, max_size=2)


def act(event: ev.Event, who: list[str], device: str, seq: int) -> Act:
    return Act(event, tuple(By(name, "d") for name in who), device, FIRST_EPOCH, seq, "hall")


@given(st.sampled_from(DAY), ANYTHING, WHO)
def test_asking_changes_nothing(log: Log, event: ev.Event, who: Any):
    before = snapshot(log.state)
    first = objections(act(event, who, log.device, len(log.entries) + 1), log.state, SETUP)
    assert objections(act(event, who, log.device, len(log.entries) + 1), log.state, SETUP) == first
    assert snapshot(log.state) == before


def test_a_refused_act_of_every_kind_changes_nothing():
    hall, _ = open_village()
    before = snapshot(hall.state)
    for event in EXAMPLES:
        hall.objections(event, "tang")
    assert snapshot(hall.state) == before


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(ANYTHING, WHO, st.sampled_from(DEVICES)), max_size=25))
def test_nothing_that_a_log_may_say_makes_the_rules_fall_over(said: Any):
    """Central judges logs of devices that it must not trust to be honest: every answer is a list of refusals."""
    state = State("")
    for seq, (event, who, device) in enumerate(said, start=1):
        found = objections(act(event, who, device, seq), state, SETUP)
        assert all(isinstance(one, Refusal) and one.sentence() and one.advice("en") for one in found)
        apply(state, event, Origin(device, FIRST_EPOCH, seq, f"{seq:064x}", "2026-11-08T08:00:00Z", who[0], "d"))
    look_everywhere(state)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(ANYTHING, st.sampled_from(DEVICES)), max_size=10))
def test_nor_does_it_after_an_honest_day(said: Any):
    state = State("")
    for event, origin in (one for log in DAY for one in log.acts):
        apply(state, event, origin)
    for seq, (event, device) in enumerate(said, start=200):
        objections(act(event, ["zhou", "sun"], device, seq), state, SETUP)
        apply(state, event, Origin(device, FIRST_EPOCH, seq, f"{seq:064x}", "2026-11-08T08:00:00Z", "zhou", "d"))
    look_everywhere(state)


def look_everywhere(state: State) -> None:
    fingerprint(state, SETUP.hash)
    due(state, SETUP)
    state.doubles()
    for number in range(4):
        outcome(state, SETUP, number)
        list(unfinished(state, SETUP, number))
        for paper in (RED, WHITE):
            ledger(state, SETUP, number, paper).open_differences()


def test_a_box_of_nowhere_does_not_stop_a_pile_from_being_judged():
    hall, _ = open_village()
    hall.writes(ev.BoxCounted(1, "box-9", {}))
    assert "box_uncounted" in {one.code for one in hall.objections(ev.PileMixed(1, RED, 1, (), 0))}
    hall.writes(ev.BoxCounted(1, HALL_1, {}))
    hall.writes(ev.BoxCounted(1, ROAMING, {}))
    assert hall.objections(ev.PileMixed(1, RED, 1, ("box-9",), 1))
