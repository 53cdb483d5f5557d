"""A new station's request proves that it holds the key, and nothing more."""

from dataclasses import replace

import pytest

from shared import canonical, codec, dsse, request
from shared.errors import Refusal
from shared.request import Request
from tests.shared.liuhe import EPOCH, HALL_KEY, HALL_SEALING, STRANGER_KEY

ASKED = Request(HALL_KEY.public.base64, HALL_SEALING.public, "中心会场", EPOCH)


def test_a_request_reads_back():
    data = request.write(HALL_KEY, HALL_SEALING, "中心会场", nonce=EPOCH)
    assert request.read(data) == ASKED
    assert request.read(data).fingerprint == HALL_KEY.public.fingerprint


def test_it_may_name_the_election():
    data = request.write(HALL_KEY, HALL_SEALING, "中心会场", nonce=EPOCH, election="liuhe-2026")
    assert request.read(data).election == "liuhe-2026"


def refused(asked: Request) -> str:
    with pytest.raises(Refusal) as refusal:
        request.read(dsse.sign(request.REQUEST, canonical.encode(codec.write(asked)), [HALL_KEY]))
    return refusal.value.code


def test_nobody_asks_for_a_key_that_is_not_theirs():
    assert refused(replace(ASKED, public=STRANGER_KEY.public.base64)) == "missing_signature"


def test_weak_or_short_keys():
    assert refused(replace(ASKED, public=canonical.to_base64(bytes(32)))) == "weak_key"
    assert refused(replace(ASKED, sealing="AAAA")) == "bad_field"


def test_another_statement_is_no_request():
    with pytest.raises(Refusal, match="wrong_type"):
        request.read(dsse.sign(dsse.type_of("query"), b"{}", [HALL_KEY]))
