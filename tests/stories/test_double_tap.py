"""A second tap, an answer that never arrived, a form sent again: one event. Many desks, one voter: one admits."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from rehearsal.phone import Form
from station.folder import Folder
from tests import cast
from tests.station.place import Place, lines_of, prepare, run
from tests.station.routes.desk import Desk, Office, served

DESKS = 8
STAFF = ("zhou", "wu")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = prepare(tmp_path / "hall")
    with run(folder) as hall:
        hall.begins()
        hall.opens()
    return folder


@pytest.fixture
def office(folder: Folder) -> Iterator[Office]:
    with run(folder, seed=2) as hall, served(hall, *STAFF) as office:
        yield office


def form_of(desk: Desk, voter: int = cast.YU) -> Form:
    return desk.sees(f"/voter/{voter}").form("/admit")


def admissions(place: Place, voter: int = cast.YU) -> int:
    """How often the log says that this voter was given papers."""
    return sum(b'"papers.issued"' in raw and f'"voter":{voter}}}'.encode() in raw for raw in lines_of(place.keeper))


def send_and_hang_up(desk: Desk, form: Form) -> None:
    """The form goes out, and the phone loses the network before the answer comes."""
    body = urlencode([(name, one) for name, many in form.fields.items() for one in many]).encode()
    jar = next(one for one in desk.phone._opener.handlers if hasattr(one, "cookiejar")).cookiejar
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    where = urlsplit(form.action)
    head = (
        f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {cookies}\r\nReferer: {form.action}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with closing(socket.create_connection((where.hostname or "", where.port or 80), timeout=10)) as line:
        line.sendall(head.encode() + body)


def test_the_answer_that_was_lost_is_given_when_the_form_is_sent_again(office: Office):
    wu = office.desk("wu")
    form = form_of(wu)
    for _ in range(3):
        send_and_hang_up(wu, form)
    page = wu.phone.send(form)
    assert (page.status, "已签到" in page.text) == (200, True)
    assert admissions(office.place) == 1


def test_ten_impatient_taps_are_one_event(office: Office):
    wu = office.desk("wu")
    form = form_of(wu)
    with ThreadPoolExecutor(10) as fingers:
        pages = list(fingers.map(lambda _: wu.phone.send(form), range(10)))
    assert {(page.status, page.url) for page in pages} == {(200, pages[0].url)}
    assert admissions(office.place) == 1


def test_a_form_sent_again_after_the_station_was_restarted_is_the_same_act(folder: Folder):
    with run(folder, seed=2) as hall, served(hall, *STAFF) as before:
        wu = before.desk("wu")
        form = form_of(wu)
        wu.phone.send(form)
        events = before.events
    with run(folder, seed=3) as hall, served(hall, *STAFF) as after:
        form.action = form.action.replace(before.address, after.address)
        assert (wu.phone.send(form).status, after.events) == (200, events)
        assert admissions(hall) == 1


def test_two_taps_of_two_forms_are_two_acts_and_the_second_is_refused(office: Office):
    """A fresh page is a fresh act: the token names a rendering, not a voter."""
    wu = office.desk("wu")
    first, second = form_of(wu), form_of(wu)
    assert wu.phone.send(first).status == 200
    assert wu.phone.send(second).status == 409
    assert admissions(office.place) == 1


def test_eight_desks_admit_one_voter_at_once_and_seven_see_who_when_and_where(office: Office):
    desks = [office.desk("wu", f"{number} 号桌") for number in range(DESKS)]
    forms = [form_of(desk) for desk in desks]
    with ThreadPoolExecutor(DESKS) as all_:
        pages = list(all_.map(lambda one: one[0].phone.send(one[1]), zip(desks, forms, strict=True)))
    refused = [page for page in pages if page.status == 409]
    (winner,) = (number for number, page in enumerate(pages) if page.status == 200)
    assert len(refused) == DESKS - 1
    for page in refused:
        for told in ("不能发票", "于海", "08:00", "中心会场", f"{winner} 号桌", "吴刚"):
            assert told in page.text
    assert admissions(office.place) == 1


def test_the_right_is_used_once_however_it_was_tapped(office: Office):
    desks = [office.desk("wu", f"{number} 号桌") for number in range(4)]
    voters = range(1, 20)
    with ThreadPoolExecutor(4) as all_:
        for voter in voters:
            forms = [form_of(desk, voter) for desk in desks]
            list(all_.map(lambda one: one[0].phone.send(one[1]), zip(desks, forms, strict=True)))
    read = [one for voter in voters for one in office.place.keeper.state.uses(1, voter)]
    assert sorted(one.voter for one in read if one.right == "own") == list(voters)


def test_a_form_sent_again_with_another_content_is_refused_and_writes_nothing(office: Office):
    """The name of a form answers for one act: nobody is told that another one was done."""
    wu = office.desk("wu")
    taken, other = form_of(wu), form_of(wu, cast.HE_PING)
    wu.phone.send(taken)
    other.fields["once"] = taken.fields["once"]
    events = office.events
    page = wu.phone.send(other)
    assert "已经用别的内容提交过" in page.text
    assert (office.events, admissions(office.place, cast.HE_PING)) == (events, 0)
    assert "已签到" in wu.phone.send(taken).text
