"""Which round is due, when it opens and closes, and what must be known before it is declared."""

from dataclasses import replace

import pytest

from shared import events as ev
from shared.rules.rounds import due, sitting, unfinished
from tests.cast import BEDRIDDEN, HALL_1, HE_PING, RED, ROAMING, SCHOOL_1, WHITE, YU
from tests.shared.day import (
    BOXES,
    Log,
    called_hall,
    closed_hall,
    counted_hall,
    director,
    member,
    new_hall,
    open_hall,
    open_village,
    refused,
)
from tests.shared.test_boxes import closed_village

CLEAR = (director(20, wang=15, li=5), member(20, zhang=18, chen=15, zhao=4))
TIED = (director(20, wang=15, li=5), member(20, zhang=18, chen=11, zhao=11))
SHORT = (director(20, wang=10, li=10), member(20, zhang=18, chen=15, zhao=4))


def declared_hall(red: ev.SheetContest, white: ev.SheetContest, voters: int = 20) -> Log:
    hall = counted_hall(red, white, voters)
    hall.declares()
    return hall


def next_round(hall: Log, number: int, voters: int, contest: ev.SheetContest) -> None:
    """A whole further round on one paper, in the same sitting."""
    hall.calls()
    hall.prepares(number, boxes=(HALL_1,))
    hall.opens_round(number)
    hall.opens_doors(number)
    hall.admits(*range(1, voters + 1), round_=number)
    hall.closes_doors(number)
    hall.closes_round(number)
    hall.empties(HALL_1, voters, number)
    hall.tallies(hall.papers(number)[0], (HALL_1,), contest, number)
    hall.declares(number)


def called_village(school_voters: int = 12) -> tuple[Log, Log]:
    """Everything is counted and called at both stations; the hall has not heard of the school yet."""
    hall, school = closed_village(20, school_voters)
    hall.empties(HALL_1, 20)
    hall.empties(ROAMING, 0)
    hall.tallies(RED, BOXES, CLEAR[0])
    hall.tallies(WHITE, BOXES, CLEAR[1])
    school.empties(SCHOOL_1, school_voters)
    school.tallies(RED, (SCHOOL_1,), director(school_voters, wang=school_voters))
    school.tallies(WHITE, (SCHOOL_1,), member(school_voters, zhang=school_voters))
    return hall, school


def missing(hall: Log) -> list[str]:
    return [one.code for one in unfinished(hall.state, hall.setup, 1)]


def test_the_main_round_comes_first():
    hall = new_hall()
    hall.begins()
    assert due(hall.state, hall.setup).kind == "main"
    assert refused(lambda: hall.does(replace(due(hall.state, hall.setup), kind="rerun"))).code == "round_not_due"
    hall.calls()
    assert due(hall.state, hall.setup) is None
    assert refused(lambda: hall.does(ev.RoundCalled(2, "main", ()))).code == "round_not_due"


def test_nothing_is_due_when_every_seat_is_filled():
    assert due(declared_hall(*CLEAR).state, open_hall().setup) is None


def test_a_tie_is_voted_on_again_at_once_among_the_tied():
    """TI3, W13: the tied alone, for the seats they tie for."""
    hall = declared_hall(*TIED)
    assert due(hall.state, hall.setup) == ev.RoundCalled(2, "repeat", (ev.Contest("member", 1, ("chen", "zhao")),), 1)
    next_round(hall, 2, 20, member(20, chen=8, zhao=12))
    assert [one.candidate for one in hall.book().rounds[2].elected] == ["zhao"]
    assert due(hall.state, hall.setup) is None


def test_a_second_tie_is_followed_by_a_third_ballot_and_every_round_is_kept():
    """W14: tied twice, decided by five to three."""
    hall = declared_hall(*TIED)
    next_round(hall, 2, 20, member(20, chen=10, zhao=10))
    assert due(hall.state, hall.setup) == ev.RoundCalled(3, "repeat", (ev.Contest("member", 1, ("chen", "zhao")),), 2)
    next_round(hall, 3, 20, member(8, blank=12, chen=5, zhao=3))
    assert [one.candidate for one in hall.book().rounds[3].elected] == ["chen"]
    assert due(hall.state, hall.setup) is None


def test_a_repeat_ballot_takes_no_written_names():
    hall = declared_hall(*TIED)
    with pytest.raises(Exception, match="unknown_name"):
        next_round(hall, 2, 20, member(20, chen=8, zhao=11, other=1))


def test_a_director_with_half_only_is_elected_in_a_second_election():
    """WN8, W24, TI9: half is not passed, the seat stays open and is filled later."""
    hall = declared_hall(*SHORT)
    assert due(hall.state, hall.setup) == ev.RoundCalled(2, "rerun", (ev.Contest("director", 1, ("li", "wang")),), 1)
    next_round(hall, 2, 20, director(20, wang=13, li=7))
    assert [one.candidate for one in hall.book().rounds[2].elected] == ["wang"]


def test_a_seat_that_stays_open_is_due_again():
    hall = declared_hall(*SHORT)
    next_round(hall, 2, 20, director(5, blank=15, wang=3, li=2))
    assert due(hall.state, hall.setup).of == 2


def test_a_tie_comes_before_an_open_seat():
    hall = declared_hall(director(20, wang=10, li=10), member(20, zhang=18, chen=11, zhao=11))
    assert due(hall.state, hall.setup).kind == "repeat"
    next_round(hall, 2, 20, member(20, chen=8, zhao=12))
    assert (due(hall.state, hall.setup).kind, due(hall.state, hall.setup).of) == ("rerun", 1)


def test_who_holds_a_seat_is_not_written_in_for_the_next_one():
    hall = declared_hall(director(20, wang=15, li=5), member(20, zhang=11, chen=5, zhao=4))
    with pytest.raises(Exception, match="unknown_name"):
        next_round(hall, 2, 20, member(20, chen=15, **{"person-3": 5}))


def test_a_round_that_is_not_valid_is_held_again_by_its_own_rule():
    hall = declared_hall(director(15, wang=15), member(15, zhang=15), voters=15)
    again = due(hall.state, hall.setup)
    first = hall.book().rounds[1]
    assert (again.kind, again.of, again.contests) == ("main", 1, first.contests)
    assert (first.declared, first.elected, first.next) == ("not_valid", (), "again")


def test_expected_and_present_freeze_when_the_round_opens():
    """W21: who is excused is not expected; who left is not present."""
    hall = called_hall()
    hall.prepares(boxes=(HALL_1,))
    for no in (1, 2, 3):
        hall.does(ev.Arrived(no))
    hall.does(ev.Left(3))
    hall.does(ev.Excused(HE_PING, "生病"))
    assert sitting(hall.state, hall.setup) == (29, 2)
    refusal = refused(lambda: hall.does(ev.RoundOpened(1, 30, 2)))
    assert (refusal.code, refusal.facts) == ("base_differs", {"expected": 29, "present": 2})
    hall.opens_round()
    hall.does(ev.Arrived(YU))
    assert (hall.book().rounds[1].expected, hall.book().rounds[1].present) == (29, 2)


def test_somebody_excused_here_and_present_there_is_present():
    hall, school = open_village()
    hall.does(ev.Excused(HE_PING, "生病"))
    school.does(ev.Arrived(HE_PING))
    hall.takes(school)
    assert sitting(hall.state, hall.setup) == (44, 1)


def test_a_round_opens_once_when_called_with_papers_on_the_desk():
    hall = new_hall()
    hall.begins()
    assert refused(lambda: hall.does(ev.RoundOpened(1, 30, 0))).code == "round_not_called"
    hall.calls()
    hall.does(ev.BoxSealed(1, HALL_1, "A"))
    assert refused(hall.opens_round).code == "papers_not_received"
    hall.does(ev.PapersReceived(1, {RED: 5, WHITE: 5}))
    hall.opens_round()
    assert refused(hall.opens_round).code == "round_already_open"


def test_doors_open_pause_resume_and_close_in_order():
    hall = open_hall()
    assert refused(hall.opens_doors).code == "doors_in_other_state"
    assert refused(lambda: hall.does(ev.DoorsResumed(1))).code == "doors_in_other_state"
    assert refused(lambda: hall.does(ev.DoorsPaused(1, ""))).code == "reason_missing"
    hall.does(ev.DoorsPaused(1, "停电"))
    hall.closes_doors()
    assert refused(hall.closes_doors).code == "doors_in_other_state"
    assert refused(hall.opens_doors).code == "doors_in_other_state"


def test_the_school_opens_when_it_knows_that_the_round_is_open():
    hall, school = (
        called_hall(open_village()[0].setup),
        Log(open_village()[1].device, open_village()[1].setup, "school"),
    )
    school.begins()
    school.takes(hall)
    school.prepares(boxes=(SCHOOL_1,))
    assert refused(school.opens_doors).code == "round_not_open"


def test_closing_doors_states_papers_left_and_rights_used():
    hall = open_hall()
    hall.admits(1, 2)
    hall.admits_holder(24, 9)
    assert refused(lambda: hall.does(ev.DoorsClosed(1, {RED: 57}, 2, 1))).code == "wrong_papers"
    refusal = refused(lambda: hall.does(ev.DoorsClosed(1, {RED: 57, WHITE: 57}, 2, 0)))
    assert (refusal.code, refusal.facts) == ("count_differs", {"given": 2, "found": 3})
    hall.does(ev.DoorsClosed(1, {RED: 57, WHITE: 57}, 2, 1))


def test_a_round_closes_once():
    assert refused(lambda: called_hall().closes_round()).code == "round_not_open"
    hall = open_hall()
    hall.closes_round()
    assert refused(hall.closes_round).code == "round_closed"


def test_the_outcome_that_the_books_give_is_declared_and_no_other():
    """BV11, QU10: announced on the spot."""
    hall = counted_hall(*CLEAR)
    refusal = refused(lambda: hall.does(ev.RoundDeclared(1, "valid")))
    assert (refusal.code, refusal.facts["status"]) == ("outcome_differs", "valid")
    hall.declares()
    assert refused(hall.declares).code == "already_declared"


def test_nothing_is_declared_that_was_not_called():
    assert refused(lambda: open_hall().does(ev.RoundDeclared(2, "valid"))).code == "round_still_open"
    assert "round_not_called" in {one.code for one in open_hall().objections(ev.RoundDeclared(2, "valid"))}


def test_no_round_is_declared_while_a_roaming_box_is_away():
    hall = open_hall()
    hall.admits(*range(1, 19))
    hall.leases(BEDRIDDEN[0])
    hall.sends_box()
    hall.closes_doors()
    hall.closes_round()
    hall.empties(HALL_1, 18)
    assert "box_uncounted" in missing(hall)
    assert refused(hall.declares).code == "box_uncounted"


def test_no_round_is_declared_before_everything_is_called():
    hall = closed_hall()
    assert missing(hall) == ["calling_unfinished", "calling_unfinished"]
    hall.tallies(RED, BOXES, CLEAR[0])
    hall.mixes(WHITE, *BOXES)
    hall.calls_sheet(WHITE, 20, CLEAR[1])
    assert missing(hall) == ["calling_unfinished"]
    hall.closes_pile(WHITE)
    assert missing(hall) == []


def test_a_recount_reopens_what_was_finished():
    hall = counted_hall(*CLEAR)
    hall.mixes(RED, *BOXES, again="复核")
    assert refused(hall.declares).code == "calling_unfinished"


def test_the_lead_waits_for_the_school():
    hall, school = called_village()
    assert missing(hall) == ["station_missing"]
    hall.takes(school)
    assert hall.declares().status == "valid"


def test_a_station_that_does_not_answer_is_written_off_by_two_with_a_reason():
    hall, _ = called_village()
    assert refused(lambda: hall.does(ev.StationWrittenOff(1, "school", " "))).code == "reason_missing"
    assert refused(lambda: hall.does(ev.StationWrittenOff(1, "hall", "?"))).code == "station_unknown"
    assert refused(lambda: hall.does(ev.StationWrittenOff(1, "moon", "?"))).code == "station_unknown"
    hall.does(ev.StationWrittenOff(1, "school", "失去联系"))
    assert hall.declares().status == "not_valid"  # 20 of 44


def test_no_station_is_written_off_while_people_may_still_vote_there():
    hall, _ = open_village()
    assert refused(lambda: hall.does(ev.StationWrittenOff(1, "school", "?"))).code == "round_still_open"


def test_a_station_whose_count_is_here_is_not_written_off():
    hall, school = called_village()
    hall.takes(school)
    assert refused(lambda: hall.does(ev.StationWrittenOff(1, "school", "?"))).code == "station_finished"


def test_a_count_that_comes_after_the_declaration_changes_nothing_that_was_declared():
    hall, school = called_village()
    hall.does(ev.StationWrittenOff(1, "school", "失去联系"))
    hall.declares()
    before = due(hall.state, hall.setup)
    hall.takes(school)
    assert due(hall.state, hall.setup) == before
    assert refused(lambda: hall.does(ev.StationWrittenOff(1, "school", "?"))).code == "already_declared"


def test_an_open_difference_holds_the_declaration_up_until_two_explain_it():
    hall = closed_hall(20, leave_out=1)
    hall.tallies(RED, BOXES, director(19, wang=19))
    hall.tallies(WHITE, BOXES, member(19, zhang=19))
    refusal = refused(hall.declares)
    assert (refusal.code, refusal.facts["where"], refusal.facts["difference"]) == ("difference_open", "boxes", 1)
    for paper in (RED, WHITE):
        hall.does(ev.DifferenceExplained(1, paper, "boxes", 1, "少收回一张，原因不明"))
    hall.declares()


def test_a_round_whose_doors_closed_is_not_declared_before_the_lead_ends_the_vote():
    hall = open_hall()
    hall.admits(*range(1, 21))
    hall.closes_doors()
    assert refused(hall.declares).code == "round_still_open"
