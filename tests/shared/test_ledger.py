"""The equation: through a whole small day it closes, and where it does not, it says where."""

from shared import events as ev
from shared.ledger import ContestCount, box_count, contest_count, ledger, participants
from tests.cast import (
    BEDRIDDEN,
    HALL_1,
    HALL_ALONE,
    HE_PING,
    LAO_DING,
    MA_HONG,
    PHONE_KEY,
    RED,
    ROAMING,
    SCHOOL_1,
    SETUP,
    WHITE,
    YU,
)
from tests.shared.day import FIRST_EPOCH, Log, closed_hall, director, open_hall, open_village, refused
from tests.shared.test_boxes import closed_village, handed_over

FIRST, SECOND, THIRD, _ = BEDRIDDEN


def red(log: Log, station: str = ""):
    return ledger(log.state, log.setup, 1, RED, station=station)


def closes(log: Log) -> bool:
    """Every line of the red papers: desks, roaming boxes, voters, boxes."""
    line = red(log)
    return line.open_differences() == {} and line.issued == line.rights + line.spoiled + line.handed_back


def busy_hall() -> Log:
    """12 in person, one by proxy; one admission cancelled with its papers back, one before they went out; one paper
    spoiled at the desk; the box with two on its list comes back after the doors are closed, one voted, one spoiled."""
    hall = open_hall()
    hall.leases(FIRST, SECOND)
    hall.sends_box(5)
    hall.admits(*range(1, 13))
    hall.admits_holder(LAO_DING, MA_HONG)
    hall.admits(13, 14)
    hall.cancels(13, RED, WHITE)
    hall.cancels(14)
    hall.replaces(HE_PING, RED)
    hall.closes_doors()
    hall.closes_round()
    hall.box_returns(3)
    hall.visits(FIRST)
    hall.does(ev.PaperReplaced(1, FIRST, RED, "写坏", ROAMING))
    hall.does(ev.PaperReplaced(1, FIRST, WHITE, "写坏", ROAMING))
    hall.visits(SECOND, "absent")
    hall.completes(1)
    return hall


def test_every_line_closes_through_a_busy_day():
    hall = busy_hall()
    hall.empties(HALL_1, 13)
    hall.empties(ROAMING, 1)
    line = red(hall)
    assert (line.own, line.proxy, line.roaming, line.rights) == (12, 1, 1, 14)
    assert (line.issued, line.spoiled, line.handed_back, line.in_boxes, line.difference) == (17, 2, 1, 14, 0)
    assert closes(hall)


def test_the_desk_closes_although_papers_came_back_after_it_was_counted():
    (desk,) = red(busy_hall()).desks
    assert (desk.received, desk.issued, desk.taken, desk.brought_back, desk.unused) == (60, 15, 5, 3, 43)
    assert desk.difference == 0


def test_the_roaming_line_closes():
    (box,) = red(busy_hall()).boxes
    assert (box.taken, box.issued, box.brought_back, box.difference) == (5, 2, 3, 0)


def test_two_trips_of_one_box_are_one_line():
    hall = open_hall()
    for trip, no in enumerate((FIRST, SECOND), start=1):
        hall.leases(no)
        hall.sends_box(2, lease=trip)
        hall.box_returns(1 if trip == 1 else 0, lease=trip)
        hall.visits(no, lease=trip)
        hall.completes(1, lease=trip)
    (box,) = red(hall).boxes
    assert (box.taken, box.issued, box.brought_back, box.difference) == (4, 2, 1, 1)
    assert red(hall).open_differences()[f"box:{ROAMING}"] == 1


def test_a_team_that_cannot_account_for_a_paper_is_seen_when_its_visits_are_entered():
    hall = open_hall()
    hall.leases(FIRST)
    hall.sends_box(5)
    hall.box_returns(3)
    hall.visits(FIRST)
    assert red(hall).boxes[0].difference == 0  # not yet
    hall.completes(1)
    assert red(hall).boxes[0].difference == 1
    hall.does(ev.DifferenceExplained(1, RED, f"box:{ROAMING}", 1, "遗失一张空白选票"))
    assert f"box:{ROAMING}" not in red(hall).open_differences()


def test_a_paper_missing_at_the_desk_shows_when_it_is_counted():
    hall = open_hall()
    hall.admits(HE_PING)
    assert red(hall).desks[0].difference == 0
    hall.closes_doors(red=58)
    assert red(hall).open_differences() == {"boxes": 1, "desk:hall": 1}


def test_a_forged_cancellation_shows_at_the_desk():
    """An admission cancelled as never handed out, although the papers went out: one paper too few on the desk."""
    hall = open_hall()
    hall.admits(HE_PING, YU)
    hall.cancels(YU)
    hall.closes_doors(red=58, white=58)
    assert red(hall).open_differences()["desk:hall"] == 1


def test_papers_not_returned_close_the_boxes_line():
    hall = closed_hall(20, leave_out=1)
    assert red(hall).difference == 1
    hall.does(ev.PapersNotReturned(1, RED, 1, "选民带走"))
    assert red(hall).difference == 0


def test_an_explanation_holds_for_the_difference_it_explains():
    hall = closed_hall(20, leave_out=1)
    hall.does(ev.DifferenceExplained(1, RED, "boxes", 1, "少收回一张"))
    assert red(hall).open_differences() == {}
    hall.counts_box(HALL_1, "再点", red=18, white=19)
    assert red(hall).open_differences() == {"boxes": 2}


def test_two_stations_explain_without_hiding_each_other():
    hall, school = open_village()
    school.closes_doors(red=29)
    school.does(ev.DifferenceExplained(1, RED, "desk:school", 1, "丢失一张"))
    hall.takes(school)
    hall.writes(ev.DifferenceExplained(1, RED, "desk:school", 5, "?"))
    assert "desk:school" not in red(hall).open_differences()


def test_more_papers_than_rights_is_a_negative_difference():
    assert red(closed_hall(20, leave_out=-2)).difference == -2


def test_a_box_that_is_not_counted_is_named():
    hall, _ = closed_village()
    assert red(hall).uncounted == (HALL_1, ROAMING)


def test_boxes_handed_to_the_lead_are_counted_in_its_book_and_in_the_school_s_equation():
    hall, school = closed_village(20, 12)
    handed_over(school, papers=12)
    hall.takes(school)
    assert SCHOOL_1 in red(hall).uncounted
    hall.does(ev.BoxReceived(1, SCHOOL_1, "school-1-1", True))
    for box, papers in ((HALL_1, 20), (ROAMING, 0), (SCHOOL_1, 12)):
        hall.empties(box, papers)
    assert (red(hall).in_boxes, red(hall).difference, red(hall, "school").in_boxes) == (32, 0, 12)
    hall.tallies(RED, (HALL_1, ROAMING, SCHOOL_1), director(32, wang=32))
    assert contest_count(hall.state, SETUP, 1, "director").papers == 32
    assert closes(hall)


def test_a_whole_day_with_boxes_handed_over_is_declared():
    hall, school = closed_village(20, 12)
    handed_over(school, papers=12)
    hall.takes(school)
    hall.does(ev.BoxReceived(1, SCHOOL_1, "school-1-1", True))
    for box, papers in ((HALL_1, 20), (ROAMING, 0), (SCHOOL_1, 12)):
        hall.empties(box, papers)
    for paper, post in ((RED, "director"), (WHITE, "member")):
        name = {"director": "wang", "member": "zhang"}[post]
        hall.tallies(paper, (HALL_1, ROAMING, SCHOOL_1), ev.SheetContest(post, 32, 0, {}, {name: 32}))
    assert hall.declares().status == "valid"
    assert (hall.replayed(school)[1], school.replayed(hall)[1]) == ([], [])


def test_a_box_on_its_way_is_counted_nowhere():
    hall, school = closed_village(20, 12)
    school.empties(SCHOOL_1, 12)
    handed_over(school, papers=12, seal="anew")
    hall.takes(school)
    assert box_count(hall.state, SETUP, 1, SCHOOL_1) is None
    hall.empties(HALL_1, 20)
    assert refused(hall.declares).code in {"box_uncounted", "station_missing"}


def test_a_station_written_off_keeps_its_rights_and_loses_its_count():
    hall, school = closed_village(20, 12)
    school.empties(SCHOOL_1, 12)
    hall.does(ev.StationWrittenOff(1, "school", "失去联系"))
    hall.takes(school)
    hall.empties(HALL_1, 20)
    hall.empties(ROAMING, 0)
    assert (red(hall).rights, red(hall).in_boxes, red(hall).difference) == (32, 20, 12)


def test_a_right_used_twice_is_two_uses_and_one_voter():
    hall, school = open_village()
    hall.admits(HE_PING)
    school.overrides(HE_PING)
    hall.takes(school)
    assert (red(hall).rights, participants(hall.state, 1)) == (2, 1)


def test_phone_and_paper_form_are_one_visit_in_the_equation_too():
    hall = open_hall()
    hall.does(ev.DeviceEnrolled(PHONE_KEY.public.id, ROAMING, "ce" * 32))
    hall.leases(FIRST, device=PHONE_KEY.public.id)
    hall.sends_box(5)
    phone = Log(PHONE_KEY.public.id, HALL_ALONE, "hall", epoch=FIRST_EPOCH[:-1] + "2")
    phone.begins()
    phone.takes(hall)
    hall.box_returns(3)
    for log in (phone, hall):
        log.visits(FIRST)
        log.does(ev.PaperReplaced(1, FIRST, RED, "写坏", ROAMING), "qian")
        log.does(ev.PaperReplaced(1, FIRST, WHITE, "写坏", ROAMING), "qian")
    hall.completes(1)
    hall.takes(phone)
    assert (red(hall).issued, red(hall).spoiled, red(hall).roaming, red(hall).boxes[0].difference) == (2, 1, 1, 0)


def test_each_contest_closes_with_its_papers():
    hall = closed_hall(20)
    hall.tallies(RED, (HALL_1, ROAMING), director(17, blank=2, void=1, wang=10, li=6, other=1))
    count = contest_count(hall.state, hall.setup, 1, "director")
    assert count == ContestCount("director", 20, 17, {"unclear": 1}, 2, {"wang": 10, "li": 6, "other": 1})
    assert count.closes


def test_the_ledger_of_one_station_is_its_own():
    hall, school = open_village()
    hall.admits(1, 2)
    school.admits(31)
    hall.takes(school)
    assert (red(hall, "hall").rights, red(hall, "school").rights, red(hall).rights) == (2, 1, 3)
