"""One line of a log: what happened, when, by whom; its bytes are kept for ever as they were written.

``salt`` stands exactly where the line names a voter: 16 random bytes, so that the digest of a line that is left out of
the public archive cannot be guessed back from the roll. ``ctx`` holds the heads of other logs that were known.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from shared import canonical, codec
from shared.chain import Head
from shared.codec import Form
from shared.errors import Refusal

MOST_OFFICIALS: Final = 2

Moment = Annotated[str, Form(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")]
TypeName = Annotated[str, Form(r"[a-z][a-z_]{0,31}\.[a-z][a-z_]{0,31}")]
Salt = Annotated[str, Form(r"[0-9a-f]{32}")]


@dataclass(frozen=True, slots=True)
class By:
    """An official, and the desk (or the device) where they stood."""

    official: str
    desk: str


@dataclass(frozen=True, slots=True)
class Line:
    """``seq`` counts from 1 in each epoch; ``at`` is RFC 3339 with offset; ``by`` names two for a two-person act."""

    seq: int
    at: Moment
    type: TypeName
    by: tuple[By, ...]
    data: dict[str, Any]
    ctx: tuple[Head, ...] = ()
    salt: Salt = ""


def write(line: Line) -> bytes:
    """The bytes of a line, without the end of line. A line that nobody could read back is our bug: `ValueError`."""
    value = codec.write(line)
    try:
        _hold(codec.read(Line, value))
    except Refusal as unreadable:
        raise ValueError("nobody could read this line") from unreadable
    return canonical.encode(value)


def read(data: bytes) -> Line:
    """Refuses with ``not_canonical``, ``too_deep``, ``bad_field`` (unknown or missing fields, wrong form)."""
    line = codec.read(Line, canonical.decode(data))
    _hold(line)
    return line


def _hold(line: Line) -> None:
    if line.seq < 1:
        raise Refusal("bad_field", field="Line.seq")
    if not 1 <= len(line.by) <= MOST_OFFICIALS:
        raise Refusal("bad_field", field="Line.by")
    hold_moment(line.at, "Line.at")


def hold_moment(at: str, field: str) -> None:
    """Refuses, under the name of the field, a day or an hour that does not exist."""
    try:
        datetime.fromisoformat(at)
    except ValueError:
        raise Refusal("bad_field", field=field) from None
