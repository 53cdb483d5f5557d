"""Signed statements: the standard's own example, and a second implementation that must agree with ours."""

from collections.abc import Callable
from typing import Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from shared import canonical, dsse
from shared.errors import Refusal
from shared.keys import SigningKey

HALL = SigningKey.from_seed(b"h" * 32)
OFFICE = SigningKey.from_seed(b"o" * 32)
COUNTY = SigningKey.from_seed(b"c" * 32)
TYPE = dsse.type_of("receipt")
PAYLOAD = canonical.encode({"said": "收到"})


def test_pae_of_the_standard():
    """protocol.md of secure-systems-lab/dsse, "Test Vectors"."""
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_lengths_are_counted_in_bytes():
    assert dsse.pae("类", "票".encode()) == b"DSSEv1 3 \xe7\xb1\xbb 3 \xe7\xa5\xa8"


def test_what_is_signed_verifies():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL]))
    assert dsse.verify(envelope, TYPE, [HALL.public]) == PAYLOAD


def test_the_envelope_prints_back_the_same():
    data = dsse.sign(TYPE, PAYLOAD, [HALL, OFFICE])
    assert bytes(dsse.parse(data)) == data


def second_opinion(key: SigningKey) -> SSlibKey:
    return SSlibKey(key.public.id, "ed25519", "ed25519", {"public": key.public.raw.hex()})


def test_securesystemslib_verifies_ours():
    theirs = Envelope.from_dict(canonical.decode(dsse.sign(TYPE, PAYLOAD, [HALL, OFFICE])))
    assert len(theirs.verify([second_opinion(HALL), second_opinion(OFFICE)], 2)) == 2
    with pytest.raises(VerificationError):
        theirs.verify([second_opinion(COUNTY)], 1)


class TheirSigner:
    def __init__(self, key: SigningKey) -> None:
        self.key = key

    def sign(self, data: bytes):
        from_dict = Envelope.from_dict(canonical.decode(dsse.sign("x", b"", [self.key])))
        signature = next(iter(from_dict.signatures.values()))
        signature.signature = self.key.sign(data).hex()
        return signature


def test_we_verify_theirs():
    theirs = Envelope(PAYLOAD, TYPE, {})
    theirs.sign(TheirSigner(HALL))
    assert dsse.verify(dsse.parse(canonical.encode(theirs.to_dict())), TYPE, [HALL.public]) == PAYLOAD


def test_another_type_is_refused():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL]))
    with pytest.raises(Refusal, match="wrong_type"):
        dsse.verify(envelope, dsse.type_of("batch"), [HALL.public])


def test_a_type_that_was_changed_is_refused():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL]))
    retyped = dsse.Signed(envelope.payload, dsse.type_of("batch"), envelope.signatures)
    with pytest.raises(Refusal, match="bad_signature"):
        dsse.verify(retyped, dsse.type_of("batch"), [HALL.public])


def test_an_unknown_key_is_passed_over():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [COUNTY, HALL]))
    assert dsse.verify(envelope, TYPE, [HALL.public]) == PAYLOAD
    with pytest.raises(Refusal, match="missing_signature"):
        dsse.verify(envelope, TYPE, [OFFICE.public])


def test_two_signatures_of_one_key_count_once():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL, HALL]))
    with pytest.raises(Refusal) as refused:
        dsse.verify(envelope, TYPE, [HALL.public, OFFICE.public], threshold=2)
    assert refused.value.facts == {"have": 1, "need": 2}


def test_two_of_three_suffice():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL, COUNTY]))
    dsse.verify(envelope, TYPE, [HALL.public, OFFICE.public, COUNTY.public], threshold=2)


def test_no_threshold_can_be_met_by_nobody():
    envelope = dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL]))
    with pytest.raises(Refusal, match="missing_signature"):
        dsse.verify(envelope, TYPE, [], threshold=0)


@pytest.mark.parametrize("count", [0, 17])
def test_none_or_too_many_signatures_are_refused(count: int):
    with pytest.raises(Refusal, match="bad_field"):
        dsse.parse(dsse.sign(TYPE, PAYLOAD, [HALL] * count))


@pytest.mark.parametrize(
    "change",
    [
        lambda envelope: envelope.pop("payload"),
        lambda envelope: envelope.update(more=1),
        lambda envelope: envelope.update(payload=1),
        lambda envelope: envelope.update(signatures={}),
        lambda envelope: envelope["signatures"][0].update(cert=""),
        lambda envelope: envelope["signatures"][0].pop("keyid"),
    ],
)
def test_other_fields_are_refused(change: Callable[[dict[str, Any]], object]):
    value = canonical.decode(dsse.sign(TYPE, PAYLOAD, [HALL]))
    change(value)
    with pytest.raises(Refusal, match="bad_field"):
        dsse.parse(canonical.encode(value))
