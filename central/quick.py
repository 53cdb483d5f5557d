"""The commonest lines of all, read quickly: a right used at a desk and a voter arrived, as one official writes them.

A canonical line has one spelling, so a pattern that allows nothing else says the same as decoding, printing again and
reading field by field, at a fraction of the cost. Whatever the pattern does not know takes the long way, and so does
all that may have to be refused; a test holds both ways equal.
"""

import re
from datetime import datetime
from typing import Final, NamedTuple

from shared.events import Arrived, PapersIssued

# Shorter texts and smaller numbers than the format holds, so that nothing at its edges is decided here.
_TEXT: Final = r'[^"\\\x00-\x1f]{0,400}'
_COUNT: Final = r"0|[1-9][0-9]{0,14}"
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_HEAD: Final = (
    rf'\{{"device":"[a-z2-7]{{51}}[aq]","epoch":"[0-9a-f]{{32}}","head":"[0-9a-f]{{64}}","through":(?:{_COUNT})\}}'
)
_BY: Final = rf'\{{"desk":"({_TEXT})","official":"({_TEXT})"\}}'
_FRONT: Final = rf'\{{"at":"({_MOMENT})","by":\[{_BY}\],(?:"ctx":\[{_HEAD}(?:,{_HEAD})*\],)?'
_BACK: Final = r'"salt":"[0-9a-f]{32}","seq":([1-9][0-9]{0,14}),"type":'
_ADMISSION: Final = re.compile(
    rf'{_FRONT}"data":\{{(?:"holder":([1-9][0-9]{{0,14}}),)?"right":"(own|proxy)","round":({_COUNT}),'
    rf'"types":\["({_TEXT}(?:","{_TEXT})*)"\],"voter":({_COUNT})\}},{_BACK}"papers\.issued"\}}'
).fullmatch
_ARRIVAL: Final = re.compile(rf'{_FRONT}"data":\{{"voter":({_COUNT})\}},{_BACK}"attendance\.arrived"\}}').fullmatch
_ARRIVED: Final = b'"attendance.arrived"}'


class Common(NamedTuple):
    """What the line says. It carries a salt, as a line that names a voter must."""

    seq: int
    at: str
    official: str
    desk: str
    event: PapersIssued | Arrived


def common(raw: bytes) -> Common | None:
    """None where the long way must be taken."""
    try:
        read = _arrival(raw.decode()) if raw.endswith(_ARRIVED) else _admission(raw.decode())
        if read is not None:
            datetime.fromisoformat(read.at)
    except ValueError:  # no UTF-8, or no day of the calendar: refused on the long way
        return None
    return read


def _admission(line: str) -> Common | None:
    found = _ADMISSION(line)
    if found is None:
        return None
    at, desk, official, holder, right, round_, types, voter, seq = found.groups()
    event = PapersIssued(
        int(round_), int(voter), tuple(types.split('","')), "own" if right == "own" else "proxy", int(holder or 0)
    )
    return Common(int(seq), at, official, desk, event)


def _arrival(line: str) -> Common | None:
    found = _ARRIVAL(line)
    if found is None:
        return None
    at, desk, official, voter, seq = found.groups()
    return Common(int(seq), at, official, desk, Arrived(int(voter)))
