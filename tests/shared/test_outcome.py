"""Who is elected, at every edge, in integers."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import events as ev
from shared.procedure import Comparator, Text, Threshold
from shared.rules.outcome import Outcome, outcome, repeat_contests, rerun_contests
from tests.cast import HALL_1, HALL_ALONE, HE_PING, RED, ROAMING, under
from tests.shared.day import closed_hall, counted_hall, director, member

FINE = member(20, zhang=18, chen=15, zhao=4)

UNSAID = Text("", "")


def result(red: ev.SheetContest, white: ev.SheetContest = FINE, voters: int = 20):
    hall = counted_hall(red, white, voters)
    return outcome(hall.state, hall.setup, 1)


def names(found: Outcome) -> list[str]:
    return [one.candidate for one in found.elected]


def test_exactly_half_is_not_elected():
    """村组法 15, WN8: more than half of those taking part; 10 of 20 is half."""
    found = result(director(20, wang=10, li=10))
    assert names(found) == ["zhang", "chen"]
    assert (found.contests[0].needed, found.contests[0].open_seats, found.next) == (11, 1, "rerun")


def test_half_and_one_is_elected():
    assert names(result(director(20, wang=11, li=9))) == ["wang", "zhang", "chen"]


def test_blank_and_void_papers_stand_in_the_base():
    found = result(director(14, blank=4, void=2, wang=10, li=4))
    assert "wang" not in names(found)
    assert "wang" in names(result(director(14, blank=4, void=2, wang=11, li=3)))


def test_most_votes_first_among_those_above_half():
    """TI1: where more pass than there are seats, the votes decide from the top."""
    found = result(director(20, wang=20), member(20, zhang=11, chen=14, zhao=13))
    assert names(found) == ["wang", "chen", "zhao"]


def test_a_tie_at_the_last_seat_above_half_is_voted_on_again():
    found = result(director(20, wang=20), member(20, zhang=18, chen=11, zhao=11))
    assert (names(found), found.next) == (["wang", "zhang"], "repeat")
    assert repeat_contests(found) == (ev.Contest("member", 1, ("chen", "zhao")),)
    assert rerun_contests(found) == ()


def test_a_tie_for_both_seats():
    found = result(director(20, wang=20), member(20, zhang=13, chen=13, zhao=13, other=1))
    assert repeat_contests(found) == (ev.Contest("member", 2, ("chen", "zhang", "zhao")),)


def test_a_tie_that_needs_no_choice_is_no_tie():
    """TI5: only where a choice is needed."""
    found = result(director(20, wang=20), member(20, zhang=15, chen=15, zhao=10))
    assert (names(found), found.next) == (["wang", "chen", "zhang"], "none")


def test_a_tie_below_half_is_no_tie_but_an_open_seat():
    found = result(director(20, wang=20), member(20, zhang=18, chen=10, zhao=10, liu=2))
    assert (found.contests[1].tied, found.contests[1].open_seats, found.next) == ((), 1, "rerun")
    assert rerun_contests(found) == (ev.Contest("member", 1, ("chen", "zhao")),)


def test_the_open_seat_is_for_the_highest_and_whoever_ties_with_the_last_of_them():
    found = result(director(20, wang=20), member(20, zhang=18, chen=8, zhao=6, liu=6))
    assert rerun_contests(found) == (ev.Contest("member", 1, ("chen", "liu", "zhao")),)


def test_somebody_written_in_is_elected_like_anybody_else():
    found = result(director(20, **{f"person-{HE_PING}": 12}, wang=8))
    assert names(found)[0] == f"person-{HE_PING}"


def test_other_is_nobody():
    found = result(director(20, other=20))
    assert "other" not in [one.candidate for one in found.contests[0].standings]
    assert found.contests[0].open_seats == 1


def test_a_candidate_whom_nobody_named_is_never_elected():
    found = result(director(0, blank=20))
    assert [(one.candidate, one.votes, one.passes) for one in found.contests[0].standings] == [
        ("li", 0, False),
        ("wang", 0, False),
    ]
    assert "wang" not in names(found)


@pytest.mark.parametrize(("voters", "status"), [(15, "not_valid"), (16, "valid")])
def test_more_than_half_of_the_registered_take_part(voters: Any, status: str):
    """村组法 15: 15 of 30 is half, 16 is more. QU11: whether a turnout is asked at all is the preset's."""
    found = result(director(voters, wang=voters), member(voters, zhang=voters, chen=voters), voters)
    assert (found.status, found.next) == (status, "none" if status == "valid" else "again")
    assert bool(found.elected) is (status == "valid")


def test_fewer_papers_back_than_went_out_leave_the_round_valid():
    """BV1, W06: 31 of 34 back is valid."""
    hall = closed_hall(20, leave_out=3)
    assert outcome(hall.state, hall.setup, 1).status == "valid"


def test_more_papers_back_than_went_out_void_the_round():
    """BV1, W06: 35 of 34 back is void, whoever has signed what."""
    hall = closed_hall(20, leave_out=-1)
    hall.does(ev.DifferenceExplained(1, RED, "boxes", -1, "多一张"))
    assert outcome(hall.state, hall.setup, 1).status == "void"


@pytest.mark.parametrize(("which", "status"), [("issued", "valid"), ("rights", "void")])
def test_what_voids_a_round_is_papers_out_or_rights_used(which: Any, status: str):
    """选举法 44 counts voters, meeting practice counts papers: a spoiled one that came back by the box
    tells them apart."""
    hall = closed_hall(20, setup=under(HALL_ALONE, void_when_over=which))
    hall.writes(ev.PaperReplaced(1, HE_PING, RED, "写坏"))
    hall.counts_box(HALL_1, "再点", red=21, white=20)
    assert outcome(hall.state, hall.setup, 1).status == status


def test_a_void_round_elects_nobody_and_is_held_again():
    hall = closed_hall(20, leave_out=-1)
    found = outcome(hall.state, hall.setup, 1)
    assert (found.elected, found.next, repeat_contests(found), rerun_contests(found)) == ((), "again", (), ())


def test_a_void_round_is_declared_without_explaining_the_difference():
    hall = closed_hall(20, leave_out=-1)
    hall.tallies(RED, (HALL_1, ROAMING), director(21, wang=21))
    hall.tallies("white", (HALL_1, ROAMING), member(21, zhang=21))
    assert hall.declares().status == "void"


@pytest.mark.parametrize(("comparator", "of_100"), [(">=", 80), (">", 81)])
def test_four_fifths_with_and_without_the_edge(comparator: Comparator, of_100: Any):
    """W17: of 100, at least four fifths is 80, more than four fifths is 81. W15: more than two thirds of 150 is 101."""
    assert Threshold("present", 4, 5, comparator, "expected", UNSAID).least(100) == of_100
    more_than_two_thirds = Threshold("present", 2, 3, ">", "expected", UNSAID)
    assert [more_than_two_thirds.least(base) for base in (150, 151, 152)] == [101, 101, 102]


@pytest.mark.parametrize(("base", "elected"), [("present", True), ("expected", False)])
def test_half_of_whom_is_the_rule_s(base: str, elected: bool):
    """W20: of 100 expected 85 are present; 43 votes are more than half of those present, not of those expected."""
    rule = Threshold("votes", 1, 2, ">", base, UNSAID)
    assert rule.met(43, {"present": 85, "expected": 100}[base]) is elected
    assert rule.met(51, {"present": 85, "expected": 100}[base])


@pytest.mark.parametrize(("votes", "elected"), [(6, False), (7, True)])
def test_a_rerun_asks_a_third_of_the_papers_cast(votes: Any, elected: bool):
    """村组法 15: not fewer than a third; of 20 that is 7."""
    rule = HALL_ALONE.procedure.rule("rerun").win[0]
    assert rule.met(votes, 20) is elected


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 6), st.integers(1, 6), st.sampled_from([">", ">="]))
def test_least_is_the_smallest_that_meets(
    base: int, votes: int, numerator: int, denominator: int, comparator: Comparator
) -> None:
    rule = Threshold("votes", numerator, denominator, comparator, "cast", UNSAID)
    assert rule.met(votes, base) is (votes >= rule.least(base))


@given(st.lists(st.integers(0, 20), min_size=4, max_size=4), st.integers(0, 3), st.integers(1, 20))
def test_more_votes_never_cost_a_seat(votes: list[int], who: int, more: int):
    """Monotone: whoever is elected stays so when some who named nobody name this person too."""
    before = _members(votes)
    if who not in before:
        return
    votes[who] = min(20, votes[who] + more)
    assert who in _members(votes)


CANDIDATES = ("zhang", "chen", "zhao", "liu")
BASE = counted_hall(director(20, wang=20), member(20, other=40))


def _members(votes: list[int]) -> set[int]:
    """Who of the four is elected to the two seats by these votes on 20 papers."""
    hall = BASE
    pile = hall.book().rounds[1].piles["white"][-1]
    pile.sheets[0] = (20, (member(20, **dict(zip(CANDIDATES, votes, strict=True))),))
    found = outcome(hall.state, replace(hall.setup), 1)
    return {CANDIDATES.index(one.candidate) for one in found.elected if one.post == "member"}
