"""One value, one byte string: what `rfc8785` prints we print, and what would not print back the same is refused."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared import canonical
from shared.errors import Refusal

KEYS = st.text(st.characters(codec="ascii"), max_size=8)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def flaw(data: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        canonical.decode(data)
    assert refused.value.code == "not_canonical"
    return refused.value.facts["flaw"]


@given(VALUES)
def test_prints_what_rfc_8785_prints(value: Any):
    assert canonical.encode(value, most_depth=100) == rfc8785.dumps(value)


@given(VALUES)
def test_reads_back_what_it_printed(value: Any):
    assert canonical.decode(canonical.encode(value, most_depth=100), most_depth=100) == value


@given(VALUES)
def test_both_encoders_print_the_same(value: Any):
    assert canonical._print(value) == canonical._ENCODER.encode(value)


def test_rfc_8785_section_3_2_2_3_escapes():
    value = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"}
    assert canonical.encode(value) == b'{"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


def test_sorts_keys_and_keeps_arrays():
    value = {"b": [2, 1], "a": {"d": True, "c": "字"}}
    assert canonical.encode(value) == '{"a":{"c":"字","d":true},"b":[2,1]}'.encode()


def test_a_tuple_prints_as_an_array():
    assert canonical.encode({"a": (1, 2)}) == b'{"a":[1,2]}'


OUTSIDE = [1.0, None, {"a": None}, [0.5], {1: 2}, {"字": 1}, 2**53, -(2**53), {1}, b"a", "\ud800", [[[[[[[[[]]]]]]]]]]


@pytest.mark.parametrize("value", OUTSIDE)
def test_a_value_outside_the_format_is_our_bug(value: Any):
    with pytest.raises((ValueError, TypeError)):
        canonical.encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1} ',
        b'{"a":1}\n',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\ud800"',
        b"-0",
    ],
)
def test_refuses_what_would_print_otherwise(data: bytes):
    assert flaw(data) == "print"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"1.0", "fraction"),
        (b"1e3", "fraction"),
        (b"NaN", "constant"),
        (b"-Infinity", "constant"),
        (b"null", "null"),
        (b'{"a":[null]}', "null"),
        ('{"字":1}'.encode(), "key"),
        (b"9007199254740992", "number"),
        (b"-9007199254740992", "number"),
        (b"9" * 5_000, "number"),
        (b"9" * 1_000_000, "number"),
        (b"\xef\xbb\xbf1", "json"),
        (b"\xff\xfe1\x00", "utf8"),
        (b"\xed\xa0\x80", "utf8"),
        (b"", "json"),
        (b"{", "json"),
        (b"01", "json"),
        (b'"a', "json"),
        (b"1 2", "json"),
        (b'"\x01"', "json"),
    ],
)
def test_refuses_with_the_flaw_named(data: bytes, why: str):
    assert flaw(data) == why


def test_the_largest_number_passes():
    assert canonical.decode(b"9007199254740991") == 2**53 - 1


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_eight_levels_are_read_and_nine_refused():
    assert canonical.decode(nested(8)) == [[[[[[[[]]]]]]]]
    with pytest.raises(Refusal, match="too_deep"):
        canonical.decode(nested(9))


BOMBS = [nested(1_000_000), b"[" * 4_000_000, b'{"a":' * 1_000_000, b'[["' + b'\\"[' * 1_000_000]


@pytest.mark.parametrize("bomb", BOMBS, ids=["arrays", "open", "objects", "text"])
def test_deep_nesting_neither_crashes_nor_takes_long(bomb: bytes):
    with pytest.raises(Refusal):
        canonical.decode(bomb)


def test_brackets_inside_text_are_no_depth():
    value = {"a": '[{"\\' * 200, "b": [1] * 10}
    assert canonical.decode(canonical.encode(value)) == value


def test_many_shallow_arrays_are_read():
    value = [[number] for number in range(500)]
    assert canonical.decode(json.dumps(value, separators=(",", ":")).encode()) == value


@pytest.mark.parametrize("text", ["QQ=", "QR==", "QQ", "Q Q==", "QQ==\n", "QUI-", "字"])
def test_base64_has_one_spelling(text: str):
    with pytest.raises(Refusal, match="not_canonical"):
        canonical.from_base64(text)


@given(st.binary(max_size=40))
def test_base64_goes_round(data: bytes):
    assert canonical.from_base64(canonical.to_base64(data)) == data
