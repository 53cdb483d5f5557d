"""Using a right at the desk: once, in an open round, through open doors, at home."""

from dataclasses import replace
from typing import Any

import pytest

from shared import events as ev
from tests.cast import HALL_1, HALL_ALONE, HE_PING, LAO_DING, MA_HONG, PAPERS, RED, STRANGER, WHITE, YU
from tests.shared.day import called_hall, open_hall, open_village, refused


def test_a_voter_gets_one_paper_of_each_type():
    hall = open_hall()
    hall.admits(HE_PING)
    assert [use.types for use in hall.state.uses(1, HE_PING)] == [PAPERS]


def test_a_right_is_used_once_and_the_refusal_says_when_where_and_with_whom():
    hall = open_hall()
    hall.admits(HE_PING)
    refusal = refused(lambda: hall.admits(HE_PING))
    assert refusal.code == "right_used"
    known = {"voter": HE_PING, "station": "hall", "desk": "desk-1", "official": "wu", "right": "own"}
    assert known.items() <= refusal.facts.items()
    assert refusal.facts["at"] == hall.state.uses(1, HE_PING)[0].at


def test_somebody_on_no_roll_is_refused():
    assert refused(lambda: open_hall().admits(STRANGER)).code == "voter_unknown"


def test_observers_and_probationary_members_get_no_paper():
    """W08: 18 with the right, 1 on probation, 2 observers present: 18 papers. Only the roll gives a right."""
    hall = open_hall()
    hall.admits(*range(1, 19))
    for no_right in (STRANGER, STRANGER + 1, STRANGER + 2):
        assert refused(lambda no=no_right: hall.admits(no)).code == "voter_unknown"
    assert hall.book().rounds[1].paper[RED].issued == 18


@pytest.mark.parametrize("types", [(), (RED,), (WHITE, RED), (RED, WHITE, WHITE)])
def test_all_papers_of_the_round_go_out_in_their_order(types: Any):
    hall = open_hall()
    assert refused(lambda: hall.does(ev.PapersIssued(1, HE_PING, types, "own"))).code == "wrong_papers"


def test_no_paper_goes_out_before_the_round_is_open():
    hall = called_hall()
    assert refused(lambda: hall.admits(HE_PING)).code == "round_not_open"


def test_no_paper_goes_out_before_the_doors_are_open():
    hall = called_hall()
    hall.prepares(boxes=(HALL_1,))
    hall.opens_round()
    assert refused(lambda: hall.admits(HE_PING)).code == "doors_not_open"


def test_no_paper_goes_out_during_a_pause():
    hall = open_hall()
    hall.does(ev.DoorsPaused(1, "停电"))
    assert refused(lambda: hall.admits(HE_PING)).code == "doors_paused"
    hall.does(ev.DoorsResumed(1))
    hall.admits(HE_PING)


def test_no_paper_goes_out_after_the_doors_are_closed():
    hall = open_hall()
    hall.closes_doors()
    assert refused(lambda: hall.admits(HE_PING)).code == "doors_closed"


def test_no_desk_hands_out_papers_after_the_lead_ended_the_vote():
    hall, school = open_village()
    hall.closes_round()
    assert refused(lambda: hall.admits(HE_PING)).code == "round_closed"
    school.admits(31)  # it does not know yet
    school.takes(hall)
    assert refused(lambda: school.admits(32)).code == "round_closed"


def test_the_last_paper_goes_out_and_no_other():
    hall = called_hall()
    hall.prepares(boxes=(HALL_1,), papers=1)
    hall.opens_round()
    hall.opens_doors()
    hall.admits(HE_PING)
    assert refused(lambda: hall.admits(YU)).code == "no_papers_left"


def test_the_school_refuses_a_voter_of_the_hall():
    _, school = open_village()
    refusal = refused(lambda: school.admits(HE_PING))
    assert (refusal.code, refusal.facts["home"]) == ("other_home", "hall")


def test_two_officials_with_a_reason_may_admit_the_voter_of_another_station():
    _, school = open_village()
    event = ev.PapersIssued(1, HE_PING, PAPERS, "own", override="腿脚不便")
    assert refused(lambda: school.does(event, "yang")).code == "other_home"
    school.does(event, "shen", "yang")
    assert school.state.uses(1, HE_PING)[0].override == "腿脚不便"


def test_an_override_at_home_is_refused():
    assert refused(lambda: open_hall().overrides(HE_PING)).code == "override_needless"


def test_what_the_other_station_did_is_refused_once_it_is_known():
    hall, school = open_village()
    school.overrides(HE_PING)
    hall.takes(school)
    assert refused(lambda: hall.admits(HE_PING)).facts["station"] == "school"


def test_a_principal_who_came_in_person_has_used_the_right():
    hall = open_hall()
    hall.admits(LAO_DING)
    assert refused(lambda: hall.admits_holder(LAO_DING, MA_HONG)).code == "right_used"


def test_a_principal_finds_the_right_used_by_the_proxy():
    hall = open_hall()
    hall.admits_holder(LAO_DING, MA_HONG)
    refusal = refused(lambda: hall.admits(LAO_DING))
    assert (refusal.code, refusal.facts["right"]) == ("right_used", "proxy")


def test_a_cancelled_admission_gives_the_right_back():
    hall = open_hall()
    hall.admits(HE_PING)
    hall.cancels(HE_PING, *PAPERS)
    assert hall.state.uses(1, HE_PING) == []
    hall.admits(HE_PING)


def test_what_never_was_cannot_be_cancelled():
    assert refused(lambda: open_hall().cancels(HE_PING)).code == "nothing_to_cancel"


def test_an_admission_is_cancelled_where_it_was_made():
    hall, school = open_village()
    school.overrides(HE_PING)
    hall.takes(school)
    assert refused(lambda: hall.cancels(HE_PING)).code == "nothing_to_cancel"


def test_only_what_went_out_comes_back():
    hall = open_hall()
    hall.admits(HE_PING)
    assert refused(lambda: hall.cancels(HE_PING, RED, "green")).code == "wrong_papers"


def test_cancelling_needs_a_reason():
    hall = open_hall()
    hall.admits(HE_PING)
    assert refused(lambda: hall.does(ev.AdmissionCancelled(1, HE_PING, "  "))).code == "reason_missing"


def test_nothing_is_cancelled_after_the_doors_are_closed():
    hall = open_hall()
    hall.admits(HE_PING)
    hall.closes_doors()
    assert refused(lambda: hall.cancels(HE_PING)).code == "doors_closed"


def test_attendance_is_another_matter_than_papers():
    hall = called_hall()
    hall.does(ev.Arrived(HE_PING))
    assert refused(lambda: hall.does(ev.Arrived(HE_PING))).code == "already_present"
    assert refused(lambda: hall.does(ev.Excused(HE_PING, "出差"))).code == "already_present"
    hall.does(ev.Left(HE_PING))
    assert refused(lambda: hall.does(ev.Left(HE_PING))).code == "not_present"
    assert refused(lambda: hall.does(ev.Arrived(STRANGER))).code == "voter_unknown"


def test_a_voter_who_left_the_roll_in_a_newer_package_is_refused():
    hall = open_hall()
    smaller = replace(HALL_ALONE, version=2, roll=type(HALL_ALONE.roll)(v for v in HALL_ALONE.roll if v.no != HE_PING))
    hall.does(ev.PackageTaken(2, smaller.hash))
    hall.setup = smaller
    assert refused(lambda: hall.admits(HE_PING)).code == "voter_unknown"
