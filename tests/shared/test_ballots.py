"""Papers at the desk: received, spoiled and replaced, not returned, differences explained."""

from typing import Any

import pytest

from shared import events as ev
from shared.ledger import ledger
from tests.cast import BEDRIDDEN, HALL_1, HE_PING, RED, WHITE, YU
from tests.shared.day import (
    called_hall,
    closed_hall,
    counted_hall,
    director,
    member,
    open_hall,
    open_village,
    refused,
)


def test_papers_are_received_by_two_before_they_go_out():
    hall = called_hall()
    hall.does(ev.PapersReceived(1, {RED: 10, WHITE: 12}))
    hall.does(ev.PapersReceived(1, {RED: 5}))
    assert (hall.left(1, RED), hall.left(1, WHITE)) == (15, 12)


@pytest.mark.parametrize(("papers", "code"), [({"green": 5}, "wrong_papers"), ({}, "papers_missing")])
def test_only_papers_of_the_round_are_received(papers: Any, code: str):
    assert refused(lambda: called_hall().does(ev.PapersReceived(1, papers))).code == code


def test_receiving_none_says_nothing():
    assert refused(lambda: called_hall().does(ev.PapersReceived(1, {RED: 0}))).code == "papers_missing"


def test_nothing_is_received_after_the_doors_are_closed():
    hall = open_hall()
    hall.closes_doors()
    assert refused(lambda: hall.does(ev.PapersReceived(1, {RED: 1}))).code == "doors_closed"


def test_a_spoiled_paper_is_replaced_by_one_of_its_type():
    hall = open_hall()
    hall.admits(HE_PING)
    hall.replaces(HE_PING, RED)
    entry = hall.book().rounds[1].paper[RED]
    assert (entry.issued, entry.spoiled, hall.left(1, RED)) == (2, 1, 58)


def test_who_was_given_none_has_none_to_replace():
    hall = open_hall()
    hall.admits(HE_PING)
    assert refused(lambda: hall.replaces(YU, RED)).code == "not_admitted"
    assert refused(lambda: hall.replaces(HE_PING, "green")).code == "not_admitted"


def test_replacing_needs_a_reason():
    hall = open_hall()
    hall.admits(HE_PING)
    assert refused(lambda: hall.does(ev.PaperReplaced(1, HE_PING, RED, ""))).code == "reason_missing"


def test_nothing_is_replaced_after_the_doors_are_closed():
    hall = open_hall()
    hall.admits(HE_PING)
    hall.closes_doors()
    assert refused(lambda: hall.replaces(HE_PING, RED)).code == "doors_closed"


def test_a_replacement_needs_a_paper_on_the_desk():
    hall = called_hall()
    hall.prepares(boxes=(HALL_1,), papers=1)
    hall.opens_round()
    hall.opens_doors()
    hall.admits(HE_PING)
    assert refused(lambda: hall.replaces(HE_PING, RED)).code == "no_papers_left"


def test_papers_not_returned_are_recorded_with_a_reason_and_a_number():
    hall = closed_hall(20, leave_out=1)
    assert refused(lambda: hall.does(ev.PapersNotReturned(1, RED, 1, " "))).code == "reason_missing"
    assert refused(lambda: hall.does(ev.PapersNotReturned(1, RED, 0, "带走"))).code == "count_missing"
    assert refused(lambda: hall.does(ev.PapersNotReturned(1, "green", 1, "带走"))).code == "wrong_papers"
    hall.does(ev.PapersNotReturned(1, RED, 1, "带走"))


def test_no_more_papers_are_not_returned_than_are_missing():
    hall = closed_hall(20, leave_out=1)
    refusal = refused(lambda: hall.does(ev.PapersNotReturned(1, RED, 2, "带走")))
    assert (refusal.code, refusal.facts["difference"]) == ("more_than_open", 1)


def test_a_difference_is_explained_as_it_stands():
    hall = closed_hall(20, leave_out=1)
    assert refused(lambda: hall.does(ev.DifferenceExplained(1, RED, "boxes", 2, "?"))).code == "difference_changed"
    assert refused(lambda: hall.does(ev.DifferenceExplained(1, RED, "boxes", 1, ""))).code == "reason_missing"
    assert refused(lambda: hall.does(ev.DifferenceExplained(1, "green", "boxes", 1, "?"))).code == "wrong_papers"
    hall.does(ev.DifferenceExplained(1, RED, "boxes", 1, "少收回一张，原因不明"))


@pytest.mark.parametrize("where", ["boxes", "desk:hall", "box:roaming-1", "desk:nowhere", "", "moon"])
def test_what_closes_needs_no_explanation(where: str):
    hall = closed_hall(20)
    assert refused(lambda: hall.does(ev.DifferenceExplained(1, RED, where, 0, "?"))).code == "difference_changed"


def test_a_difference_of_the_whole_unit_is_explained_by_the_lead():
    _, school = open_village()
    school.admits(31)
    assert refused(lambda: school.does(ev.DifferenceExplained(1, RED, "boxes", 1, "?"))).code == "lead_only"


def test_a_wrong_delivery_is_put_right_by_its_total():
    hall = called_hall()
    hall.does(ev.PapersReceived(1, {RED: 600, WHITE: 60}))
    hall.does(ev.PapersCorrected(1, {RED: 60}, "多打一个零"))
    assert (hall.left(1, RED), hall.left(1, WHITE)) == (60, 60)


def test_a_correction_leaves_what_already_went_out():
    hall = open_hall()
    hall.admits(HE_PING, YU)
    refusal = refused(lambda: hall.does(ev.PapersCorrected(1, {RED: 1}, "点错")))
    assert (refusal.code, refusal.facts["gone"]) == ("fewer_than_gone", 2)
    hall.does(ev.PapersCorrected(1, {RED: 2}, "点错"))


@pytest.mark.parametrize(
    ("papers", "reason", "code"),
    [
        ({"green": 5}, "点错", "wrong_papers"),
        ({}, "点错", "papers_missing"),
        ({RED: 50}, " ", "reason_missing"),
        ({RED: 60}, "点错", "nothing_corrected"),
    ],
)
def test_a_correction_says_what_and_why(papers: Any, reason: str, code: str):
    assert refused(lambda: open_hall().does(ev.PapersCorrected(1, papers, reason))).code == code


def test_a_slip_that_the_closing_shows_is_still_put_right():
    hall = closed_hall(20)
    hall.does(ev.PapersCorrected(1, {RED: 61}, "交接单写的是 61"))
    assert ledger(hall.state, hall.setup, 1, RED).desks[0].difference == 1


def test_unused_papers_are_counted_again_after_closing():
    hall = open_hall()
    assert refused(lambda: hall.does(ev.DeskRecounted(1, {RED: 60}, "漏点"))).code == "doors_still_open"
    hall.closes_doors(red=58)
    assert refused(lambda: hall.does(ev.DeskRecounted(1, {RED: 60}, ""))).code == "reason_missing"
    hall.does(ev.DeskRecounted(1, {RED: 60}, "漏点两张"))
    assert ledger(hall.state, hall.setup, 1, RED).desks[0].difference == 0


def test_what_a_team_brings_after_a_recount_is_added():
    hall = open_hall()
    hall.leases(*BEDRIDDEN)
    hall.sends_box(5)
    hall.closes_doors(red=50)
    hall.does(ev.DeskRecounted(1, {RED: 55}, "漏点"))
    hall.box_returns(5)
    assert hall.book().rounds[1].paper[RED].unused == 60


def test_what_was_declared_is_not_counted_again():
    hall = counted_hall(director(20, wang=20), member(20, chen=20))
    hall.declares()
    assert refused(lambda: hall.does(ev.DeskRecounted(1, {RED: 40}, "再点"))).code == "already_declared"
    assert refused(lambda: hall.does(ev.PapersCorrected(1, {RED: 61}, "再点"))).code == "already_declared"
