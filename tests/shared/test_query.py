"""Questions: only an enrolled key is answered."""

from dataclasses import replace

import pytest

from shared import query
from shared.certificate import Trust
from shared.errors import Refusal
from shared.query import Query
from tests.shared.liuhe import (
    ELECTION,
    EPOCH,
    HALL_CHAIN,
    HALL_KEY,
    PHONE_CHAIN,
    PHONE_KEY,
    ROOT,
    SCHOOL_KEY,
    STRANGER_KEY,
    TRUST,
)

NOW = "2026-11-08T09:00:00+08:00"
HEADS = Query(HALL_KEY.public.id, ELECTION, NOW, "heads", HALL_CHAIN)


def refused(data: bytes, trust: Trust = TRUST) -> str:
    with pytest.raises(Refusal) as refusal:
        query.open_(data, trust)
    return refusal.value.code


def test_a_station_asks_for_heads():
    data = query.ask(HALL_KEY, "heads", election=ELECTION, at=NOW, certificates=HALL_CHAIN)
    asked, certificate = query.open_(data, TRUST)
    assert (asked, certificate.station) == (HEADS, "hall")


def test_a_phone_asks_for_what_follows():
    about = [query.from_(PHONE_KEY.public.id, EPOCH, 8), "ba" * 32, HALL_KEY.public.id]
    data = query.ask(PHONE_KEY, "batches", about, election=ELECTION, at=NOW, certificates=PHONE_CHAIN)
    assert query.open_(data, TRUST)[0].about == tuple(about)


def test_nobody_else_is_answered():
    assert refused(HEADS.sign(STRANGER_KEY)) == "missing_signature"
    assert refused(replace(HEADS, device=SCHOOL_KEY.public.id).sign(HALL_KEY)) == "wrong_device"
    assert refused(replace(HEADS, certificates=()).sign(HALL_KEY)) == "wrong_role"


def test_another_election():
    assert refused(replace(HEADS, election="hexi-2026").sign(HALL_KEY)) == "wrong_election"
    assert refused(HEADS.sign(HALL_KEY), Trust(ROOT, election="hexi-2026")) == "wrong_election"


@pytest.mark.parametrize("wrong", [{"at": "now"}, {"at": "2026-02-30T09:00:00Z"}, {"want": "roll"}, {"about": ("x",)}])
def test_a_question_of_wrong_form(wrong: dict[str, object]):
    assert refused(replace(HEADS, **wrong).sign(HALL_KEY)) == "bad_field"


def test_too_much_at_once():
    assert refused(replace(HEADS, about=("ba" * 32,) * 1_001).sign(HALL_KEY)) == "too_many_asked"
