"""Batches: every way in which bytes can be wrong has its answer, and none of them gets in."""

import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import canonical, chain, codec, dsse, envelope, package
from shared.certificate import Root, Trust
from shared.envelope import BATCH, Header
from shared.errors import Refusal
from shared.keys import SigningKey
from tests.shared.liuhe import (
    ELECTION,
    EPOCH,
    HALL_CHAIN,
    HALL_KEY,
    HALL_START,
    OFFICE_CERTIFICATE,
    OFFICE_KEY,
    PACKAGE,
    PHONE_CHAIN,
    PHONE_KEY,
    PHONE_START,
    RAW_LINES,
    ROOT,
    SCHOOL_KEY,
    STRANGER_KEY,
    TRUST,
    batch_file,
    header,
)

FILE = batch_file()
BATCH_ID = envelope.open_(FILE, TRUST).id


def refused(data: bytes, trust: Trust = TRUST) -> str:
    with pytest.raises(Refusal) as refusal:
        envelope.open_(data, trust)
    assert refusal.value.sentence("zh")
    assert refusal.value.advice("en")
    return refusal.value.code


def signed_as(head: Header, key: SigningKey = HALL_KEY, lines: tuple[bytes, ...] = RAW_LINES) -> bytes:
    """A batch file that `seal` would not write."""
    first = dsse.sign(BATCH, canonical.encode(codec.write(head)), [key])
    return b"\n".join((first, *lines, b""))


def test_what_was_sealed_opens():
    batch = envelope.open_(FILE, TRUST)
    assert batch.lines == RAW_LINES
    assert batch.raw == FILE
    assert batch.certificate.station == "hall"
    assert batch.head == HALL_START.after(RAW_LINES)
    assert batch.hashes == chain.hashes(HALL_START.hash, RAW_LINES)
    assert batch.id == BATCH_ID == envelope.peek(FILE)


def test_the_next_batch_goes_on():
    first = envelope.open_(batch_file(RAW_LINES[:1]), TRUST)
    second = envelope.open_(batch_file(RAW_LINES[1:], first.head), TRUST)
    assert second.head == envelope.open_(FILE, TRUST).head


@given(st.lists(st.binary(min_size=1).filter(lambda line: b"\n" not in line), min_size=1, max_size=12), st.data())
def test_any_split_of_a_log_ends_at_one_head(lines: list[bytes], data: st.DataObject):
    head, rest = HALL_START, tuple(lines)
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        batch = envelope.open_(batch_file(rest[:size], head), TRUST)
        assert batch.lines == rest[:size]
        head, rest = batch.head, rest[size:]
    assert head == HALL_START.after(lines)


def test_a_phone_signs_its_own_log():
    head = envelope.header_after(PHONE_START, RAW_LINES, election=ELECTION, package=PACKAGE, certificates=PHONE_CHAIN)
    batch = envelope.open_(envelope.seal(head, RAW_LINES, PHONE_KEY), TRUST)
    assert (batch.certificate.role, batch.certificate.box) == ("phone", "roaming-1")


def test_every_flipped_bit_is_refused_or_recognised():
    """Exhaustive; a flip that still opens must be the same batch with the same lines, or it got something in."""
    for place in range(len(FILE)):
        for bit in range(8):
            flipped = bytearray(FILE)
            flipped[place] ^= 1 << bit
            with pytest.raises(Refusal):
                envelope.open_(bytes(flipped), TRUST)


def test_every_flipped_bit_of_the_compact_form_is_refused_or_recognised():
    small = envelope.compact(FILE)
    for place in range(len(small)):
        for bit in range(8):
            flipped = bytearray(small)
            flipped[place] ^= 1 << bit
            try:
                batch = envelope.open_(bytes(flipped), TRUST)
            except Refusal:
                continue
            assert (batch.id, batch.raw) == (BATCH_ID, FILE)


def test_cut_off_at_every_byte():
    for length in range(len(FILE)):
        assert refused(FILE[:length])


def test_cut_off_at_the_last_byte_says_so():
    assert refused(FILE[:-1]) == "cut_off"
    assert refused(b"{") == "cut_off"


@pytest.mark.parametrize("tail", [b"\n", b" ", b"\r\n", b"{}", b"{}\n", b"\0"])
def test_nothing_may_follow(tail: bytes):
    assert refused(FILE + tail) in {"cut_off", "incomplete_batch"}


def test_nothing_may_stand_in_front():
    for extra in (b"\n", b" ", b"\xef\xbb\xbf"):
        assert refused(extra + FILE)


def test_lines_with_carriage_returns_are_other_lines():
    assert refused(FILE.replace(b"\n", b"\r\n")) == "not_canonical"


def test_lines_left_out_doubled_or_moved():
    first, *lines = FILE.split(b"\n")[:-1]
    one, two, three = lines
    assert refused(b"\n".join((first, one, two, b""))) == "incomplete_batch"
    assert refused(b"\n".join((first, one, two, two, b""))) == "broken_chain"
    assert refused(b"\n".join((first, two, one, three, b""))) == "broken_chain"


def test_lines_of_another_batch():
    other = (RAW_LINES[0], RAW_LINES[1].replace(b"812", b"813"), RAW_LINES[2])
    assert refused(FILE.replace(b"812", b"813")) == "broken_chain"
    assert envelope.open_(batch_file(other), TRUST).id != BATCH_ID


def test_another_key():
    assert refused(signed_as(header(), STRANGER_KEY)) == "missing_signature"
    assert refused(signed_as(header(), SCHOOL_KEY)) == "missing_signature"


def test_the_log_of_another_device():
    assert refused(signed_as(replace(header(), device=SCHOOL_KEY.public.id))) == "wrong_device"


def test_another_root():
    assert refused(FILE, Trust(Root(1, (STRANGER_KEY.public.base64,), 1, "x"))) == "wrong_root"


def test_another_election():
    assert refused(FILE, Trust(ROOT, election="hexi-2026")) == "wrong_election"
    assert refused(signed_as(replace(header(), election="hexi-2026"))) == "wrong_election"


def test_the_office_keeps_no_such_log():
    head = replace(header(), device=OFFICE_KEY.public.id, certificates=(OFFICE_CERTIFICATE,))
    assert refused(signed_as(head, OFFICE_KEY)) == "wrong_role"


def test_a_first_line_begins_at_the_genesis_of_its_log():
    other = chain.start(HALL_KEY.public.id, ELECTION, "f" * 32)
    head = replace(header(after=other), epoch=EPOCH)
    assert refused(signed_as(head)) == "broken_chain"


@pytest.mark.parametrize(
    "change", [{"from": 0}, {"from": 4}, {"to": 0}, {"epoch": "0"}, {"more": 1}, {"prev": "FF" * 32}]
)
def test_a_header_of_wrong_form(change: dict[str, Any]):
    value = codec.write(header()) | change
    first = dsse.sign(BATCH, canonical.encode(value), [HALL_KEY])
    assert refused(b"\n".join((first, *RAW_LINES, b""))) == "bad_field"


def test_another_kind_of_statement_is_no_batch():
    payload = canonical.encode(codec.write(header()))
    first = dsse.sign(dsse.type_of("receipt"), payload, [HALL_KEY])
    assert refused(b"\n".join((first, *RAW_LINES, b""))) == "wrong_type"
    with pytest.raises(Refusal, match="wrong_type"):
        envelope.peek(first + b"\n")


def test_too_deep():
    assert refused(b'{"payload":' + b"[" * 2_000_000 + b"\n") == "too_deep"


def test_five_thousand_lines_and_one_more():
    lines = tuple(b"%d" % number for number in range(5_001))
    assert len(envelope.open_(batch_file(lines[:-1]), TRUST).lines) == 5_000
    assert refused(signed_as(header(lines), lines=lines)) == "too_many_lines"
    with pytest.raises(ValueError, match="more than one batch holds"):
        batch_file(lines)


def test_an_empty_batch_is_not_written_and_not_read():
    with pytest.raises(ValueError, match="more than one batch holds"):
        batch_file(())
    assert refused(signed_as(header(()), lines=())) == "bad_field"


def test_oversize():
    assert refused(FILE + b"x" * envelope.MOST_CONTAINER) == "batch_too_large"
    with pytest.raises(ValueError, match="more than one batch holds"):
        batch_file((b"x" * envelope.MOST_CONTAINER,))


def test_a_bomb():
    assert refused(zlib.compress(b"{" + bytes(100 * 2**20), 9)) == "batch_too_large"


def test_the_compact_form_opens_to_the_same():
    small = envelope.compact(FILE)
    assert len(small) < len(FILE)
    assert envelope.open_(small, TRUST) == envelope.open_(FILE, TRUST)
    assert envelope.peek(small) == BATCH_ID


def test_the_compact_form_cut_off_or_followed():
    small = envelope.compact(FILE)
    assert refused(small[:-1]) == "bad_compression"
    assert refused(small + b"x") == "bad_compression"
    assert refused(small[:40]) == "bad_compression"


def test_what_is_no_batch_is_called_by_its_name():
    assert refused(b"") == "empty_file"
    for other in (b"[election]\n", b"PK\x03\x04", b"\x89PNG", b"\x00", b"x", FILE[1:], zlib.compress(b"toml")):
        assert refused(other) == "not_a_batch"


@pytest.mark.parametrize(("kind", "words"), [("receipt", "回执"), ("request", "登记申请"), ("package", "选举包")])
def test_another_file_of_ours_is_told_as_what_it_is(kind: dsse.Kind, words: str):
    with pytest.raises(Refusal, match="wrong_type") as refusal:
        envelope.open_(dsse.sign(dsse.type_of(kind), b"{}", [HALL_KEY]), TRUST)
    assert refusal.value.sentence("zh") == f"这份文件是{words}，这里要的是批次文件。"


def test_a_sealed_package_is_told_as_a_package():
    sealed = package.seal(b"the set-up", TRUST.device(HALL_CHAIN).subject, 1)
    with pytest.raises(Refusal, match="This file is a package; what is wanted here is a batch file"):
        envelope.open_(sealed, TRUST)


def test_seal_writes_only_what_is_true():
    with pytest.raises(ValueError, match="not what the header says"):
        envelope.seal(header(), RAW_LINES[:2], HALL_KEY)
    with pytest.raises(ValueError, match="not the device's"):
        envelope.seal(header(), RAW_LINES, SCHOOL_KEY)


def test_certificates_travel_in_the_header():
    assert envelope.open_(FILE, TRUST).header.certificates == HALL_CHAIN
