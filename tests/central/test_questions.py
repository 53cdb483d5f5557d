"""What an enrolled device may ask: heads, receipts and batches of its own unit, over HTTP as the stations do it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from central import create_app
from shared import canonical, query, receipt
from shared.keys import SigningKey
from tests.central.offices import NOON, Office
from tests.central.village import (
    CERTIFICATES,
    ELECTION,
    HALL,
    OFFICE,
    OFFICE_CERTIFICATE,
    SCHOOL,
    STRANGER,
    hall,
    school,
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    lead = hall()
    for batch in [*lead.batches(3), school(lead).batch()]:
        office.receive(batch)
    return office


def ask(office: Office, want: Any, *about: str, key: SigningKey = SCHOOL, late: timedelta = timedelta(0)) -> Any:
    chain = (OFFICE_CERTIFICATE, CERTIFICATES[SCHOOL.public.id])
    at = (NOON + late).isoformat()
    asked = query.ask(key, want, about, election=ELECTION, at=at, certificates=chain)
    return create_app(office.program).test_client().post("/api/v1/queries", data=asked)


def test_heads_of_all_logs_of_the_unit(office: Office):
    heads = {one["device"]: one["through"] for one in canonical.decode(ask(office, "heads").data)["heads"]}
    assert heads == {HALL.public.id: 7, SCHOOL.public.id: 6}


def test_heads_of_one_log(office: Office):
    assert len(canonical.decode(ask(office, "heads", HALL.public.id).data)["heads"]) == 1


def test_batches_from_a_line_on_come_verbatim(office: Office):
    lead = hall()
    value = canonical.decode(ask(office, "batches", query.from_(lead.device, lead.epoch, 4)).data)
    assert [canonical.from_base64(one) for one in value["batches"]] == lead.batches(3)[1:]
    assert value["more"] is False


def test_the_receipt_of_a_batch(office: Office):
    batch = office.receive(hall().batches(3)[0]).batch
    value = canonical.decode(ask(office, "receipts", str(batch), "00" * 32).data)
    found = [receipt.open_(canonical.from_base64(one), [OFFICE.public]) for one in value["receipts"]]
    assert [(one.batch, one.status) for one in found] == [(batch, "accepted")]


@pytest.mark.parametrize(("key", "late", "code"), [
    (STRANGER, timedelta(0), "missing_signature"),
    (SCHOOL, timedelta(days=-2), "question_too_old"),
])  # fmt: skip
def test_who_gets_no_answer(office: Office, key: SigningKey, late: timedelta, code: str):
    answer = ask(office, "heads", key=key, late=late)
    assert answer.status_code >= 400
    assert answer.json["code"] == code


def test_a_batch_over_http_gets_a_status_that_says_enough(office: Office):
    client = create_app(office.program).test_client()
    lead = hall().admit(1, 2, 3)
    statuses = [
        client.post("/api/v1/envelopes", data=data).status_code for data in (lead.batch(10), lead.batch(8, 9), b"")
    ]
    assert statuses == [202, 200, 422]
