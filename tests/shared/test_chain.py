"""The chain: computed by hand once, and bound to everything before it."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from shared import chain

DEVICE, EPOCH = "a" * 52, "0" * 32
LINES = st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=8)


def test_genesis_and_two_lines_by_hand():
    first = sha256(b'\x02{"device":"%b","election":"liuhe-2026","epoch":"%b"}' % (b"a" * 52, b"0" * 32)).digest()
    second = sha256(b"\x00" + first + sha256(b"one").digest()).digest()
    third = sha256(b"\x00" + second + sha256(b"two").digest()).digest()
    start = chain.start(DEVICE, "liuhe-2026", EPOCH)
    assert (start.through, start.hash) == (0, first.hex())
    assert start.after([b"one", b"two"]) == chain.Head(DEVICE, EPOCH, 2, third.hex())
    assert chain.hashes(start.hash, [b"one", b"two"]) == (second.hex(), third.hex())


def test_another_device_election_or_epoch_starts_elsewhere():
    starts = {
        chain.genesis(DEVICE, "liuhe-2026", EPOCH),
        chain.genesis("b" * 52, "liuhe-2026", EPOCH),
        chain.genesis(DEVICE, "hexi-2026", EPOCH),
        chain.genesis(DEVICE, "liuhe-2026", "1" * 32),
    }
    assert len(starts) == 4


@given(LINES, st.integers(0, 7))
def test_a_line_may_be_left_out_and_its_digest_kept(lines: list[bytes], left_out: int):
    end = chain.genesis(DEVICE, "liuhe-2026", EPOCH)
    for place, line in enumerate(lines):
        end = chain.extend_digest(end, chain.digest(line)) if place == left_out else chain.extend(end, line)
    assert end == chain.start(DEVICE, "liuhe-2026", EPOCH).after(lines).hash


@given(LINES, LINES)
def test_other_lines_end_elsewhere(some: list[bytes], others: list[bytes]):
    start = chain.start(DEVICE, "liuhe-2026", EPOCH)
    assert (start.after(some) == start.after(others)) == (some == others)
