"""The quick way to read an admission says what the long way says, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.quick import common
from shared import events as ev
from shared import line as lines
from shared.chain import Head
from shared.errors import Refusal
from shared.line import By, Line
from tests.central.village import hall

WORDS = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
MOMENTS = st.sampled_from(["2026-12-20T09:00:01+08:00", "2026-12-20T01:00:01.5Z", "2026-02-30T09:00:01+08:00"])

HEADS = st.builds(
    Head,
    st.sampled_from([hall().device, "a" * 52, "a" * 51]),
    st.just("0f" * 16),
    st.integers(0, 2**53 - 1),
    st.just("0f" * 32),
)


@st.composite
def admissions(draw: st.DrawFn) -> bytes:
    """Spelt as our writer spells them, or nearly."""
    if draw(st.booleans()):
        return written(draw, ev.Arrived(draw(st.integers(0, 2**53 - 1))))
    holder, override = draw(st.integers(0, 3)), draw(st.sampled_from(["", "crowd"]))
    event = ev.PapersIssued(
        draw(st.integers(0, 2**53 - 1)),
        draw(st.integers(0, 2000)),
        tuple(draw(st.lists(WORDS, max_size=3))),
        draw(st.sampled_from(["own", "proxy"])),
        holder=holder,
        override=override,
    )
    return written(draw, event)


def written(draw: st.DrawFn, event: ev.Event) -> bytes:
    kind, data = ev.write(event)
    ctx = tuple(draw(st.lists(HEADS, max_size=2)))
    by = tuple(By(draw(WORDS), draw(WORDS)) for _ in range(draw(st.integers(1, 2))))
    return lines.canonical.encode(
        lines.codec.write(Line(draw(st.integers(1, 10**9)), draw(MOMENTS), kind, by, data, ctx, salt="0f" * 16))
    )


def agree(raw: bytes) -> bool:
    """Whether the quick way took the line; then both ways say the same."""
    read = common(raw)
    if read is None:
        return False
    line = lines.read(raw)
    assert (read.seq, read.at, read.official, read.desk) == (line.seq, line.at, line.by[0].official, line.by[0].desk)
    assert read.event == ev.read(line.type, line.data)
    assert (len(line.by), len(line.salt)) == (1, 32)
    return True


@given(raw=admissions())
def test_both_ways_say_the_same(raw: bytes):
    agree(raw)


@given(place=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_changed_byte_is_read_alike_or_left_to_the_long_way(place: int, byte: int):
    raw = hall().admit(7).lines[-1]
    place %= len(raw)
    agree(raw[:place] + bytes([byte]) + raw[place + 1 :])


def test_what_a_desk_writes_takes_the_quick_way():
    lead = hall()
    for event in (
        ev.PapersIssued(1, 7, ("director",), "own"),
        ev.PapersIssued(1, 8, ("director",), "proxy", 7),
        ev.Arrived(7),
    ):
        assert agree(lead.do(event).lines[-1])
        assert agree(lead.do(event, ctx=(lead.head(), lead.head(3))).lines[-1])


@pytest.mark.parametrize("old", [b'"voter":7', b'"types":["director"]', b"T09:"])
def test_what_must_be_refused_is_left_to_the_long_way(old: bytes):
    new = {b'"voter":7': b'"voter":07', b'"types":["director"]': b'"types":[]', b"T09:": b"T25:"}[old]
    raw = hall().admit(7).lines[-1].replace(old, new)
    assert common(raw) is None
    if old != b'"types":["director"]':
        with pytest.raises(Refusal):
            lines.read(raw)
