"""A log judged again from its lines: an honest day has no finding, and what nobody could know is a conflict."""

from typing import Any

import pytest

from shared import events as ev
from shared import line
from shared.errors import Refusal
from shared.replay import Replay
from shared.state import fingerprint
from tests.cast import HALL_1, HE_PING, PAPERS, SETUP
from tests.shared.day import Log, new_hall, open_hall, open_village
from tests.shared.test_state import DAY

HALL, SCHOOL, PHONE = DAY


@pytest.mark.parametrize("log", DAY, ids=["hall", "school", "phone"])
def test_an_honest_day_has_no_finding(log: Log):
    replay, found = log.replayed(*DAY)
    assert found == []
    assert fingerprint(replay.state, SETUP.hash) == fingerprint(log.state, SETUP.hash)


def test_two_admissions_unknown_to_each_other_are_a_conflict_and_no_finding():
    assert HALL.replayed(*DAY)[1] == SCHOOL.replayed(*DAY)[1] == []
    assert [[use.voter for use in uses] for uses in HALL.state.doubles()] == [[HE_PING, HE_PING]]


def test_an_admission_against_what_the_log_had_taken_in_is_a_finding():
    hall, school = open_village()
    school.overrides(HE_PING)
    hall.takes(school)
    hall.writes(ev.PapersIssued(1, HE_PING, PAPERS, "own"))
    assert [one.code for one in hall.replayed(school)[1]] == ["right_used"]


def test_a_log_is_spliced_in_only_up_to_the_head_that_was_taken():
    hall, school = open_village()
    hall.takes(school)
    school.overrides(HE_PING)
    hall.admits(HE_PING)
    replay, found = hall.replayed(school)
    assert found == []
    assert replay.state.doubles() == []
    assert replay.state.books[school.device].head()[1] == len(school.entries) - 1


def test_a_log_taken_in_twice_is_brought_forward_not_counted_twice():
    hall, school = open_village()
    hall.takes(school)
    school.admits(31)
    hall.takes(school)
    replay, _ = hall.replayed(school)
    assert len(replay.state.uses(1, 31)) == 1
    assert fingerprint(replay.state, SETUP.hash) == fingerprint(hall.state, SETUP.hash)


def test_every_act_of_a_dishonest_log_is_judged_and_kept():
    hall = open_hall()
    hall.writes(ev.PapersIssued(1, HE_PING, PAPERS, "own"))
    hall.writes(ev.PapersIssued(1, HE_PING, PAPERS, "own"))
    hall.writes(ev.BoxOpened(1, HALL_1, "", True), ("zhou",))
    replay, found = hall.replayed()
    assert [one.code for one in found] == ["right_used", "second_official_needed", "doors_still_open", "seal_differs"]
    assert len(replay.state.uses(1, HE_PING)) == 2


def test_a_phone_of_no_station_is_unknown():
    phone = Replay(PHONE.device, {1: SETUP}, lambda head, since: [])
    judged = phone.feed(PHONE.epoch, PHONE.entries[0])
    assert [one.code for one in judged.findings] == ["device_unknown"]


@pytest.mark.parametrize(
    ("kind", "data", "salt"), [("attendance.arrived", {"voter": 7}, ""), ("round.closed", {"round": 1}, "0f" * 16)]
)
def test_a_salt_stands_exactly_where_a_voter_is_named(kind: Any, data: Any, salt: str):
    raw = line.write(line.Line(1, "2026-11-08T08:00:00Z", kind, (line.By("wu", "d"),), data, salt=salt))
    with pytest.raises(Refusal, match=r"Line\.salt"):
        Replay(HALL.device, {1: SETUP}, lambda head, since: []).feed(HALL.epoch, (raw, "ab" * 32))


def test_the_package_that_the_log_took_last_is_what_judges():
    hall = new_hall()
    hall.does(ev.EpochOpened("new"))
    replay = Replay(hall.device, {1: hall.setup, 2: SETUP}, lambda head, since: [])
    assert replay.setup is hall.setup
    hall.does(ev.PackageTaken(1, hall.setup.hash))
    hall.setup = SETUP
    hall.writes(ev.PackageTaken(2, SETUP.hash))
    for entry in hall.entries:
        assert replay.feed(hall.epoch, entry).findings == ()
    assert replay.setup is SETUP


def lines_of(log: Log) -> list[str]:
    return [line.read(raw).type for raw, _ in log.entries]


def test_lines_say_what_happened_in_order():
    assert lines_of(PHONE) == ["epoch.opened", "package.taken", "log.taken", "visit.recorded", "visit.recorded"]
