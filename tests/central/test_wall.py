"""What the office's pages say of turnout, results and addresses that lead nowhere."""

from pathlib import Path

import pytest

from shared import events as ev
from shared.events import Contest
from tests.central.offices import Office, Person
from tests.central.village import UNIT, Desk, whole_day


def tied_day() -> tuple[Desk, Desk]:
    """26 of 30 took part in the main round; then two come back for a repeat ballot."""
    lead, branch = whole_day()
    contest = Contest("director", 1, ("director-1", "director-2"))
    lead.do(
        ev.RoundCalled(2, "repeat", (contest,)),
        ev.BoxSealed(2, "hall-1", "A2"),
        ev.PapersReceived(2, {"director": 40}),
        ev.RoundOpened(2, 30, 0),
        ev.DoorsOpened(2),
        *(ev.PapersIssued(2, voter, ("director",), "own") for voter in (1, 2)),
    )
    return lead, branch


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    lead, branch = tied_day()
    for desk in (branch, lead):
        office.receive(desk.batch())
    return office


@pytest.fixture
def zhang(office: Office) -> Person:
    return Person(office, "张晓", "watch")


def test_turnout_is_that_of_the_main_round_and_the_repeat_ballot_stands_beside_it(office: Office, zhang: Person):
    unit = office.program.watch.units()[UNIT]
    assert (unit["participants"], unit["later"]) == (26, [{"round": 2, "kind": "repeat", "used": 2}])
    assert [(one["used"], one["later"][0]["used"]) for one in unit["stations"]] == [(16, 2), (10, 0)]
    for path in ("/", "/results", f"/station/{UNIT}/hall"):
        assert "第 2 轮 重新投票" in zhang.get(path).get_data(as_text=True)
    assert "86.7%" in zhang.get("/results").get_data(as_text=True)
