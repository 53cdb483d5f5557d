"""Who may come in, and what each may do there: every address, every duty; forms without their token are refused."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from central import create_app
from tests.central.offices import PASSWORD, Office, Person
from tests.central.village import UNIT, hall

PAGES = (
    "/", "/cases", "/results", "/files", "/waiting", f"/result/{UNIT}", f"/station/{UNIT}/hall",
    f"/case/{UNIT}/finding/x/y/1", f"/api/v1/result/{UNIT}",
)  # fmt: skip
FOR_ADJUDICATORS = tuple(f"/{verb}/{UNIT}/right/1/1" for verb in ("propose", "decide", "withdraw"))
OPEN = {"session.sign_in", "session.sign_in_now", "session.invitation", "session.accept", "language", "static",
        "api.envelopes", "api.queries"}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.receive(hall().admit(1, 1).batch())
    return office


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_signing_in(office: Office, path: str):
    nobody = Person(office, "nobody")
    answer = nobody.get(path)
    assert answer.status_code in (303, 401)
    assert "sign-in" in answer.headers.get("Location", "sign-in")


def test_only_these_addresses_are_open(office: Office):
    rules = create_app(office.program).extensions["access_rules"]
    assert {endpoint for endpoint, rule in rules.items() if rule == "public"} == OPEN


@pytest.mark.parametrize("role", ["watch", "adjudicate", "setup"])
@pytest.mark.parametrize("path", [path for path in PAGES if "finding" not in path])
def test_whoever_is_signed_in_may_look(office: Office, role: str, path: str):
    assert Person(office, role, role).get(path).status_code == 200


@pytest.mark.parametrize("role", ["watch", "setup"])
@pytest.mark.parametrize("path", FOR_ADJUDICATORS)
def test_only_an_adjudicator_settles(office: Office, role: str, path: str):
    person = Person(office, role, role)
    assert person.post(path, "/files", outcome="noted", reason="x", proposal="x").status_code == 403


@pytest.mark.parametrize("path", [*FOR_ADJUDICATORS, "/files", "/sign-out"])
def test_a_form_without_its_token_is_refused(office: Office, path: str):
    person = Person(office, "张晓", "adjudicate")
    assert person.client.post(path, data={"reason": "x"}).status_code == 400


def test_an_invitation_works_once_and_not_for_ever(office: Office):
    secret = office.program.desk.invite("李敏", ("watch",), office.now)
    first = Person(office, "李敏")
    assert first.post(f"/invitation/{secret}", password=PASSWORD, again=PASSWORD).status_code == 303
    assert first.get("/").status_code == 200
    assert Person(office, "other").get(f"/invitation/{secret}").status_code == 404
    late = office.program.desk.invite("王强", ("watch",), office.now - timedelta(days=4))
    assert Person(office, "王强").get(f"/invitation/{late}").status_code == 404


@pytest.mark.parametrize(("password", "again"), [("short", "short"), (PASSWORD, PASSWORD + "x")])
def test_a_poor_password_is_refused(office: Office, password: str, again: str):
    secret = office.program.desk.invite("李敏", ("watch",), office.now)
    assert Person(office, "").post(f"/invitation/{secret}", password=password, again=again).status_code == 409


def sign_in(person: Person, name: str, password: str) -> int:
    return person.post("/sign-in", name=name, password=password).status_code


def test_signing_in_and_out(office: Office):
    Person(office, "李敏", "watch")
    person = Person(office, "李敏")
    assert sign_in(person, "李敏", "a wrong password") == 401
    assert sign_in(person, "李敏", PASSWORD) == 303
    assert person.get("/").status_code == 200
    person.post("/sign-out", "/files")
    assert person.get("/").status_code == 303


def test_guessing_is_slowed_down(office: Office):
    Person(office, "李敏", "watch")
    person = Person(office, "")
    assert [sign_in(person, "李敏", f"wrong password {n}") for n in range(6)] == [401] * 5 + [429]
    assert sign_in(person, "李敏", PASSWORD) == 429
    office.now += timedelta(minutes=6)
    assert sign_in(person, "李敏", PASSWORD) == 303


def test_the_back_of_the_sign_in_stays_inside(office: Office):
    Person(office, "李敏", "watch")
    answer = Person(office, "").post("/sign-in", name="李敏", password=PASSWORD, next="https://elsewhere.example")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", PAGES[:7])
def test_an_english_page_holds_no_chinese_but_names(office: Office, path: str):
    person = Person(office, "Li Min", "adjudicate")
    assert '<html lang="zh-Hans">' in person.get(path).get_data(as_text=True)
    person.get("/language/en")
    words = re.sub(r'lang="zh-Hans".*?</a>', "", person.get(path).get_data(as_text=True), flags=re.DOTALL)
    said = set(re.findall("[\u4e00-\u9fff]+", words))
    assert said <= {"六合镇选举办公室", "陈国强", "王秀英", "选民"}
