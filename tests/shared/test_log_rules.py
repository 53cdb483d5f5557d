"""Rules of the log itself: epochs, packages, other logs, phones."""

from dataclasses import replace
from typing import Any

import pytest

from shared import events as ev
from shared.rules import Act, By, objections
from shared.state import State
from tests.cast import HALL_1, HALL_KEY, HE_PING, PHONE_KEY, ROAMING, SCHOOL_KEY, SETUP
from tests.shared.day import FIRST_EPOCH, Log, new_hall, new_school, open_hall, open_village, refused

HALL, SCHOOL, PHONE = HALL_KEY.public.id, SCHOOL_KEY.public.id, PHONE_KEY.public.id
SECOND_EPOCH = FIRST_EPOCH[:-1] + "2"


def first_of_second_epoch(log: Log, event: ev.EpochOpened) -> list[str]:
    act = Act(event, (By("zhou", "d"), By("sun", "d")), log.device, SECOND_EPOCH, 1)
    return [one.code for one in objections(act, log.state, log.setup)]


def begun_hall() -> Log:
    hall = new_hall()
    hall.begins()
    return hall


def test_a_stranger_s_device_is_refused():
    act = Act(ev.Arrived(HE_PING), (By("wu", "d"),), "a" * 52, FIRST_EPOCH, 1)
    assert [one.code for one in objections(act, State("a" * 52), SETUP)] == ["device_unknown"]


def test_a_log_begins_with_its_opening_and_has_no_other():
    assert refused(lambda: new_hall().does(ev.PackageTaken(1, SETUP.hash))).code == "epoch_not_first"
    assert "epoch_not_first" in {one.code for one in begun_hall().objections(ev.EpochOpened("again"))}


def test_nothing_happens_before_a_package_is_taken():
    hall = new_hall()
    hall.does(ev.EpochOpened("new"))
    assert "package_missing" in {one.code for one in hall.objections(ev.Arrived(HE_PING))}


def test_a_second_epoch_goes_on_where_the_first_ended():
    hall = begun_hall()
    good = ev.Tail(FIRST_EPOCH, 2, hall.head)
    assert first_of_second_epoch(hall, ev.EpochOpened("restored", good)) == []
    assert first_of_second_epoch(hall, ev.EpochOpened("restored", replace(good, through=5), missing=3)) == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"head": "00" * 32}, 0),
        ({"epoch": SECOND_EPOCH}, 0),
        ({"through": 1}, 0),  # would drop an event that is known
        ({"through": 5}, 2),  # one more is missing than was accepted
    ],
)
def test_a_second_epoch_that_does_not_join_is_refused(change: Any, missing: Any):
    hall = begun_hall()
    tail = replace(ev.Tail(FIRST_EPOCH, 2, hall.head), **change)
    assert first_of_second_epoch(hall, ev.EpochOpened("restored", tail, missing)) == ["epoch_tail_differs"]


def test_a_second_epoch_without_a_past_is_refused():
    assert first_of_second_epoch(begun_hall(), ev.EpochOpened("new")) == ["epoch_tail_differs"]


def test_a_first_epoch_has_no_past_unless_it_was_lost():
    hall = new_hall()
    tail = ev.Tail(SECOND_EPOCH, 9, "00" * 32)
    assert refused(lambda: hall.does(ev.EpochOpened("restored", tail))).code == "epoch_tail_differs"
    hall.does(ev.EpochOpened("restored", tail, missing=9))
    assert hall.book().missing == 9


def test_packages_only_get_newer_and_are_the_signed_ones():
    hall = begun_hall()
    assert refused(lambda: hall.does(ev.PackageTaken(1, SETUP.hash))).code == "package_not_newer"
    hall.setup = replace(hall.setup, version=2)
    assert refused(lambda: hall.does(ev.PackageTaken(2, "00" * 32))).code == "package_differs"
    hall.does(ev.PackageTaken(2, SETUP.hash))


def test_a_log_takes_in_logs_of_its_unit_that_are_ahead():
    hall, school = open_village()
    hall.takes(school)
    refusal = refused(lambda: hall.takes(school))
    assert (refusal.code, refusal.facts["taken"]) == ("log_not_ahead", 6)
    school.admits(31)
    hall.takes(school)


@pytest.mark.parametrize("device", ["a" * 52, HALL])
def test_a_stranger_s_log_or_one_s_own_is_refused(device: str):
    assert refused(lambda: open_hall().does(ev.LogTaken(device, FIRST_EPOCH, 1, "00" * 32))).code == "log_of_stranger"


def test_an_epoch_that_has_ended_is_not_taken_in_again():
    hall, school = open_village()
    hall.takes(school)
    later = new_school()
    later.epoch = SECOND_EPOCH
    later.begins()
    hall.known.clear()
    hall.takes(later)
    refusal = refused(lambda: hall.does(ev.LogTaken(SCHOOL, FIRST_EPOCH, 99, "00" * 32)))
    assert refusal.code == "log_not_ahead"


@pytest.mark.parametrize("box", [HALL_1, "box-9"])
def test_a_phone_is_enrolled_for_a_roaming_box(box: str):
    assert refused(lambda: open_hall().does(ev.DeviceEnrolled(PHONE, box, "ce" * 32))).code == "box_unknown"


def test_a_phone_is_enrolled_where_its_box_belongs():
    _, school = open_village()
    assert refused(lambda: school.does(ev.DeviceEnrolled(PHONE, ROAMING, "ce" * 32))).code == "box_unknown"


def test_a_phone_is_known_by_its_certificate_before_it_has_the_station_s_log():
    phone = Log(PHONE, SETUP, "hall")
    phone.begins()
    assert phone.book().package == 1
