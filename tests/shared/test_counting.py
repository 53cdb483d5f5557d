"""The public count (BV6, BV10): piles mixed so that nobody's vote stands apart, sheets of at least ten papers."""

from typing import Any

import pytest

from shared import events as ev
from shared.ledger import standing_piles
from tests.cast import HALL_1, HE_PING, RED, ROAMING, SCHOOL_1, SETUP, WANG, WHITE, under
from tests.shared.day import BOXES, Log, closed_hall, director, member, open_hall, refused
from tests.shared.test_boxes import CENTRAL_COUNT, closed_village, handed_over


def mixed_hall(voters: int = 20) -> Log:
    hall = closed_hall(voters)
    hall.mixes(RED, *BOXES)
    hall.mixes(WHITE, *BOXES)
    return hall


def small_village(hall_voters: int, school_voters: int) -> tuple[Log, Log]:
    """Both counted their boxes face down; neither has called anything, and neither knows of the other's count."""
    hall, school = closed_village(hall_voters, school_voters)
    hall.empties(HALL_1, hall_voters)
    hall.empties(ROAMING, 0)
    school.empties(SCHOOL_1, school_voters)
    return hall, school


def test_a_pile_holds_the_papers_of_every_box():
    hall = closed_hall()
    assert refused(lambda: hall.mixes(RED, HALL_1)).code == "pile_differs"
    assert refused(lambda: hall.does(ev.PileMixed(1, RED, 1, BOXES, 19))).code == "pile_differs"
    hall.mixes(RED, *BOXES)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ev.PileMixed(1, "green", 1, BOXES, 20), "wrong_papers"),
        (ev.PileMixed(1, RED, 2, BOXES, 20), "pile_number"),
        (ev.SheetCalled(1, RED, 1, 1, 20, (director(20, wang=20),)), "no_pile"),
        (ev.PileClosed(1, RED, 1), "no_pile"),
    ],
)
def test_calling_is_refused(event: ev.Event, code: str):
    assert refused(lambda: closed_hall().does(event)).code == code


def test_nothing_is_mixed_while_people_vote():
    assert refused(lambda: open_hall().does(ev.PileMixed(1, RED, 1, BOXES, 0))).code == "doors_still_open"


def test_nothing_is_mixed_before_every_box_is_counted():
    hall, _ = closed_village()
    assert refused(lambda: hall.does(ev.PileMixed(1, RED, 1, BOXES, 20))).code == "box_uncounted"


def test_calling_waits_until_every_box_is_back_or_written_off():
    hall = open_hall()
    hall.admits(*range(1, 19))
    hall.leases(20)
    hall.sends_box()
    hall.closes_doors()
    hall.closes_round()
    hall.empties(HALL_1, 18)
    assert refused(lambda: hall.mixes(RED, HALL_1)).code == "box_away"
    hall.does(ev.BoxWrittenOff(1, ROAMING, "山洪，未能返回"))
    hall.mixes(RED, HALL_1)


def test_a_box_that_comes_after_it_was_written_off_stays_sealed():
    hall = open_hall()
    hall.admits(*range(1, 19))
    hall.leases(20)
    hall.sends_box()
    hall.closes_doors()
    hall.closes_round()
    hall.does(ev.BoxWrittenOff(1, ROAMING, "山洪，未能返回"))
    hall.box_returns(4)
    hall.visits(20)
    hall.completes(1)
    assert refused(lambda: hall.opens_box(ROAMING)).code == "box_written_off"


def test_a_roaming_pile_of_its_own_is_refused():
    hall, _ = closed_village(0, 14)
    hall.does(ev.BoxWrittenOff(1, HALL_1, "被毁"))
    hall.opens_box(ROAMING)
    hall.counts_box(ROAMING, red=12, white=12)
    assert refused(lambda: hall.mixes(RED, ROAMING)).code == "roaming_alone"


def test_an_empty_fixed_box_hides_no_roaming_papers():
    hall, _ = closed_village(0, 14)
    hall.empties(HALL_1, 0)
    hall.empties(ROAMING, 12)
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "roaming_alone"


@pytest.mark.parametrize(("papers", "code"), [(9, "pile_too_small"), (10, "")])
def test_a_small_pile_at_the_school_is_refused(papers: Any, code: str):
    _, school = small_village(15, papers)
    found = school.objections(ev.PileMixed(1, RED, 1, (SCHOOL_1,), papers))
    assert [one.code for one in found] == ([code] if code else [])


def test_few_papers_of_the_school_go_to_the_hall_even_when_the_box_was_opened():
    hall, school = small_village(15, 9)
    handed_over(school, papers=9, seal="sealed anew")
    hall.takes(school)
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "box_away"
    hall.does(ev.BoxReceived(1, SCHOOL_1, "sealed anew", True))
    hall.empties(SCHOOL_1, 9)
    hall.mixes(RED, *BOXES, SCHOOL_1)
    assert standing_piles(hall.state, SETUP, 1, RED)[0][1].papers == 24


def test_a_small_pile_in_the_hall_waits_until_it_is_known_that_it_is_all_there_is():
    hall, school = small_village(7, 0)
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "pile_too_small"
    hall.takes(school)
    hall.mixes(RED, *BOXES)


def test_a_small_pile_in_the_hall_is_refused_while_the_school_calls_its_own():
    hall, school = small_village(7, 14)
    hall.takes(school)
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "pile_too_small"


def test_the_school_s_pile_gives_way_when_its_boxes_go_to_the_hall():
    hall, school = small_village(7, 14)
    school.tallies(RED, (SCHOOL_1,), director(14, wang=14))
    handed_over(school, papers=14, seal="sealed anew")
    hall.takes(school)
    assert standing_piles(hall.state, SETUP, 1, RED) == []
    hall.does(ev.BoxReceived(1, SCHOOL_1, "sealed anew", True))
    hall.empties(SCHOOL_1, 14)
    hall.mixes(RED, *BOXES, SCHOOL_1)


def test_where_the_lead_counts_for_all_it_waits_for_every_station():
    hall, school = closed_village(20, 12, CENTRAL_COUNT)
    hall.empties(HALL_1, 20)
    hall.empties(ROAMING, 0)
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "station_missing"
    hall.takes(school)
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "box_away"
    hall.does(ev.StationWrittenOff(1, "school", "失去联系"))
    hall.mixes(RED, *BOXES)


def test_a_recount_needs_a_reason_and_takes_the_place_of_the_first():
    hall = closed_hall()
    hall.tallies(RED, BOXES, director(20, wang=20))
    assert refused(lambda: hall.mixes(RED, *BOXES)).code == "already_mixed"
    hall.mixes(RED, *BOXES, again="候选人要求")
    hall.calls_sheet(RED, 20, director(20, wang=19, li=1))
    hall.closes_pile(RED)
    assert [pile.count for _, pile in standing_piles(hall.state, hall.setup, 1, RED)] == [2]


def test_a_count_that_was_wrong_is_mended_and_called_anew():
    hall = closed_hall(20)
    hall.mixes(RED, *BOXES)
    hall.counts_box(HALL_1, "唱票时只有 19 张", red=19, white=20)
    hall.mixes(RED, *BOXES, again="唱票时只有 19 张")
    hall.calls_sheet(RED, 19, director(19, wang=19))
    hall.closes_pile(RED)


def test_a_recount_with_one_box_more_leaves_no_small_group_as_the_difference():
    hall, school = small_village(15, 4)
    hall.mixes(RED, *BOXES)
    handed_over(school, papers=4, seal="sealed anew")
    hall.takes(school)
    hall.does(ev.BoxReceived(1, SCHOOL_1, "sealed anew", True))
    hall.empties(SCHOOL_1, 4)
    refusal = refused(lambda: hall.mixes(RED, *BOXES, SCHOOL_1, again="箱到"))
    assert (refusal.code, refusal.facts["papers"]) == ("pile_too_small", 4)


@pytest.mark.parametrize("first", [0, 12])
def test_a_recount_that_finds_few_papers_is_not_called_apart(first: int):
    _, school = small_village(15, first)
    school.mixes(RED, SCHOOL_1)
    school.counts_box(SCHOOL_1, again="数错了", red=3, white=3)
    refusal = refused(lambda: school.mixes(RED, SCHOOL_1, again="重唱"))
    assert (refusal.code, refusal.facts["papers"]) == ("pile_too_small", 3)


def test_the_few_papers_that_a_recount_found_go_to_the_hall():
    hall, school = small_village(15, 12)
    school.mixes(RED, SCHOOL_1)
    school.counts_box(SCHOOL_1, again="数错了", red=3, white=3)
    handed_over(school, papers=3, seal="sealed anew")
    hall.takes(school)
    hall.does(ev.BoxReceived(1, SCHOOL_1, "sealed anew", True))
    hall.empties(SCHOOL_1, 3)
    hall.mixes(RED, *BOXES, SCHOOL_1)
    assert [pile.papers for _, pile in standing_piles(hall.state, SETUP, 1, RED)] == [18]


def test_a_wrong_figure_between_two_calls_hides_no_small_group():
    hall, school = small_village(15, 10)
    hall.tallies(RED, BOXES, director(15, wang=15))
    handed_over(school, papers=10, seal="sealed anew")
    hall.takes(school)
    hall.does(ev.BoxReceived(1, SCHOOL_1, "sealed anew", True))
    hall.empties(SCHOOL_1, 10)
    hall.mixes(RED, *BOXES, SCHOOL_1, again="箱到")
    hall.counts_box(SCHOOL_1, again="数错了", red=4, white=4)
    refusal = refused(lambda: hall.mixes(RED, *BOXES, SCHOOL_1, again="重唱"))
    assert (refusal.code, refusal.facts["papers"]) == ("pile_too_small", 4)


def test_a_pile_is_called_on_sheets_of_at_least_ten_papers():
    hall = mixed_hall(20)
    assert refused(lambda: hall.calls_sheet(RED, 9, director(9, wang=9))).code == "sheet_too_small"
    hall.calls_sheet(RED, 10, director(10, wang=10))
    hall.calls_sheet(RED, 10, director(10, wang=10))
    hall.closes_pile(RED)


def test_no_sheet_leaves_a_rest_of_less_than_ten():
    hall = mixed_hall(20)
    refusal = refused(lambda: hall.calls_sheet(RED, 11, director(11, wang=11)))
    assert (refusal.code, refusal.facts["rest"]) == ("rest_too_small", 9)
    hall.calls_sheet(RED, 20, director(20, wang=20))


def test_no_more_papers_are_called_than_lie_there():
    assert refused(lambda: mixed_hall(20).calls_sheet(RED, 21, director(21, wang=21))).code == "too_many_called"


def test_sheets_are_numbered():
    event = ev.SheetCalled(1, RED, 1, 2, 20, (director(20, wang=20),))
    assert refused(lambda: mixed_hall(20).does(event)).code == "sheet_number"


@pytest.mark.parametrize("contests", [(), (member(20, zhang=20),), (director(20, wang=20), director(20, wang=20))])
def test_a_sheet_holds_the_contests_of_its_paper(contests: Any):
    assert refused(lambda: mixed_hall(20).calls_sheet(RED, 20, *contests)).code == "wrong_contests"


@pytest.mark.parametrize(
    ("contest", "closes"),
    [
        (director(17, blank=2, void=1, wang=10, li=7), True),
        (director(18, blank=2, void=1, wang=10, li=8), False),  # 21 papers
        (director(17, blank=2, void=1, wang=10, li=8), False),  # 18 names on 17 papers for one seat
        (director(17, blank=2, void=1, wang=10, li=6), False),  # a valid paper names somebody
        (director(20, wang=20, other=0), True),
        (director(20, wang=19, other=1), True),
        (director(20, wang=20, other=1), False),
    ],
)
def test_a_director_s_sheet_closes(contest: Any, closes: bool):
    found = mixed_hall(20).objections(ev.SheetCalled(1, RED, 1, 1, 20, (contest,)))
    assert [one.code for one in found] == ([] if closes else ["sheet_does_not_close"])


@pytest.mark.parametrize(
    ("contest", "closes"),
    [
        (member(20, zhang=20, chen=20), True),
        (member(20, zhang=20), True),
        (member(20, zhang=21), False),  # nobody twice on one paper
        (member(20, zhang=20, chen=11, zhao=10), False),  # 41 names on 20 papers of two
        (member(20, zhang=5, other=35), True),
        (member(20, zhang=5, other=36), False),
    ],
)
def test_a_members_sheet_closes(contest: Any, closes: bool):
    """BV2: more names than seats make a paper void; fewer are allowed."""
    found = mixed_hall(20).objections(ev.SheetCalled(1, WHITE, 1, 1, 20, (contest,)))
    assert [one.code for one in found] == ([] if closes else ["sheet_does_not_close"])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("wang", True),
        (f"person-{HE_PING}", True),
        ("other", True),
        (f"person-{WANG}", False),  # a candidate has one name
        (f"person-0{HE_PING}", False),  # and so has everybody else
        ("person-99", False),
        ("person-", False),
        ("person-७", False),
        ("zhang", False),  # stands for another post
        ("何平", False),
    ],
)
def test_votes_go_to_candidates_or_to_people_of_the_roll(name: str, known: bool):
    sheet = ev.SheetContest("director", 20, 0, {}, {name: 20})
    found = mixed_hall(20).objections(ev.SheetCalled(1, RED, 1, 1, 20, (sheet,)))
    assert [one.code for one in found] == ([] if known else ["unknown_name"])


def test_write_ins_are_a_parameter():
    hall = closed_hall(setup=under(closed_hall().setup, write_in=False))
    hall.mixes(RED, *BOXES)
    assert refused(lambda: hall.calls_sheet(RED, 20, director(20, wang=19, other=1))).code == "unknown_name"


def test_a_pile_is_closed_when_all_of_it_is_called():
    hall = mixed_hall(20)
    refusal = refused(lambda: hall.closes_pile(RED))
    assert (refusal.code, refusal.facts["called"], refusal.facts["papers"]) == ("calling_unfinished", 0, 20)


def test_a_closed_pile_takes_no_more_sheets():
    hall = closed_hall()
    hall.tallies(RED, BOXES, director(20, wang=20))
    assert refused(lambda: hall.calls_sheet(RED, 0, director(0))).code == "no_pile"
    assert refused(lambda: hall.closes_pile(RED)).code == "no_pile"


def test_a_unit_of_one_station_calls_what_it_has():
    hall = closed_hall(7)
    hall.mixes(RED, *BOXES)
    hall.calls_sheet(RED, 7, director(7, wang=7))
    hall.closes_pile(RED)
