"""A right used twice, from its discovery to a decision by two people in two sessions; nobody can do it alone."""

import re
from pathlib import Path

import pytest

from tests.central.offices import Office, Person
from tests.central.village import UNIT, close, hall, school, whole_day

CASE = f"{UNIT}/right/1/25"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Voter 25 of the school was admitted at the hall too, while neither heard of the other."""
    office = Office(tmp_path)
    lead = hall()
    branch = school(lead).admit(21, 25)
    lead.admit(1, 2).admit(25, override="the road was flooded")
    for desk in (lead, branch):
        office.receive(desk.batch())
    return office


@pytest.fixture
def zhang(office: Office) -> Person:
    return Person(office, "张晓", "watch", "adjudicate")


@pytest.fixture
def li(office: Office) -> Person:
    return Person(office, "李敏", "adjudicate")


def propose(person: Person, outcome: str, **fields: str) -> int:
    fields.setdefault("reason", "两站核对过")
    return person.post(f"/propose/{CASE}", f"/case/{CASE}", outcome=outcome, **fields).status_code


def decide(person: Person) -> int:
    found = re.search(r'name="proposal" value="([^"]+)"', person.get(f"/case/{CASE}").get_data(as_text=True))
    return person.post(f"/decide/{CASE}", f"/case/{CASE}", proposal=found[1] if found else "").status_code


def live(office: Office, voter: int) -> int:
    view = office.program.views.get(UNIT)
    assert view is not None
    return len(view.state.uses(1, voter))


def issued(office: Office) -> tuple[int, int, int]:
    found = office.program.views.get(UNIT)
    assert found is not None
    value = Person(office, "看", "watch").get(f"/api/v1/result/{UNIT}").json["papers"][0]
    return value["rights"], value["issued"], value["handed_back"]


def test_the_page_shows_both_sides_and_that_they_were_apart(office: Office, zhang: Person):
    shown = zhang.get(f"/case/{CASE}").get_data(as_text=True)
    assert "中心会场" in shown
    assert "小学分会场" in shown
    assert "the road was flooded" in shown
    assert "互不知情" in shown


@pytest.mark.parametrize(("received", "taken", "knew", "said"), [
    (False, False, "apart", "都没有收到对方的记录"),
    (True, False, "second_received", "已经收到了先列一方的这条记录，但还没有并入"),
    (True, True, "second_knew", "已经并入了先列一方的这条记录"),
])  # fmt: skip
def test_who_had_seen_the_other_is_told(tmp_path: Path, received: bool, taken: bool, knew: str, said: str):
    office, lead = Office(tmp_path), hall()
    branch = school(lead).admit(25)
    lead = lead.takes(branch) if taken else lead
    lead.admit(25, override="crowd", ctx=(branch.head(),) if received else ())
    office.receive(lead.batch())
    office.receive(branch.batch())
    view = office.program.views.get(UNIT)
    assert view is not None
    assert [one.knowledge for one in view.conflicts] == [knew]
    assert said in Person(office, "张晓", "watch").get(f"/case/{CASE}").get_data(as_text=True)


def test_what_came_before_or_after_the_other_record_does_not_count_as_knowing_it(tmp_path: Path):
    office, lead = Office(tmp_path), hall()
    branch = school(lead)
    early = branch.head()
    lead.takes(branch).admit(25, override="crowd", ctx=(early,))
    branch.admit(25)
    lead.takes(branch)
    office.receive(lead.batch())
    office.receive(branch.batch())
    view = office.program.views.get(UNIT)
    assert view is not None
    assert [one.knowledge for one in view.conflicts] == ["apart"]


def test_two_people_cancel_one_admission_whose_papers_came_back(office: Office, zhang: Person, li: Person):
    assert propose(zhang, "no_paper_cast:0", handed_back="director") == 303
    assert decide(li) == 303
    assert live(office, 25) == 1
    assert issued(office) == (4, 5, 1)


def test_papers_that_were_never_handed_out_are_not_issued(office: Office, zhang: Person, li: Person):
    propose(zhang, "no_paper_cast:1")
    decide(li)
    assert issued(office) == (4, 4, 0)


def test_the_wrong_person_was_picked_so_the_admission_moves(office: Office, zhang: Person, li: Person):
    propose(zhang, "wrong_person_picked:0", voter="26")
    decide(li)
    assert (live(office, 25), live(office, 26)) == (1, 1)


def test_the_right_entry_must_be_unused(zhang: Person):
    assert propose(zhang, "wrong_person_picked:0", voter="1") == 409
    assert propose(zhang, "wrong_person_picked:0", voter="999") == 409


def test_both_papers_stay_and_the_right_counts_once(office: Office, zhang: Person, li: Person):
    propose(zhang, "two_papers_cast")
    decide(li)
    assert live(office, 25) == 2
    view = office.program.views.get(UNIT)
    assert view is not None
    assert not any(case.open for case in office.program.settling.cases(view))


def test_a_third_use_opens_the_case_again(office: Office, zhang: Person, li: Person):
    propose(zhang, "two_papers_cast")
    decide(li)
    lead = hall().admit(1, 2).admit(25, override="the road was flooded").admit(25, override="again")
    office.receive(lead.batch(11))
    view = office.program.views.get(UNIT)
    assert view is not None
    assert any(case.open and case.kind == "right" for case in office.program.settling.cases(view))


def test_nobody_decides_what_they_proposed(office: Office, zhang: Person):
    propose(zhang, "two_papers_cast")
    once = office.rows("proposal")[0][2]
    assert zhang.post(f"/decide/{CASE}", f"/case/{CASE}", proposal=once).status_code == 409
    assert office.rows("decision") == []


def test_a_proposal_can_be_withdrawn_by_who_made_it_only(office: Office, zhang: Person, li: Person):
    propose(zhang, "two_papers_cast")
    once = office.rows("proposal")[0][2]
    assert li.post(f"/withdraw/{CASE}", f"/case/{CASE}", proposal=once).status_code == 409
    assert zhang.post(f"/withdraw/{CASE}", f"/case/{CASE}", proposal=once).status_code == 303
    assert li.post(f"/decide/{CASE}", f"/case/{CASE}", proposal=once).status_code == 409


def test_a_second_tap_is_one_proposal(office: Office, zhang: Person):
    propose(zhang, "two_papers_cast")
    row = office.rows("proposal")[0]
    page = zhang.get(f"/case/{CASE}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    fields = {"csrf_token": token[1], "once": row[2], "outcome": "two_papers_cast", "reason": "again"}
    zhang.client.post(f"/propose/{CASE}", data=fields)
    assert len(office.rows("proposal")) == 1


def test_a_settled_case_takes_no_further_proposal(zhang: Person, li: Person):
    propose(zhang, "two_papers_cast")
    decide(li)
    assert propose(zhang, "two_papers_cast") == 409


def test_a_reason_is_needed_and_the_way_must_fit(zhang: Person):
    assert propose(zhang, "two_papers_cast", reason=" ") == 409
    assert propose(zhang, "branch:0") == 409
    assert propose(zhang, "") == 409


def test_decisions_survive_a_rebuild(office: Office, zhang: Person, li: Person):
    propose(zhang, "no_paper_cast:0")
    decide(li)
    before = office.fingerprint(UNIT)
    office.restart()
    office.intake.refold(UNIT)
    assert (office.fingerprint(UNIT), live(office, 25)) == (before, 1)


def test_papers_in_doubt_that_reach_the_margin_go_to_the_committee(tmp_path: Path):
    """16 of 26 took part; one paper decides whether 13 or 14 are more than half, and one paper is in doubt."""
    office, lead = Office(tmp_path), hall()
    branch = school(lead).admit(*range(21, 31))
    lead.admit(*range(1, 16)).admit(25, override="crowd")
    close(branch, "school-1", 10, unused=10, first=6)
    close(lead, "hall-1", 16, unused=24, first=8)
    for desk in (lead, branch):
        office.receive(desk.batch())
    zhang, li = Person(office, "张晓", "adjudicate"), Person(office, "李敏", "adjudicate")
    propose(zhang, "two_papers_cast")
    decide(li)
    assert "影响结果" in zhang.get("/cases").get_data(as_text=True)
    place = f"{UNIT}/margin/1"
    zhang.post(f"/propose/{place}", f"/case/{place}", outcome="voided", reason="无法确定")
    once = (
        office.rows("proposal")[-1][2]
        if office.rows("proposal")[-1][1] == "margin/1"
        else office.rows("proposal")[0][2]
    )
    li.post(f"/decide/{place}", f"/case/{place}", proposal=once)
    assert zhang.get(f"/api/v1/result/{UNIT}").json["elected"] == []


def test_what_the_lead_declared_otherwise_is_a_case(tmp_path: Path):
    office = Office(tmp_path)
    lead, branch = whole_day()
    branch.admit(30)
    office.receive(branch.batch())
    lead.lines[-1] = lead.lines[-1].replace(b'"votes":15', b'"votes":16')
    office.receive(lead.batch())
    view = office.program.views.get(UNIT)
    assert view is not None
    assert "declared" in {case.kind for case in office.program.settling.cases(view)}
