"""Dataclass and value: one spelling for each fact, and nothing beside the fields."""

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from shared import codec
from shared.codec import Hash, Signed
from shared.errors import Refusal

NONE = Signed(0)


@dataclass(frozen=True, slots=True)
class Seal:
    number: str


@dataclass(frozen=True, slots=True)
class Box:
    """One field of every kind that the formats use."""

    from_: int = field(metadata={"name": "from"})
    seals: tuple[Seal, ...]
    print: Hash
    raw: bytes
    kind: Literal["fixed", "roaming"] = "fixed"
    open: bool = False
    off_by: Signed = NONE
    facts: dict[str, Any] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    first: Seal | None = None


PLAIN = Box(1, (Seal("A1"),), "ab" * 32, b"\x00\xff")
VALUE: dict[str, Any] = {"from": 1, "seals": [{"number": "A1"}], "print": "ab" * 32, "raw": "AP8="}


def test_defaults_are_left_out():
    assert codec.write(PLAIN) == VALUE
    assert codec.read(Box, VALUE) == PLAIN


def test_all_that_differs_is_written_and_read_back():
    box = Box(2, (), "00" * 32, b"", "roaming", True, Signed(-3), {"a": [1]}, {"members": 7}, Seal("B2"))
    assert codec.write(box)["off_by"] == -3
    assert codec.read(Box, codec.write(box)) == box


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"from_": 1},
        {"from": -1},
        {"from": True},
        {"from": "1"},
        {"from": 2**53},
        {"seals": {}},
        {"seals": [{"number": "A1", "colour": "red"}]},
        {"seals": ["A1"]},
        {"print": "AB" * 32},
        {"print": "ab" * 32 + "\n"},
        {"print": 1},
        {"raw": 1},
        {"kind": "fixed"},
        {"kind": "open"},
        {"kind": ["roaming"]},
        {"open": 1},
        {"open": False},
        {"off_by": 0},
        {"counted": {"members": -1}},
        {"counted": []},
        {"first": None},
        {"first": "B2"},
    ],
)
def test_any_other_spelling_is_refused(change: dict[str, Any]):
    with pytest.raises(Refusal, match="bad_field"):
        codec.read(Box, VALUE | change)


@pytest.mark.parametrize("missing", VALUE)
def test_a_missing_field_is_refused(missing: str):
    with pytest.raises(Refusal, match="bad_field") as refusal:
        codec.read(Box, {name: item for name, item in VALUE.items() if name != missing})
    assert refusal.value.facts["field"] in {f"Box.{missing}", "Box"}


@pytest.mark.parametrize("value", [[], "x", 1, True, None])
def test_what_is_no_object_is_refused(value: object):
    with pytest.raises(Refusal, match="bad_field"):
        codec.read(Box, value)


def test_base64_has_one_spelling():
    with pytest.raises(Refusal, match="not_canonical"):
        codec.read(Box, VALUE | {"raw": "AP9="})
