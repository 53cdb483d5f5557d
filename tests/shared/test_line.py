"""One line: read as strictly as it is written."""

from dataclasses import replace
from typing import Any

import pytest

from shared import canonical, line
from shared.errors import Refusal
from shared.line import By
from tests.shared.liuhe import LINES, RAW_LINES

OPENED, ISSUED, CLOSED = LINES


@pytest.mark.parametrize("one", LINES)
def test_a_line_reads_back(one: line.Line):
    assert line.read(line.write(one)) == one


def test_what_is_not_there_is_not_written():
    assert RAW_LINES[2] == (
        b'{"at":"2026-11-08T00:02:00Z","by":[{"desk":"table","official":"zhao"}],"data":{"round":1},"seq":3,'
        b'"type":"doors.closed"}'
    )


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-08T08:00:00",
        "2026-11-08 08:00:00+08:00",
        "2026-11-08T08:00:00+0800",
        "2026-11-08T08:00+08:00",
        "2026-02-30T08:00:00+08:00",
        "2026-11-08T25:00:00Z",
        "2026-11-08T08:00:00.1234567Z",
        "2026-11-08T08:00:00+08:00\n",
        "２026-11-08T08:00:00Z",
        "",
    ],
)
def test_a_time_without_offset_or_day_is_refused(at: str):
    value = canonical.decode(RAW_LINES[2]) | {"at": at}
    with pytest.raises(Refusal, match="bad_field"):
        line.read(canonical.encode(value))


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": "1"},
        {"by": []},
        {"by": [{"official": "zhao", "desk": "table"}] * 3},
        {"by": [{"official": "zhao"}]},
        {"by": "zhao"},
        {"type": "closed"},
        {"type": "Doors.closed"},
        {"data": []},
        {"salt": ""},
        {"salt": "0f"},
        {"ctx": []},
        {"ctx": [{"device": "a", "epoch": "b", "through": 1, "head": "c"}]},
        {"prev": "00"},
    ],
)
def test_a_field_of_wrong_form_is_refused(change: dict[str, Any]):
    value = canonical.decode(RAW_LINES[2]) | change
    with pytest.raises(Refusal, match="bad_field"):
        line.read(canonical.encode(value))


def test_a_field_that_is_missing_is_refused():
    value = canonical.decode(RAW_LINES[2])
    for name in value:
        with pytest.raises(Refusal, match="bad_field"):
            line.read(canonical.encode({key: item for key, item in value.items() if key != name}))


@pytest.mark.parametrize("wrong", [replace(CLOSED, seq=0), replace(CLOSED, at="now"), replace(CLOSED, by=())])
def test_nobody_writes_a_line_that_nobody_could_read(wrong: line.Line):
    with pytest.raises(ValueError, match="nobody could read this line"):
        line.write(wrong)


def test_two_officials_are_named_in_order():
    assert line.read(RAW_LINES[0]).by == (By("zhao", "table"), By("qian", "table"))
