"""The commonest line of all, read quickly: an admission at a desk, written by the one form that the format allows.

A canonical line has one spelling, so a pattern that allows nothing else says the same as decoding, printing again and
reading field by field, at a fraction of the cost. Whatever the pattern does not know takes the long way, and so does
all that may have to be refused; a test holds both ways equal.
"""

import re
from datetime import datetime
from typing import Final, NamedTuple

from shared.events import PapersIssued

# Shorter texts and smaller numbers than the format holds, so that nothing at its edges is decided here.
_TEXT: Final = r'[^"\\\x00-\x1f]{0,400}'
_COUNT: Final = r"0|[1-9][0-9]{0,14}"
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_MATCH: Final = re.compile(
    rf'\{{"at":"({_MOMENT})","by":\[\{{"desk":"({_TEXT})","official":"({_TEXT})"\}}\],"data":\{{"right":"(own|proxy)",'
    rf'"round":({_COUNT}),"types":\["({_TEXT}(?:","{_TEXT})*)"\],"voter":({_COUNT})\}},"salt":"[0-9a-f]{{32}}",'
    r'"seq":([1-9][0-9]{0,14}),"type":"papers\.issued"\}'
).fullmatch


class Admitted(NamedTuple):
    """What the line says. It carries a salt, as a line that names a voter must."""

    seq: int
    at: str
    official: str
    desk: str
    event: PapersIssued


def admission(raw: bytes) -> Admitted | None:
    """None where the long way must be taken."""
    try:
        found = _MATCH(raw.decode())
        if found is None:
            return None
        at, desk, official, right, round_, types, voter, seq = found.groups()
        datetime.fromisoformat(at)
    except ValueError:  # no UTF-8, or no day of the calendar: refused on the long way
        return None
    event = PapersIssued(int(round_), int(voter), tuple(types.split('","')), "own" if right == "own" else "proxy")
    return Admitted(int(seq), at, official, desk, event)
