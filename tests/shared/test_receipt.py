"""Receipts: the same state, the same bytes; a newer code still shows."""

from dataclasses import replace
from hashlib import sha256

import pytest

from shared import canonical, codec, dsse, receipt
from shared.errors import Refusal
from shared.receipt import Reason, Receipt
from tests.shared.liuhe import EPOCH, HALL_KEY, OFFICE_KEY, STRANGER_KEY

TAKEN = Receipt("accepted", batch="ba" * 32, device=HALL_KEY.public.id, epoch=EPOCH, accepted=3, head="cd" * 32)


def test_a_receipt_reads_back():
    assert receipt.open_(receipt.write(TAKEN, OFFICE_KEY), [OFFICE_KEY.public]) == TAKEN


def test_the_same_state_has_the_same_bytes():
    assert receipt.write(TAKEN, OFFICE_KEY) == receipt.write(replace(TAKEN), OFFICE_KEY)


def test_only_a_known_receiver_counts():
    data = receipt.write(TAKEN, STRANGER_KEY)
    with pytest.raises(Refusal, match="missing_signature"):
        receipt.open_(data, [OFFICE_KEY.public, HALL_KEY.public])


def test_reasons_travel_as_codes_and_facts():
    refusal = Refusal("incomplete_batch", expected=3, found=2)
    held = replace(TAKEN, status="refused", reasons=(Reason.of(refusal),))
    assert receipt.open_(receipt.write(held, OFFICE_KEY), [OFFICE_KEY.public]).reasons[0].refusal() == refusal


def test_bytes_that_hold_no_batch_are_named_by_their_hash():
    answer = receipt.unreadable(b"garbage", Refusal("cut_off"))
    read = receipt.open_(receipt.write(answer, OFFICE_KEY), [OFFICE_KEY.public])
    assert (read.status, read.batch, read.reasons[0].code) == ("refused", None, "cut_off")
    assert read.file == sha256(b"garbage").hexdigest()


def test_a_receipt_names_a_batch_or_a_file_never_both():
    for wrong in (replace(TAKEN, file="00" * 32), replace(TAKEN, batch=None)):
        with pytest.raises(ValueError, match="names a batch"):
            receipt.write(wrong, OFFICE_KEY)
        data = dsse.sign(receipt.RECEIPT, canonical.encode(codec.write(wrong)), [OFFICE_KEY])
        with pytest.raises(Refusal, match="bad_field"):
            receipt.open_(data, [OFFICE_KEY.public])


def test_a_code_of_a_newer_version_still_shows():
    shown = Reason("made_next_year", {"most": 3}).refusal()
    assert shown == Refusal("unknown_code", name="made_next_year")


def test_facts_cannot_take_the_place_of_the_code():
    assert Reason("cut_off", {"code": "x", "self": 1, "more": 2}).refusal() == Refusal("cut_off", more=2)


def test_odd_facts_become_text():
    facts = Reason.of(Refusal("cut_off", a=2**60, b=1.5, c=(1, True), d=None, e="\ud800")).facts
    assert facts == {"a": str(2**60), "b": "1.5", "c": [1, True], "d": "None", "e": "?"}
    canonical.encode(facts)
