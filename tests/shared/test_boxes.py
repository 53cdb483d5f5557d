"""A ballot box: shown empty and sealed, handed over, opened, counted face down."""

from dataclasses import replace

import pytest

from shared import events as ev
from shared.election import Setup
from shared.ledger import box_count
from tests.cast import BEDRIDDEN, HALL_1, HALL_2, PAPERS, RED, ROAMING, SCHOOL_1, SETUP, WHITE, under
from tests.shared.day import Log, called_hall, closed_hall, new_hall, open_hall, open_village, refused

CENTRAL_COUNT = under(SETUP, sub_venue="hand_over")
TWENTY = dict.fromkeys(PAPERS, 20)


def closed_village(hall_voters: int = 20, school_voters: int = 7, setup: Setup = SETUP) -> tuple[Log, Log]:
    """Both stations voted and closed; no box is open yet."""
    hall, school = open_village(setup)
    hall.admits(*range(1, hall_voters + 1))
    school.admits(*range(31, 31 + school_voters))
    hall.closes_doors()
    hall.closes_round()
    school.takes(hall)
    school.closes_doors()
    return hall, school


def handed_over(school: Log, box: str = SCHOOL_1, papers: int = 7, seal: str = "school-1-1") -> None:
    school.does(ev.BoxHandedOver(1, box, seal, dict.fromkeys(PAPERS, papers)))


def test_boxes_are_sealed_before_papers_go_out():
    """BX4, BV7: people counted, boxes cleaned and sealed, papers drawn, handed out, marked, cast: in this order."""
    hall = called_hall()
    hall.does(ev.PapersReceived(1, TWENTY))
    opened = ev.RoundOpened(1, 30, 0)
    assert refused(lambda: hall.does(opened)).code == "no_box_sealed"
    hall.does(ev.BoxSealed(1, ROAMING, "R"))
    assert refused(lambda: hall.does(opened)).code == "no_box_sealed"
    hall.does(ev.BoxSealed(1, HALL_1, "A"))
    hall.does(opened)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ev.BoxSealed(1, SCHOOL_1, "A"), "box_unknown"),
        (ev.BoxSealed(1, "box-9", "A"), "box_unknown"),
        (ev.BoxSealed(1, HALL_1, "A"), "box_already_sealed"),
        (ev.BoxSealed(1, HALL_2, " "), "seal_missing"),
        (ev.BoxSealed(2, HALL_2, "A"), "round_not_called"),
    ],
)
def test_sealing_is_refused(event: ev.Event, code: str):
    hall, _ = open_village()
    assert refused(lambda: hall.does(event)).code == code


def test_no_box_is_sealed_after_the_doors_are_closed():
    assert refused(lambda: closed_hall().does(ev.BoxSealed(1, HALL_2, "A"))).code == "doors_closed"


def test_no_box_is_opened_while_people_vote():
    hall = open_hall()
    assert refused(lambda: hall.opens_box(HALL_1)).code == "doors_still_open"
    hall.closes_doors()
    assert refused(lambda: hall.opens_box(HALL_1)).code == "round_still_open"


def test_a_box_is_opened_once():
    assert refused(lambda: closed_hall().opens_box(HALL_1)).code == "box_already_opened"


def test_a_box_that_was_never_sealed_is_not_opened():
    assert refused(lambda: closed_hall().does(ev.BoxOpened(1, HALL_2, "", True))).code == "box_not_sealed"


def test_another_seal_is_not_called_intact():
    hall, _ = closed_village()
    event = ev.BoxOpened(1, HALL_1, "other", True)
    assert refused(lambda: hall.does(event)).code == "seal_differs"
    hall.does(replace(event, intact=False))


def test_a_roaming_box_is_opened_when_it_is_back_and_its_visits_are_entered():
    hall = open_hall()
    hall.leases(*BEDRIDDEN)
    hall.sends_box()
    hall.closes_doors()
    hall.closes_round()
    assert refused(lambda: hall.opens_box(ROAMING)).code == "box_away"
    hall.box_returns(5)
    assert refused(lambda: hall.opens_box(ROAMING)).code == "box_away"
    hall.completes(0)
    hall.opens_box(ROAMING)


def test_an_unopened_box_is_not_counted():
    hall, _ = closed_village()
    assert refused(lambda: hall.counts_box(HALL_1, red=20, white=20)).code == "box_not_opened"


def test_every_type_is_counted_even_where_there_is_none():
    hall, _ = closed_village()
    hall.opens_box(HALL_1)
    assert refused(lambda: hall.counts_box(HALL_1, red=20)).code == "wrong_papers"


def test_a_box_is_counted_again_with_a_reason_and_the_last_count_stands():
    hall = closed_hall(20)
    assert refused(lambda: hall.counts_box(HALL_1, red=19, white=20)).code == "box_already_counted"
    hall.counts_box(HALL_1, "数错", red=19, white=20)
    assert box_count(hall.state, hall.setup, 1, HALL_1) == {RED: 19, WHITE: 20}


def test_a_box_is_written_off_with_a_reason_before_it_is_counted():
    hall, _ = closed_village()
    assert refused(lambda: hall.does(ev.BoxWrittenOff(1, HALL_1, ""))).code == "reason_missing"
    assert refused(lambda: hall.does(ev.BoxWrittenOff(1, HALL_2, "?"))).code == "box_not_sealed"
    assert refused(lambda: hall.does(ev.BoxWrittenOff(1, "box-9", "?"))).code == "box_unknown"
    hall.does(ev.BoxWrittenOff(1, HALL_1, "被水泡毁"))
    assert refused(lambda: hall.does(ev.BoxWrittenOff(1, HALL_1, "?"))).code == "box_written_off"
    assert refused(lambda: hall.opens_box(HALL_1)).code == "box_written_off"


def test_a_counted_box_is_not_written_off():
    assert refused(lambda: closed_hall().does(ev.BoxWrittenOff(1, HALL_1, "?"))).code == "box_already_counted"


def test_the_lead_does_not_write_off_a_box_that_the_school_still_has():
    hall, school = closed_village()
    hall.takes(school)
    assert refused(lambda: hall.does(ev.BoxWrittenOff(1, SCHOOL_1, "?"))).code == "box_not_handed_over"
    assert refused(lambda: school.does(ev.BoxWrittenOff(1, HALL_1, "?"))).code == "box_unknown"


def test_where_the_lead_counts_for_all_the_school_opens_nothing():
    _, school = closed_village(setup=CENTRAL_COUNT)
    assert refused(lambda: school.opens_box(SCHOOL_1)).code == "lead_counts_alone"


def test_a_box_goes_to_the_lead_sealed_and_is_counted_there():
    hall, school = closed_village(setup=CENTRAL_COUNT)
    received = ev.BoxReceived(1, SCHOOL_1, "school-1-1", True)
    assert refused(lambda: hall.does(received)).code == "box_not_handed_over"
    handed_over(school)
    hall.takes(school)
    assert box_count(hall.state, hall.setup, 1, SCHOOL_1) is None
    hall.does(received)
    assert refused(lambda: hall.does(received)).code == "box_already_received"
    hall.empties(SCHOOL_1, 7)
    assert box_count(hall.state, hall.setup, 1, SCHOOL_1) == dict.fromkeys(PAPERS, 7)


def test_a_box_arrives_under_the_seal_it_left_with():
    hall, school = closed_village(setup=CENTRAL_COUNT)
    handed_over(school)
    hall.takes(school)
    event = ev.BoxReceived(1, SCHOOL_1, "other", True)
    assert refused(lambda: hall.does(event)).code == "seal_differs"
    hall.does(replace(event, intact=False))


def test_handing_over_is_refused():
    hall, school = open_village()
    assert refused(lambda: handed_over(school)).code == "doors_still_open"
    assert refused(lambda: handed_over(hall, HALL_1)).code == "box_unknown"
    _, school = closed_village()
    assert refused(lambda: handed_over(school, seal="other")).code == "seal_differs"
    assert refused(lambda: handed_over(school, seal="")).code == "seal_missing"
    green = ev.BoxHandedOver(1, SCHOOL_1, "school-1-1", {"green": 1})
    assert refused(lambda: school.does(green)).code == "wrong_papers"
    handed_over(school)
    assert refused(lambda: handed_over(school)).code == "box_handed_over"


def test_a_box_handed_over_is_no_longer_touched_at_the_school():
    _, school = closed_village()
    school.empties(SCHOOL_1, 7)
    handed_over(school, seal="new seal")
    assert refused(lambda: school.counts_box(SCHOOL_1, "again", red=7, white=7)).code == "box_handed_over"
    assert refused(lambda: school.opens_box(SCHOOL_1)).code == "box_handed_over"


def test_a_box_lost_on_the_way_is_written_off_by_the_lead():
    hall, school = closed_village()
    school.empties(SCHOOL_1, 7)
    handed_over(school, seal="new seal")
    hall.takes(school)
    hall.does(ev.BoxWrittenOff(1, SCHOOL_1, "途中翻车"))
    assert box_count(hall.state, hall.setup, 1, SCHOOL_1) == {}


def test_nothing_is_opened_or_counted_after_the_declaration():
    hall = new_hall()
    hall.begins()
    hall.writes(ev.RoundDeclared(1, "valid"))
    hall.writes(ev.BoxSealed(1, HALL_1, "A"))
    hall.writes(ev.BoxOpened(1, HALL_1, "A", True))
    codes = {one.code for one in hall.objections(ev.BoxCounted(1, HALL_1, {}))}
    assert "already_declared" in codes
    assert "already_declared" in {one.code for one in hall.objections(ev.BoxWrittenOff(1, HALL_1, "?"))}
