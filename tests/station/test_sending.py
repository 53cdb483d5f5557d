"""Batches are cut, sent or exported, answered, filed; nothing is lost, whatever comes twice or not at all."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shared import envelope, line, receipt
from shared.errors import Refusal
from shared.keys import SigningKey
from shared.receipt import Reason, Receipt
from station import receiving, sending
from station.courier import Carrier, Courier
from station.sending import cut_due, cut_now, export, file_receipt, uncut, unsent
from station.store import outbox
from station.store.opening import reading
from station.writer import Work
from tests import cast
from tests.shared import liuhe
from tests.station.place import Place, lines_of, run


def batches(place: Place) -> list[envelope.Batch]:
    with reading(place.keeper.engine) as connection:
        return [envelope.open_(cut.raw, place.keeper.enrolment.trust) for cut in outbox.every(connection)]


def accepted(batch: envelope.Batch, key: SigningKey = liuhe.OFFICE_KEY) -> bytes:
    """What the office answers."""
    header = batch.header
    made = Receipt("accepted", (), batch.id, header.device, header.epoch, accepted=header.to, head=header.head)
    return receipt.write(made, key)


def test_a_batch_holds_everything_since_the_last_one(open_hall: Place):
    cut_now(open_hall.keeper)
    open_hall.admits(cast.HE_PING)
    cut_now(open_hall.keeper)
    assert [(one.header.from_, one.header.to) for one in batches(open_hall)] == [(1, 7), (8, 9)]
    assert cut_now(open_hall.keeper) == 0


def test_a_batch_is_cut_when_its_oldest_event_has_waited_long_enough(open_hall: Place):
    assert cut_due(open_hall.keeper) == 0
    open_hall.clock.passes(seconds=5)
    assert cut_due(open_hall.keeper) == 1
    assert uncut(open_hall.keeper) == 0


def test_a_batch_is_cut_when_enough_events_wait(open_hall: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "ENOUGH", 7)
    assert cut_due(open_hall.keeper) == 1


def test_what_the_office_accepted_is_no_longer_unsent(open_hall: Place):
    cut_now(open_hall.keeper)
    assert unsent(open_hall.keeper) == 7
    file_receipt(open_hall.keeper, accepted(batches(open_hall)[0]))
    assert unsent(open_hall.keeper) == 0
    open_hall.admits(cast.HE_PING)
    assert unsent(open_hall.keeper) == 2


def test_a_receipt_of_another_station_does_not_stand_for_the_office(open_hall: Place):
    cut_now(open_hall.keeper)
    file_receipt(open_hall.keeper, accepted(batches(open_hall)[0], cast.SCHOOL_KEY))
    assert unsent(open_hall.keeper) == 7


def test_a_receipt_by_a_stranger_is_refused(open_hall: Place):
    cut_now(open_hall.keeper)
    with pytest.raises(Refusal, match="missing_signature"):
        file_receipt(open_hall.keeper, accepted(batches(open_hall)[0], liuhe.STRANGER_KEY))


def test_a_receipt_for_more_than_we_hold_makes_the_station_read_only(open_hall: Place):
    cut_now(open_hall.keeper)
    header = batches(open_hall)[0].header
    ahead = Receipt(
        "held", (), batches(open_hall)[0].id, header.device, header.epoch, accepted=header.to + 5, head="ab" * 32
    )
    with pytest.raises(Refusal, match="database_behind"):
        file_receipt(open_hall.keeper, receipt.write(ahead, liuhe.OFFICE_KEY))
    with pytest.raises(Refusal, match="database_behind"):
        open_hall.admits(cast.HE_PING)


def test_export_writes_each_batch_once(open_hall: Place, tmp_path: Path):
    cut_now(open_hall.keeper)
    first = export(open_hall.keeper, tmp_path / "stick")
    epoch = open_hall.keeper.head.epoch[:8]
    assert [path.name for path in first] == [f"liuhe-hall-{epoch}-1-7.batch"]
    written = first[0].stat().st_mtime_ns
    open_hall.admits(cast.HE_PING)
    cut_now(open_hall.keeper)
    again = export(open_hall.keeper, tmp_path / "stick")
    assert len(again) == 2
    assert first[0].stat().st_mtime_ns == written


class Office:
    """The other end of the wire: takes envelopes once it is awake, and knows of no other log."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.asleep = True
        self.taken: list[str] = []

    def __call__(self, url: str, data: bytes) -> bytes:
        if self.asleep:
            raise ConnectionRefusedError
        if url.endswith("/queries"):
            return b'{"heads":[]}'
        batch = envelope.open_(data, self.place.keeper.enrolment.trust)
        self.taken.append(batch.id)
        return accepted(batch)


def test_the_carrier_goes_on_when_the_office_wakes(open_hall: Place):
    cut_now(open_hall.keeper)
    office = Office(open_hall)
    carrier = Carrier(open_hall.keeper, "https://office.example", office, signer=liuhe.OFFICE_KEY.public.id)
    waits = [carrier.go() for _ in range(4)]
    assert 1 <= waits[0] < 3 <= waits[2] < 12
    assert carrier.refusal == Refusal("no_connection", address=carrier.base, cause="ConnectionRefusedError")

    office.asleep = False
    assert carrier.go() == 1.0
    assert carrier.go() == 1.0
    assert office.taken == [batches(open_hall)[0].id]
    assert (carrier.refusal, unsent(open_hall.keeper)) == (None, 0)


def test_what_the_office_holds_is_asked_about_again(open_hall: Place):
    cut_now(open_hall.keeper)
    answers = ["held", "refused", "accepted"]
    asked: list[str] = []

    def post(url: str, data: bytes) -> bytes:
        if url.endswith("/queries"):
            return b'{"heads":[]}'
        asked.append(url)
        header = batches(open_hall)[0].header
        status = answers[len(asked) - 1]
        why = () if status == "accepted" else (Reason("gap", {"epoch": header.epoch, "next": 1, "found": 1}),)
        made = Receipt(status, why, batches(open_hall)[0].id, header.device, header.epoch, accepted=0)
        return receipt.write(made, liuhe.OFFICE_KEY)

    carrier = Carrier(open_hall.keeper, "https://office.example", post, signer=liuhe.OFFICE_KEY.public.id)
    carrier.go()
    assert carrier.refusal is not None
    assert (carrier.refusal.code, carrier.line().waiting) == ("gap", 1)
    for _ in range(14):
        carrier.go()
    assert len(asked) == 1
    for _ in range(16):
        carrier.go()
    assert len(asked) == 3
    assert (carrier.refusal, carrier.line().waiting) == (None, 0)


class Lan:
    """The school's address, answered by the real receiving code."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def __call__(self, url: str, data: bytes) -> bytes:
        if url.endswith("/queries"):
            return receiving.answer(self.place.keeper, data, self.place.clock())
        return receiving.receive(self.place.keeper, data)


def test_two_stations_exchange_their_logs_over_one_wire(open_hall: Place, school: Place):
    cut_now(open_hall.keeper)
    cut_now(school.keeper)
    carrier = Carrier(open_hall.keeper, "http://school.example", Lan(school))
    carrier.go()
    carrier.go()
    with reading(school.keeper.engine) as connection:
        assert outbox.unanswered(connection, "") != []
    assert carrier.line().waiting == 0
    assert heads_at(open_hall) == [school.keeper.head]
    assert heads_at(school) == [open_hall.keeper.head]


def heads_at(place: Place) -> list:
    return list(place.keeper._others)


def until(done: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_captive_portal_does_not_end_the_carrier(open_hall: Place, caplog: pytest.LogCaptureFixture):
    cut_now(open_hall.keeper)
    office = Office(open_hall)
    office.asleep = False

    secret = f"voter/{cast.YU}"

    def portal(url: str, data: bytes) -> bytes:
        raise UnicodeError(f"redirected to {secret}")

    carrier = Carrier(open_hall.keeper, "http://office.example", portal, signer=liuhe.OFFICE_KEY.public.id)
    wait = carrier.go()
    assert 1 <= wait < 3
    assert carrier.refusal is not None
    assert carrier.refusal.code == "sending_faulty"
    assert carrier.refusal.facts["cause"] == "UnicodeError"
    assert carrier.refusal.facts["at"] > open_hall.clock().isoformat()
    assert "in portal" in caplog.text
    assert secret not in caplog.text
    carrier._post = office
    assert carrier.go() == 1.0
    assert (carrier.refusal, unsent(open_hall.keeper)) == (None, 0)


def test_a_full_disk_stops_cutting_only_while_it_is_full(open_hall: Place, monkeypatch: pytest.MonkeyPatch):
    full = [True]

    def write(work: Work[int]) -> int:
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        return real(work)

    real = open_hall.keeper.write
    monkeypatch.setattr(open_hall.keeper, "write", write)
    open_hall.clock.passes(seconds=5)
    with closing(Courier(open_hall.keeper, central="", peers=())) as courier:
        courier.start()
        until(lambda: courier.fault)
        assert courier.fault is not None
        assert (courier.fault.code, courier.fault.facts["cause"]) == ("sending_faulty", "OperationalError")
        full.clear()
        courier.hurry()
        until(lambda: courier.fault is None)
    assert uncut(open_hall.keeper) == 0


def test_hurry_wakes_a_carrier_that_had_given_itself_a_minute(open_hall: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("station.courier.EVERY_SECONDS", 60.0)
    cut_now(open_hall.keeper)
    office = Office(open_hall)
    with closing(Courier(open_hall.keeper, central="http://office.example", peers=(), post=office)) as courier:
        courier.start()
        until(lambda: courier.carriers[0].refusal)
        office.asleep = False
        courier.hurry()
        until(lambda: office.taken)


def test_a_running_station_notices_what_a_command_files_beside_it(open_hall: Place, school: Place):
    cut_now(open_hall.keeper)
    cut_now(school.keeper)
    with run(open_hall.folder, seed=3) as command:
        file_receipt(command.keeper, accepted(batches(open_hall)[0]))
        receiving.receive(command.keeper, batches(school)[0].raw)
    assert unsent(open_hall.keeper) == 0
    open_hall.admits(cast.HE_PING)
    admitted = line.read(lines_of(open_hall.keeper)[7])
    assert list(admitted.ctx) == [school.keeper.head]
