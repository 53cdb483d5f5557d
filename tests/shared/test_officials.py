"""Who may do what."""

from dataclasses import replace
from typing import Any

import pytest

from shared import events as ev
from shared.election import Setup
from shared.rules.officials import is_concerned
from tests.cast import HALL_1, HALL_ALONE, HE_PING, PAPERS, RED, SETUP, WHITE
from tests.shared.day import BOXES, called_hall, closed_hall, director, open_hall, open_village, refused

SEALED = ev.BoxSealed(1, HALL_1, "A1")
COUNTING = (
    ev.BoxOpened(1, HALL_1, "hall-1-1", True),
    ev.BoxCounted(1, HALL_1, {RED: 20, WHITE: 20}, "again"),
    ev.PileMixed(1, RED, 1, BOXES, 20),
    ev.SheetCalled(1, RED, 1, 1, 20, (director(20, wang=20),)),
    ev.PileClosed(1, RED, 1),
    ev.DifferenceExplained(1, RED, "boxes", 1, "one was taken home"),
)
ISSUED = ev.PapersIssued(1, HE_PING, PAPERS, "own")


def test_an_unknown_name_is_refused():
    assert refused(lambda: open_hall().does(ISSUED, "nobody")).code == "official_unknown"


def test_an_official_of_the_school_does_nothing_in_the_hall():
    hall, _ = open_village()
    refusal = refused(lambda: hall.does(ISSUED, "yang"))
    assert (refusal.code, refusal.facts["station"]) == ("official_elsewhere", "school")


@pytest.mark.parametrize("official", ["tang", "zheng", "qian"])
def test_a_duty_that_does_not_fit_is_refused(official: str):
    assert refused(lambda: open_hall().does(ISSUED, official)).code == "role_lacking"


def test_sealing_needs_a_second_official():
    assert refused(lambda: called_hall().does(SEALED, "zhou")).code == "second_official_needed"


def test_nobody_is_their_own_second():
    assert refused(lambda: called_hall().does(SEALED, "zhou", "zhou")).code == "same_official_twice"


def test_the_second_official_needs_the_duty_too():
    assert refused(lambda: called_hall().does(SEALED, "zhou", "wu")).code == "role_lacking"


def test_a_candidate_is_no_scrutineer():
    """RO2: scrutineers and tellers are not candidates; 选举法 43: nor their near relatives."""
    assert refused(lambda: called_hall().does(SEALED, "zhou", "wang")).code == "official_concerned"
    called_hall().does(SEALED, "zhou", "qian")


def test_a_candidate_s_brother_is_no_teller_but_may_sit_at_the_desk():
    hall = closed_hall()
    mixed = ev.PileMixed(1, "red", 1, (HALL_1, "roaming-1"), 20)
    assert refused(lambda: hall.does(mixed, "zhou", "li-wei")).code == "official_concerned"
    open_hall().does(ISSUED, "li-wei")


def hall_with_a_candidate_as(*roles: Any) -> Setup:
    """The hall where Zheng Jie stands as a candidate."""
    candidate = SETUP.candidates[0].voter
    changed = [replace(one, roles=roles, voter=candidate) if one.id == "zheng" else one for one in SETUP.officials]
    return replace(HALL_ALONE, officials=tuple(one for one in changed if one.station == "hall"))


@pytest.mark.parametrize("role", ["presiding_officer", "chief_scrutineer", "scrutineer", "teller", "caller"])
@pytest.mark.parametrize("event", COUNTING)
def test_a_candidate_has_no_hand_in_the_count_under_any_duty(event: ev.Event, role: str):
    """RO2, 选举法 43."""
    hall = closed_hall(setup=hall_with_a_candidate_as(role, "presiding_officer"))
    assert "official_concerned" in [one.code for one in hall.objections(event, "zhou", "zheng")]
    assert "official_concerned" not in [one.code for one in hall.objections(event, "zhou", "sun")]


def test_a_candidate_who_only_calls_does_nothing():
    hall = closed_hall(setup=hall_with_a_candidate_as("caller"))
    called = ev.SheetCalled(1, RED, 1, 1, 20, (director(20, wang=20),))
    assert refused(lambda: hall.does(called, "zheng")).code == "official_concerned"


def test_a_candidate_may_preside_over_the_rest():
    called_hall(hall_with_a_candidate_as("presiding_officer")).does(SEALED, "zhou", "zheng")


def test_who_is_concerned():
    assert [one.id for one in SETUP.officials if is_concerned(one, SETUP)] == ["wang", "li-wei"]


def test_only_the_lead_calls_opens_closes_and_declares():
    _, school = open_village()
    for event in (ev.RoundOpened(1, 44, 0), ev.RoundClosed(1), ev.RoundDeclared(1, "valid")):
        assert refused(lambda event=event: school.does(event)).code == "lead_only"
