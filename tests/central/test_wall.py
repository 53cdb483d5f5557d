"""What the office's pages say of turnout, results and addresses that lead nowhere."""

import re
from io import BytesIO
from pathlib import Path

import pytest

from central.decisions import Settlement
from shared import events as ev
from shared.events import Contest
from tests.central.offices import Office, Person
from tests.central.village import UNIT, Desk, hall, school, whole_day

RED = 'class="card stat no"'


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


@pytest.mark.parametrize("path", [
    "/station/liuhe-2026/nowhere/hall",
    f"/station/{UNIT}/nowhere",
    "/result/liuhe-2026/nowhere",
    f"/case/{UNIT}/right/1/7",
    "/case/liuhe-2026/nowhere/right/1/7",
])  # fmt: skip
def test_an_address_that_leads_nowhere_says_so_in_words_for_a_page(zhang: Person, path: str):
    shown = zhang.get(path)
    assert shown.status_code == 404
    assert "没有这一页" in shown.get_data(as_text=True)
    assert "election create" not in shown.get_data(as_text=True)


def send(person: Person, data: bytes) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', person.get("/files").get_data(as_text=True))
    assert token
    fields = {"csrf_token": token[1], "files": (BytesIO(data), "batch.jsonl")}
    return str(person.client.post("/files", data=fields).get_data(as_text=True))


def test_receipts_are_offered_only_where_there_is_one(zhang: Person):
    refused = send(zhang, b"{}\n")
    assert "下载回执" not in refused
    assert "拒收" in refused
    assert "下载回执" in send(zhang, whole_day()[0].batch(1, 4))


def test_a_wrong_password_is_told_in_the_form_and_the_name_stays(office: Office, zhang: Person):
    again = Person(office, "张晓").post("/sign-in", name="张晓", password="not this one", next="/cases")
    shown = again.get_data(as_text=True)
    assert again.status_code == 401
    assert "用户名或密码不对" in shown
    assert 'value="张晓"' in shown
    assert 'name="next" value="/cases"' in shown
    assert "not this one" not in shown


def test_the_result_begins_with_who_is_elected_in_which_round(zhang: Person):
    shown = zhang.get(f"/result/{UNIT}").get_data(as_text=True)
    summary = shown[shown.index('id="elected"') : shown.index('id="round-1"')]
    assert all(one in summary for one in ("主任", "陈国强", "15 票", "第 1 轮 正式选举"))
    assert "还没有宣布" not in summary


def test_a_round_that_goes_by_most_votes_says_so_and_shows_no_empty_card(zhang: Person):
    shown = zhang.get(f"/result/{UNIT}").get_data(as_text=True)
    first, second = shown.split('id="round-2"')
    assert "当选至少 14 票" in first
    assert "thresholds" in first
    assert "得票多者当选" in second
    assert "当选至少" not in second
    assert "thresholds" not in second


def test_a_right_used_twice_is_red_only_until_it_is_decided(tmp_path: Path):
    office, lead = Office(tmp_path), hall()
    branch = school(lead).admit(25)
    lead.admit(25, override="crowd")
    for desk in (lead, branch):
        office.receive(desk.batch())
    zhang = Person(office, "张晓", "watch")
    assert RED in zhang.get(f"/result/{UNIT}").get_data(as_text=True)
    settling, case = office.program.settling, "right/1/25"
    chosen = Settlement("two_papers_cast", "both are in the boxes", round=1, count=2)
    settling.propose(UNIT, case, chosen, by="zhang", once=case, now=office.now)
    settling.decide(UNIT, case, case, by="li", now=office.now)
    assert RED not in zhang.get(f"/result/{UNIT}").get_data(as_text=True)
