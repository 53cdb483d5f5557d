"""Records on their way: batches out as files, others in as files and over the network, the log in words."""

import io
import zipfile

import pytest

from shared import receipt
from shared.errors import Refusal
from station import receiving, sending
from station.store import outbox
from station.store.opening import reading
from tests import cast
from tests.station.place import Place
from tests.station.routes.desk import Desk, Office


@pytest.fixture
def school_batch(school: Place) -> bytes:
    """What the school has done so far, as it would come on a stick."""
    sending.cut_now(school.keeper)
    with reading(school.keeper.engine) as connection:
        return outbox.every(connection)[0].raw


def upload(desk: Desk, *files: tuple[str, bytes]):
    return desk.phone.upload(desk.sees("/exchange").form("/upload"), "files", list(files))


def test_what_is_not_sent_stands_on_every_screen(wu: Desk, office: Office):
    assert f"同步 {office.events}" in wu.sees("/ledger").text


def test_batches_are_packed_and_downloaded(wu: Desk, office: Office):
    wu.does("/exchange", "/send")
    page = wu.sees("/exchange")
    link = next(address for words, address in page.links.items() if words.startswith("第 1–"))
    assert receipt_of(office, wu.phone.fetch(link).body).status == "accepted"


def receipt_of(office: Office, batch: bytes) -> receipt.Receipt:
    """The station knows its own batch."""
    keeper = office.place.keeper
    return receipt.open_(receiving.receive(keeper, batch), [keeper.enrolment.key.public])


def test_all_batches_come_as_one_file(wu: Desk):
    wu.does("/exchange", "/send")
    with zipfile.ZipFile(io.BytesIO(wu.phone.fetch("/exchange/batches.zip").body)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["batch"]


def test_another_stations_batch_is_read_and_taken_in(wu: Desk, office: Office, school_batch: bytes):
    page = upload(wu, ("school.batch", school_batch))
    assert "已收到，共 2 条" in page.text
    assert "2 条待并入" in page.text
    page = wu.does("/exchange", "/take-in")
    assert "已并入" in page.text
    assert cast.SCHOOL_KEY.public.id in office.place.keeper.state.mine.taken


def test_a_receipt_of_another_station_is_filed(wu: Desk, office: Office, school: Place):
    wu.does("/exchange", "/send")
    with reading(office.place.keeper.engine) as connection:
        mine = outbox.every(connection)[0].raw
    page = upload(wu, ("receipt.json", receiving.receive(school.keeper, mine)))
    assert "回执已登记" in page.text


def test_a_file_that_is_no_batch_is_refused_in_words(wu: Desk, office: Office):
    events = office.events
    page = upload(wu, ("holiday.jpg", b"\xff\xd8\xff\xe0 not a batch"))
    assert "没有收下" in page.text
    assert office.events == events


def test_no_file_chosen_is_said_beside_the_field(wu: Desk):
    assert "请选择文件" in upload(wu).text


def test_machines_hand_in_batches_without_a_session(office: Office, school_batch: bytes):
    answer = office.app.test_client().post("/api/v1/envelopes", data=school_batch)
    signed = receipt.open_(answer.data, [office.place.keeper.enrolment.key.public])
    assert (answer.status_code, signed.status, signed.accepted) == (200, "accepted", 2)


def test_a_question_that_nobody_signed_is_refused_as_json(office: Office):
    answer = office.app.test_client().post("/api/v1/queries", data=b"{}")
    assert answer.status_code >= 400
    assert "code" in answer.json


def test_the_log_says_who_did_what(wu: Desk, tang: Desk):
    wu.admits(cast.YU)
    page = tang.sees("/log")
    assert "发给选票" in page.text
    assert "于海（一组）" in page.text
    assert "吴刚（1 号桌）" in page.text


def test_the_same_state_shows_the_same_fingerprint_everywhere(wu: Desk, tang: Desk):
    shown = tang.sees("/log").text.partition("状态指纹 ")[2][:9]
    assert f"状态指纹 {shown}" in wu.sees("/exchange").text


def test_english_is_complete_on_every_page(wu: Desk):
    wu.sees("/language/en?next=/")
    for path in ("/", "/rounds", "/ledger", "/boxes", "/count", "/exchange", "/attendance", "/me"):
        page = wu.sees(path)
        assert 'lang="en"' in page.body.decode()
        assert "本站" not in page.text


def test_a_fault_of_the_cutting_stands_on_the_exchange_screen(wu: Desk, office: Office):
    courier = office.app.extensions["station"].courier
    courier._cutting.refusal = Refusal("sending_faulty", cause="OperationalError", at="2026-11-08T08:01:00+08:00")
    assert "传送因程序故障停下（OperationalError），08:01 再试" in wu.sees("/exchange").text


def test_send_now_hurries_the_courier(wu: Desk, office: Office, monkeypatch: pytest.MonkeyPatch):
    hurried: list[bool] = []
    monkeypatch.setattr(office.app.extensions["station"].courier, "hurry", lambda: hurried.append(True))
    wu.does("/exchange", "/send")
    assert hurried == [True]
