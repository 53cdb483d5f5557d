"""Dataclass <-> canonical value: one fact, one value, and nothing else is read."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from shared import codec
from shared.codec import LARGEST, LONGEST_TEXT, Epoch, Form, Hash, KeyId, Signed, UnitId
from shared.errors import Refusal

NOUGHT = Signed(0)


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    count: int
    text: str = ""
    shift: Signed = NOUGHT
    flag: bool = False
    raw: bytes = b""
    kind: Literal["red", "white"] = "red"
    many: tuple[int, ...] = ()
    by_name: dict[str, int] = field(default_factory=dict)
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    code: Annotated[str, Form("[a-c]+")] = "a"
    renamed: int = field(default=0, metadata={"name": "from"})
    anything: Any = ""


FULL = Sample(
    3, "何平", Signed(-4), True, b"\x00\xff", "white", (1, 2), {"a": 1}, Inner("x", 2), (Inner("y"),), "abc", 9, [1, {}]
)


def refused_field(value: object) -> str:
    with pytest.raises(Refusal) as found:
        codec.read(Sample, value)
    assert found.value.code == "bad_field"
    return str(found.value.facts["field"])


def test_a_fact_reads_back():
    assert codec.read(Sample, codec.write(FULL)) == FULL


def test_defaults_are_left_out():
    assert codec.write(Sample(3)) == {"count": 3}
    assert codec.write(Sample(0)) == {"count": 0}
    assert codec.read(Sample, {"count": 3}) == Sample(3)


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"shift": 0},
        {"flag": False},
        {"raw": ""},
        {"kind": "red"},
        {"many": []},
        {"by_name": {}},
        {"inners": []},
        {"code": "a"},
        {"from": 0},
        {"inner": {"name": "x", "count": 0}},
    ],
)
def test_a_default_that_is_written_out_is_refused(given: Any):
    (name,) = given
    assert refused_field({"count": 1} | given).endswith(("." + name, ".count"))


@pytest.mark.parametrize(
    "given",
    [
        {"count": -1},
        {"count": LARGEST + 1},
        {"count": True},
        {"count": "1"},
        {"count": 1.0},
        {"text": 5},
        {"text": "x" * (LONGEST_TEXT + 1)},
        {"shift": -LARGEST - 1},
        {"flag": 1},
        {"raw": 7},
        {"kind": "green"},
        {"kind": ["red"]},
        {"many": 5},
        {"many": [True]},
        {"many": {"0": 1}},
        {"by_name": [1]},
        {"by_name": {"a": "1"}},
        {"inner": None},
        {"inner": {}},
        {"inner": {"name": 5}},
        {"code": "abd"},
        {"code": ""},
        {"code": "abc\n"},
        {"renamed": 9},
        {"unknown": 1},
    ],
)
def test_what_has_the_wrong_shape_is_refused(given: Any):
    assert refused_field({"count": 1} | given)


def test_loose_base64_is_refused():
    with pytest.raises(Refusal, match="not_canonical"):
        codec.read(Sample, {"count": 1, "raw": "AA"})


def test_a_missing_field_is_named():
    assert refused_field({"text": "x"}) == "Sample.count"


@pytest.mark.parametrize("value", [None, [], "x", 5, {}])
def test_what_is_no_object_or_too_small_is_refused(value: Any):
    assert refused_field(value) == "Sample"


def test_an_unknown_field_is_named_and_cut_short():
    assert refused_field({"count": 1, "z" * 500: 1}) == ("Sample." + "z" * 500)[:100]


def test_none_has_no_value():
    with pytest.raises(ValueError, match="None"):
        codec.write(Sample(1, anything=None))


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (Hash, "0f" * 32, "0F" * 32),
        (Epoch, "0f" * 16, "0f" * 17),
        (KeyId, "a" * 51 + "q", "a" * 51 + "b"),
        (UnitId, "liuhe-2026/liuhe", "liuhe-2026"),
    ],
)
def test_forms(form: Any, good: Any, bad: Any):
    matches = form.__metadata__[0].matches
    assert matches(good)
    assert not matches(bad)
    assert not matches(good + "\n")
