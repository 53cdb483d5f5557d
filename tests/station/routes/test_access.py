"""Who may use what: sign-in, the lock, roles, tokens."""

import pytest
from flask import Flask

from rehearsal.phone import Phone
from shared import events as ev
from shared.events.kind import ANYONE, COUNT, DESK
from shared.web import PUBLIC
from station.access import LOOK
from station.pins import Pins
from tests import cast
from tests.station.place import Place
from tests.station.routes.desk import PIN, Desk, Office, served

RULES = {
    "check_in.admit": DESK,
    "check_in.cancel": DESK,
    "check_in.replace": DESK,
    "attendance.mark": DESK,
    "papers.receive": ev.PapersReceived.ROLES,
    "papers.correct": ev.PapersCorrected.ROLES,
    "ledger.recount": ev.DeskRecounted.ROLES,
    "ledger.explain": ev.DifferenceExplained.ROLES,
    "ledger.not_returned": ev.PapersNotReturned.ROLES,
    "rounds.call": ev.RoundCalled.ROLES,
    "rounds.open_": ev.DoorsOpened.ROLES,
    "rounds.pause": ev.DoorsPaused.ROLES,
    "rounds.resume": ev.DoorsResumed.ROLES,
    "rounds.close": ev.DoorsClosed.ROLES,
    "boxes.seal": ev.BoxSealed.ROLES,
    "boxes.open_": ev.BoxOpened.ROLES,
    "boxes.count": ev.BoxCounted.ROLES,
    "boxes.hand_over": ev.BoxHandedOver.ROLES,
    "boxes.receive": ev.BoxReceived.ROLES,
    "boxes.write_off": ev.BoxWrittenOff.ROLES,
    "roaming.send": ev.BoxSent.ROLES,
    "roaming.return_": ev.BoxReturned.ROLES,
    "roaming.visits": ev.VisitRecorded.ROLES,
    "roaming.complete": ev.VisitsCompleted.ROLES,
    "roaming.take_back": ev.LeaseTakenBack.ROLES,
    "counting.mix": ev.PileMixed.ROLES,
    "counting.called": COUNT,
    "counting.undo": COUNT,
    "counting.anew": COUNT,
    "counting.close_sheet": ev.SheetCalled.ROLES,
    "counting.close_pile": ev.PileClosed.ROLES,
    "result.declare": ev.RoundDeclared.ROLES,
    "result.write_off": ev.StationWrittenOff.ROLES,
    "exchange.send": ANYONE,
    "exchange.take_in": ANYONE,
    "exchange.upload": ANYONE,
    "start.package": ev.PackageTaken.ROLES,
}
VALUES = {"no": 1, "box": "hall-1", "paper": "red", "where": "boxes", "round_": 1, "station": "school", "batch": "x"}
VALUES |= {"first": 1, "last": 1, "seq": 1, "what": "cancelled", "code": "zh", "filename": "x"}


def client_of(app: Flask, official: str, place: Place):
    """A browser whose session names this official."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(official=official, desk="1 号桌", seen=int(place.clock().timestamp()))
    return client


def addresses(app: Flask, method: str):
    """(endpoint, address) of every page that takes a method."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or ()):
                values = VALUES | ({"box": cast.ROAMING} if rule.endpoint.startswith("roaming.") else {})
                wanted = {name: values[name] for name in rule.arguments}
                yield rule.endpoint, adapter.build(rule.endpoint, wanted, method)


def test_every_act_is_for_the_roles_of_its_event(office: Office):
    told = office.app.extensions["access_rules"]
    assert {endpoint: rule for endpoint, rule in told.items() if rule not in (PUBLIC, LOOK)} == RULES


@pytest.mark.parametrize("official", ["tang", "feng", "wu", "zheng", "sun", "zhou"])
def test_nobody_does_what_is_not_among_their_duties(office: Office, official: str):
    client = client_of(office.app, official, office.place)
    roles = set(cast.SETUP.official[official].roles)
    for endpoint, address in addresses(office.app, "POST"):
        if endpoint in RULES:
            allowed = bool(roles & set(RULES[endpoint]))
            assert (client.post(address).status_code == 403) is not allowed, endpoint


def test_an_observer_sees_every_page_and_changes_nothing(office: Office):
    client = client_of(office.app, "tang", office.place)
    events = office.events
    rules = office.app.extensions["access_rules"]
    for endpoint, address in addresses(office.app, "GET"):
        if rules[endpoint] == LOOK:
            assert client.get(address).status_code in (200, 303, 404), endpoint
    assert office.events == events


def test_nothing_but_sign_in_is_open_to_strangers(office: Office):
    client = office.app.test_client()
    rules = office.app.extensions["access_rules"]
    for method in ("GET", "POST"):
        for endpoint, address in addresses(office.app, method):
            if rules[endpoint] != PUBLIC:
                assert client.open(address, method=method).status_code in (303, 401), endpoint


def test_a_stranger_is_led_to_sign_in_and_back(office: Office):
    phone = Phone(office.address)
    page = phone.open("/ledger")
    assert "/sign-in" in page.url
    back = phone.send(page.form("/sign-in"), official="wu", desk="1 号桌", pin=PIN)
    assert back.url.endswith("/ledger")


def test_no_address_outside_is_followed_after_sign_in(office: Office):
    phone = Phone(office.address)
    page = phone.open("/sign-in?next=https://elsewhere.example/")
    assert phone.send(page.form("/sign-in"), official="wu", desk="1 号桌", pin=PIN).status == 400


def test_a_wrong_pin_signs_nobody_in(office: Office):
    desk = office.desk("wu", pin="000000")
    assert "/sign-in" in desk.sees("/").url


def test_a_form_without_its_token_is_refused(office: Office):
    client = client_of(office.app, "wu", office.place)
    assert client.post(f"/voter/{cast.YU}/admit", data={"rights": str(cast.YU), "round": "1"}).status_code == 400


def test_a_phone_that_lay_idle_is_locked(office: Office, wu: Desk):
    office.place.clock.passes(minutes=21)
    page = wu.sees("/")
    assert "/sign-in" in page.url
    assert page.form("/sign-in").fields["official"] == ["wu"]


def test_a_page_that_refreshes_itself_keeps_no_phone_open(office: Office):
    client = client_of(office.app, "wu", office.place)
    for _ in range(3):
        office.place.clock.passes(minutes=10)
        client.get("/", headers={"X-Part": "live"})
    assert client.get("/").status_code == 303


def test_a_phone_in_use_stays_open(office: Office, wu: Desk):
    for _ in range(3):
        office.place.clock.passes(minutes=15)
        page = wu.sees("/")
    assert page.url.endswith("/")


def test_change_of_person_leaves_the_desk_and_nothing_else(wu: Desk):
    page = wu.does("/me", "/sign-out")
    fields = page.form("/sign-in").fields
    assert (fields["official"], fields["desk"]) == ([""], ["1 号桌"])


def test_the_first_pin_is_set_with_the_slip(open_hall: Place):
    slip = Pins(open_hall.keeper).make_slips(["wu"])["wu"]
    with served(open_hall) as office:
        phone = Phone(office.address)
        form = phone.open("/sign-in/first").form("/first")
        page = phone.send(form, official="wu", desk="3 号桌", slip=slip, pin=PIN, pin_again=PIN)
        assert page.url.endswith("/")
        assert "吴刚 3 号桌" in page.text


def test_two_pins_that_differ_set_none(open_hall: Place):
    slip = Pins(open_hall.keeper).make_slips(["wu"])["wu"]
    with served(open_hall) as office:
        phone = Phone(office.address)
        form = phone.open("/sign-in/first").form("/first")
        page = phone.send(form, official="wu", desk="3 号桌", slip=slip, pin=PIN, pin_again="135791")
        assert "两次输入的密码不一样" in page.text


def test_who_has_no_pin_yet_is_led_to_the_slip(open_hall: Place):
    with served(open_hall) as office:
        phone = Phone(office.address)
        page = phone.send(phone.open("/sign-in").form("/sign-in"), official="wu", desk="3 号桌", pin=PIN)
        assert "一次性密码条" in page.text
