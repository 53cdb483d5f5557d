"""The roaming box (BX1): its list, its team, the rights that go with it, what happens at the doors, its return."""

from dataclasses import replace
from typing import Any

import pytest

from shared import events as ev
from shared.ledger import visits_differ, visits_of
from tests.cast import BEDRIDDEN, HALL_1, HALL_ALONE, HE_PING, PAPERS, PHONE_KEY, RED, ROAMING, STRANGER, under
from tests.shared.day import FIRST_EPOCH, Log, called_hall, open_hall, open_village, refused

FIRST, SECOND, THIRD, FOURTH = BEDRIDDEN
PHONE = PHONE_KEY.public.id


def away_hall() -> Log:
    """The box is out with two on its list and five papers of each type."""
    hall = open_hall()
    hall.leases(FIRST, SECOND)
    hall.sends_box()
    return hall


def back_hall() -> Log:
    hall = away_hall()
    hall.box_returns(4)
    return hall


def phone_out() -> tuple[Log, Log]:
    """The box is out with a phone that knows the hall's log up to the sending."""
    hall = open_hall()
    hall.does(ev.DeviceEnrolled(PHONE, ROAMING, "ce" * 32))
    hall.leases(FIRST, SECOND, device=PHONE)
    hall.sends_box()
    phone = Log(PHONE, HALL_ALONE, "hall", epoch=FIRST_EPOCH[:-1] + "2")
    phone.begins()
    phone.takes(hall)
    return hall, phone


def test_while_the_box_is_away_the_desk_refuses_its_voters_and_says_where_they_are():
    refusal = refused(lambda: away_hall().admits(FIRST))
    assert (refusal.code, refusal.facts["box"]) == ("right_leased", ROAMING)


def test_a_right_that_was_used_does_not_go_with_the_box():
    hall = open_hall()
    hall.admits(FIRST)
    assert refused(lambda: hall.leases(FIRST)).code == "right_used"


def test_a_right_goes_with_one_box_only():
    hall = open_hall()
    hall.leases(FIRST)
    event = ev.LeaseGranted(1, ROAMING, 2, (FIRST,))
    assert {one.code for one in hall.objections(event)} == {"right_leased", "box_out_already"}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ev.LeaseGranted(1, HALL_1, 1, (FIRST,)), "box_unknown"),
        (ev.LeaseGranted(1, ROAMING, 2, (FIRST,)), "lease_number"),
        (ev.LeaseGranted(1, ROAMING, 1, ()), "list_empty"),
        (ev.LeaseGranted(1, ROAMING, 1, (FIRST, FIRST)), "list_empty"),
        (ev.LeaseGranted(1, ROAMING, 1, (STRANGER,)), "voter_unknown"),
        (ev.LeaseGranted(1, ROAMING, 1, (HE_PING,)), "not_applied"),
        (ev.LeaseGranted(1, ROAMING, 1, (FIRST,), PHONE), "device_unknown"),
    ],
)
def test_a_list_is_refused(event: ev.Event, code: str):
    assert refused(lambda: open_hall().does(event)).code == code


def test_the_box_is_sealed_before_it_gets_a_list():
    hall = called_hall()
    hall.prepares(boxes=(HALL_1,))
    hall.opens_round()
    hall.opens_doors()
    assert refused(lambda: hall.leases(FIRST)).code == "box_not_sealed"


def test_a_box_that_was_written_off_gets_no_list():
    hall = open_hall()
    hall.does(ev.BoxWrittenOff(1, ROAMING, "箱体损坏"))
    assert refused(lambda: hall.leases(FIRST)).code == "box_written_off"


def test_the_list_holds_voters_of_the_station():
    hall, _ = open_village()
    hall.setup = replace(
        hall.setup, applications=(*hall.setup.applications, replace(hall.setup.applications[0], voter=40))
    )
    assert refused(lambda: hall.leases(40)).code == "other_home"


def test_two_people_are_too_few_to_go_with_a_box():
    hall = open_hall()
    hall.leases(FIRST)
    event = ev.BoxSent(1, ROAMING, 1, ("qian", "feng", "qian"), dict.fromkeys(PAPERS, 5))
    refusal = refused(lambda: hall.does(event))
    assert (refusal.code, refusal.facts) == ("too_few_witnesses", {"needed": 3, "given": 2})


def test_how_many_go_with_the_box_is_a_parameter():
    hall = open_hall(under(HALL_ALONE, roaming_witnesses=2))
    hall.leases(FIRST)
    hall.does(ev.BoxSent(1, ROAMING, 1, ("qian", "feng"), dict.fromkeys(PAPERS, 5)))


@pytest.mark.parametrize("unfit", ["wang", "li-wei", "yang", "nobody"])
def test_no_candidate_relative_or_stranger_goes_with_the_box(unfit: str):
    hall = open_hall()
    hall.leases(FIRST)
    event = ev.BoxSent(1, ROAMING, 1, ("qian", "feng", unfit), dict.fromkeys(PAPERS, 5))
    assert refused(lambda: hall.does(event)).code == "witness_unfit"


def test_the_team_takes_no_more_papers_than_lie_on_the_desk():
    hall = open_hall()
    hall.leases(FIRST)
    assert refused(lambda: hall.sends_box(61)).code == "no_papers_left"
    hall.sends_box(60)
    assert refused(lambda: hall.admits(HE_PING)).code == "no_papers_left"


def test_the_team_takes_every_paper_of_the_round():
    hall = open_hall()
    hall.leases(FIRST)
    event = ev.BoxSent(1, ROAMING, 1, ("qian", "feng", "sun"), {RED: 5})
    assert refused(lambda: hall.does(event)).code == "wrong_papers"


def test_a_box_without_a_list_is_not_sent_and_none_is_sent_twice():
    assert refused(lambda: open_hall().sends_box()).code == "lease_unknown"
    assert refused(lambda: away_hall().sends_box()).code == "lease_unknown"


def test_a_visit_uses_the_right():
    hall = back_hall()
    hall.visits(FIRST)
    assert [(use.right, use.box, use.lease) for use in hall.state.uses(1, FIRST)] == [("roaming", ROAMING, 1)]


def test_visits_are_typed_in_when_the_box_is_back():
    assert refused(lambda: away_hall().visits(FIRST)).code == "box_away"


def test_a_visit_to_somebody_off_the_list_is_refused():
    assert refused(lambda: back_hall().visits(THIRD)).code == "not_on_list"


def test_nobody_votes_twice_at_the_door():
    hall = back_hall()
    hall.visits(FIRST)
    assert "visit_twice" in {one.code for one in hall.objections(ev.VisitRecorded(1, ROAMING, 1, FIRST, "absent"))}


def test_who_was_not_at_home_may_be_visited_again():
    hall = back_hall()
    hall.visits(FIRST, "absent")
    assert refused(lambda: hall.visits(FIRST, "absent")).code == "visit_twice"
    hall.visits(FIRST)


@pytest.mark.parametrize(("outcome", "types"), [("voted", (RED,)), ("absent", PAPERS), ("refused", (RED,))])
def test_papers_go_out_where_somebody_votes_and_only_there(outcome: str, types: Any):
    event = ev.VisitRecorded(1, ROAMING, 1, FIRST, outcome, types)
    assert refused(lambda: back_hall().does(event)).code == "wrong_papers"


def test_a_visit_without_a_list_is_refused():
    assert refused(lambda: open_hall().visits(FIRST)).code == "lease_unknown"


def test_the_box_comes_back_under_its_own_seal():
    event = ev.BoxReturned(1, ROAMING, 1, "other", True, dict.fromkeys(PAPERS, 3))
    assert refused(lambda: away_hall().does(event)).code == "seal_differs"
    away_hall().does(replace(event, intact=False))


def test_no_more_papers_come_back_than_went_out():
    refusal = refused(lambda: away_hall().box_returns(6))
    assert (refusal.code, refusal.facts["taken"]) == ("too_many_papers", 5)


def test_a_box_comes_back_once():
    assert refused(lambda: back_hall().box_returns(4)).code == "lease_unknown"


def test_visits_are_complete_when_the_box_is_back_and_the_votes_agree():
    assert refused(lambda: away_hall().completes(0)).code == "box_away"
    hall = back_hall()
    hall.visits(FIRST)
    refusal = refused(lambda: hall.completes(2))
    assert (refusal.code, refusal.facts) == ("count_differs", {"given": 2, "found": 1})
    hall.completes(1)
    assert refused(lambda: hall.completes(1)).code == "visits_complete"


def test_who_was_not_visited_votes_at_the_desk_afterwards():
    hall = back_hall()
    hall.visits(FIRST)
    hall.visits(SECOND, "absent")
    hall.completes(1)
    hall.admits(SECOND)
    assert refused(lambda: hall.admits(FIRST)).code == "right_used"
    assert refused(lambda: hall.visits(SECOND)).code == "visits_complete"


def test_two_officials_take_a_right_back_and_the_voter_votes_at_the_desk():
    hall = away_hall()
    hall.does(ev.LeaseTakenBack(1, ROAMING, 1, (SECOND,), "家属送来投票"))
    hall.admits(SECOND)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ev.LeaseTakenBack(1, ROAMING, 1, (SECOND,), ""), "reason_missing"),
        (ev.LeaseTakenBack(1, ROAMING, 1, (), "?"), "list_empty"),
        (ev.LeaseTakenBack(1, ROAMING, 1, (THIRD,), "?"), "lease_over"),
        (ev.LeaseTakenBack(1, ROAMING, 9, (SECOND,), "?"), "lease_unknown"),
    ],
)
def test_taking_back_is_refused(event: ev.Event, code: str):
    assert refused(lambda: away_hall().does(event)).code == code


def test_a_vote_at_the_door_after_the_right_was_taken_back_is_recorded_by_two_and_left_to_people():
    hall = away_hall()
    hall.does(ev.LeaseTakenBack(1, ROAMING, 1, (SECOND,), "家属送来投票"))
    hall.admits(SECOND)
    hall.box_returns(4)
    codes = {one.code for one in hall.objections(ev.VisitRecorded(1, ROAMING, 1, SECOND, "voted", PAPERS), "qian")}
    assert codes == {"lease_over", "right_used"}
    hall.visits(SECOND, "voted", "qian", "sun")
    assert [[use.right for use in uses] for uses in hall.state.doubles()] == [["own", "roaming"]]


def test_a_box_goes_out_again_after_its_visits_are_entered():
    hall = back_hall()
    hall.visits(FIRST)
    assert refused(lambda: hall.leases(THIRD)).code == "box_out_already"
    hall.completes(1)
    hall.leases(THIRD)
    hall.sends_box(lease=2)
    assert refused(lambda: hall.admits(THIRD)).code == "right_leased"


def test_a_paper_spoiled_at_the_door_is_replaced_from_the_team_s_papers():
    hall = back_hall()
    hall.visits(FIRST)
    hall.does(ev.PaperReplaced(1, FIRST, RED, "写坏", ROAMING))
    assert refused(lambda: hall.does(ev.PaperReplaced(1, SECOND, RED, "写坏", ROAMING))).code == "not_admitted"
    hall.completes(1)
    assert refused(lambda: hall.does(ev.PaperReplaced(1, FIRST, RED, "写坏", ROAMING))).code == "visits_complete"


def test_a_phone_records_its_visits_in_its_own_log():
    hall, phone = phone_out()
    phone.visits(FIRST)
    phone.does(ev.PaperReplaced(1, FIRST, RED, "写坏", ROAMING), "feng")
    phone.visits(SECOND, "absent")
    hall.takes(phone)
    hall.box_returns(3)
    hall.completes(1)
    assert visits_of(hall.state, 1, hall.book().rounds[1].leases[1]) == {FIRST: "voted", SECOND: "absent"}


def test_the_visits_are_not_complete_without_the_phone_s_log():
    hall, phone = phone_out()
    phone.visits(FIRST)
    hall.box_returns(4)
    assert refused(lambda: hall.completes(0)).code == "visits_missing"
    hall.takes(phone)
    hall.completes(1)


def test_a_lost_phone_is_replaced_by_the_whole_paper_form():
    hall, _ = phone_out()
    hall.box_returns(4)
    hall.visits(FIRST)
    assert refused(lambda: hall.completes(1)).code == "visits_missing"
    hall.visits(SECOND, "absent")
    hall.completes(1)


def test_a_visit_in_the_phone_and_on_the_form_is_one_use():
    hall, phone = phone_out()
    phone.visits(FIRST)
    hall.box_returns(4)
    hall.visits(FIRST)
    hall.visits(SECOND, "absent")
    hall.completes(1)
    hall.takes(phone)
    assert hall.state.doubles() == []
    assert len(hall.state.uses(1, FIRST)) == 1


def test_where_phone_and_form_differ_the_vote_stands_and_people_are_told():
    hall, phone = phone_out()
    phone.visits(FIRST)
    hall.box_returns(4)
    hall.visits(FIRST, "absent")
    hall.takes(phone)
    lease = hall.book().rounds[1].leases[1]
    assert visits_of(hall.state, 1, lease) == {FIRST: "voted"}
    assert visits_differ(hall.state, 1, lease) == [FIRST]


@pytest.mark.parametrize(
    "event",
    [
        ev.PapersIssued(1, HE_PING, PAPERS, "own"),
        ev.Arrived(HE_PING),
        ev.DoorsOpened(1),
        ev.BoxSealed(1, ROAMING, "x"),
        ev.RoundClosed(1),
        ev.LeaseTakenBack(1, ROAMING, 1, (FIRST,), "?"),
    ],
)
def test_a_phone_does_nothing_else(event: ev.Event):
    _, phone = phone_out()
    assert "phone_only_visits" in {one.code for one in phone.objections(event)}


def test_a_phone_of_the_lead_is_not_the_lead():
    _, phone = phone_out()
    assert "lead_only" in {one.code for one in phone.objections(ev.RoundClosed(1))}


def test_a_phone_serves_the_one_box_it_was_enrolled_for_and_the_list_it_carries():
    hall, phone = phone_out()
    assert "box_unknown" in {one.code for one in phone.objections(ev.VisitRecorded(1, HALL_1, 1, FIRST, "absent"))}
    hall.box_returns(5)
    hall.takes(phone)
    hall.completes(0)
    hall.leases(THIRD)  # on paper
    hall.sends_box(lease=2)
    phone.takes(hall)
    assert refused(lambda: phone.visits(THIRD, lease=2)).code == "lease_unknown"


def test_the_phone_s_log_judged_again_has_no_finding():
    hall, phone = phone_out()
    phone.visits(FIRST)
    hall.takes(phone)
    hall.box_returns(4)
    hall.completes(1)
    assert (phone.replayed(hall)[1], hall.replayed(phone)[1]) == ([], [])


def test_a_roaming_box_needs_open_doors():
    hall = open_hall()
    hall.leases(FIRST)
    hall.closes_doors()
    assert refused(hall.sends_box).code == "doors_closed"


def test_the_team_takes_a_paper_for_everybody_on_its_list():
    hall = open_hall()
    hall.leases(*BEDRIDDEN)
    refusal = refused(lambda: hall.sends_box(len(BEDRIDDEN) - 1))
    assert (refusal.code, refusal.facts["needed"]) == ("too_few_papers", len(BEDRIDDEN))


def test_more_votes_than_papers_that_stayed_out_take_two_to_record():
    hall = open_hall()
    hall.leases(*BEDRIDDEN)
    hall.sends_box(5)
    hall.box_returns(4)
    hall.visits(FIRST)
    assert refused(lambda: hall.visits(SECOND)).code == "visits_exceed_papers"
    hall.visits(SECOND, "voted", "qian", "zhou")
    assert len(hall.state.uses(1, SECOND)) == 1
