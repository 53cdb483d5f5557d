"""What the events add up to: the same for whoever holds the same events, in whatever order the logs came."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared import events as ev
from shared.ledger import ledger
from shared.state import Origin, State, apply, fingerprint, fold, heads, value_of
from tests.cast import BEDRIDDEN, HALL_1, HALL_ALONE, HE_PING, PHONE_KEY, RED, ROAMING, SCHOOL_1, SETUP, WHITE, YU
from tests.shared.day import FIRST_EPOCH, Log, director, member, open_village
from tests.shared.test_events import EXAMPLES

PHONE = PHONE_KEY.public.id


def village_day() -> list[Log]:
    """Hall, school and phone through a whole day; He Ping is admitted at both while they do not know of each other."""
    hall, school = open_village()
    hall.does(ev.DeviceEnrolled(PHONE, ROAMING, "ce" * 32))
    hall.leases(*BEDRIDDEN, device=PHONE)
    hall.sends_box(5)
    phone = Log(PHONE, HALL_ALONE, "hall", epoch=FIRST_EPOCH[:-1] + "2")
    phone.begins()
    phone.takes(hall)
    phone.visits(BEDRIDDEN[0])
    phone.visits(BEDRIDDEN[1], "absent")
    hall.admits(*range(1, 19))
    hall.replaces(YU, RED)
    school.overrides(HE_PING)
    school.admits(*range(31, 41))
    hall.takes(phone)
    hall.closes_doors()
    hall.closes_round()
    school.closes_doors()
    hall.box_returns(4)
    hall.completes(1)
    hall.empties(HALL_1, 18)
    hall.empties(ROAMING, 1)
    school.empties(SCHOOL_1, 11)
    for paper, contest in ((RED, director(19, wang=19)), (WHITE, member(19, zhang=19, chen=19))):
        hall.tallies(paper, (HALL_1, ROAMING), contest)
    for paper, contest in ((RED, director(11, wang=11)), (WHITE, member(11, zhang=11, chen=11))):
        school.tallies(paper, (SCHOOL_1,), contest)
    hall.takes(school)
    hall.declares()
    return [hall, school, phone]


DAY = village_day()
ACTS = [log.acts for log in DAY]


@st.composite
def interleavings(draw: Any) -> list[tuple[ev.Event, Origin]]:
    """All events of the day, each log in its own order, the logs shuffled into each other."""
    turns = draw(st.permutations([number for number, acts in enumerate(ACTS) for _ in acts]))
    nexts: list[Iterator[tuple[ev.Event, Origin]]] = [iter(acts) for acts in ACTS]
    return [next(nexts[turn]) for turn in turns]


def whole() -> State:
    return fold("", (act for acts in ACTS for act in acts))


def test_a_fold_is_one_event_after_the_other():
    state = State("")
    for acts in ACTS:
        for event, origin in acts:
            apply(state, event, origin)
    assert (state.books, state.rights) == (whole().books, whole().rights)


@given(interleavings())
def test_any_interleaving_of_the_logs_gives_one_state(acts: Any):
    state = fold("", acts)
    assert fingerprint(state, SETUP.hash) == fingerprint(whole(), SETUP.hash)
    assert state.doubles() == whole().doubles()
    assert ledger(state, SETUP, 1, RED) == ledger(whole(), SETUP, 1, RED)


def test_the_hall_and_the_office_see_the_same_hall():
    hall = DAY[0]
    assert value_of(hall.book()) == value_of(whole().books[hall.device])


def test_every_event_changes_the_fingerprint():
    state, seen = State(""), set()
    for event, origin in ACTS[0]:
        apply(state, event, origin)
        seen.add(fingerprint(state, SETUP.hash))
    assert len(seen) == len(ACTS[0])


def test_every_kind_of_event_is_held_and_leaves_its_head():
    state = State("")
    for seq, event in enumerate(EXAMPLES, start=1):
        apply(state, event, Origin("a" * 52, "0" * 32, seq, f"{seq:064x}", "2026-11-08T08:00:00Z", "zhou", "d"))
        assert heads(state) == [("a" * 52, "0" * 32, seq, f"{seq:064x}")]


def test_the_package_stands_in_the_fingerprint():
    assert fingerprint(whole(), SETUP.hash) != fingerprint(whole(), "00" * 32)


def test_looking_at_a_log_that_is_not_there_leaves_the_fingerprint():
    state = whole()
    state.book("z" * 52)
    assert fingerprint(state, SETUP.hash) == fingerprint(whole(), SETUP.hash)


def test_a_right_used_in_two_places_is_a_double_in_a_fixed_order():
    (uses,) = whole().doubles()
    assert [use.voter for use in uses] == [HE_PING, HE_PING]
    assert [use.device for use in uses] == sorted(use.device for use in uses)


def test_a_cancelled_use_is_no_double():
    hall, school = open_village()
    hall.admits(HE_PING)
    school.overrides(HE_PING)
    hall.cancels(HE_PING, RED, WHITE)
    assert fold("", [*hall.acts, *school.acts]).doubles() == []


def test_a_second_epoch_goes_on_in_the_same_book():
    hall = DAY[0]
    state = whole()
    end = ev.Tail(FIRST_EPOCH, len(hall.acts), hall.head)
    opened = Origin(hall.device, "0" * 31 + "9", 1, "e" * 64, "2026-11-08T20:00:00Z", "zhou", "d")
    apply(state, ev.EpochOpened("restored", end), opened)
    assert [epoch for epoch, _, _ in state.books[hall.device].epochs] == [FIRST_EPOCH, "0" * 31 + "9"]
    assert len(state.books[hall.device].admissions) == len(hall.book().admissions)
