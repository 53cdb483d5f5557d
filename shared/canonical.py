"""Values and their one byte string: the narrow part of JSON in which every printer agrees (RFC 8785, JCS).

Objects with ASCII keys, arrays, text, booleans and whole numbers below 2^53; no fractions, no nulls. There the standard
encoder with sorted keys prints exactly what RFC 8785 asks. A reader refuses whatever would not print back the same, so
that no two programs can read one signed text differently.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final, NoReturn

from shared.errors import Refusal

MOST_DEPTH: Final = 8
LIMIT: Final = 2**53  # whole numbers stay below, in JavaScript too

_SHALLOW: Final = 100  # so few brackets cannot exhaust any stack, however they are nested
_TOKEN: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


class _OutsideError(ValueError):
    """A value that the format cannot hold. ``flaw`` names why, for the receipt."""

    def __init__(self, flaw: str) -> None:
        super().__init__(f"the format does not hold this: {flaw}")
        self.flaw = flaw


def _refuse_fraction(_: str) -> NoReturn:
    raise _OutsideError("fraction")


def _refuse_constant(_: str) -> NoReturn:
    raise _OutsideError("constant")


def _whole(digits: str) -> int:
    if len(digits) > 17:  # before the conversion, whose cost grows with the square of the length
        raise _OutsideError("number")
    return int(digits)


_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
)


def _printer() -> Callable[[Any], str]:
    """The standard encoder, set up once: its own ``encode`` sets up the C part for every call, half of the time."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # a Python without the C part
        return _ENCODER.encode
    parts = make(
        None,
        _ENCODER.default,
        json.encoder.encode_basestring,
        None,
        _ENCODER.key_separator,
        _ENCODER.item_separator,
        _ENCODER.sort_keys,
        _ENCODER.skipkeys,
        _ENCODER.allow_nan,
    )
    return lambda value: "".join(parts(value, 0))


_print: Final = _printer()
_parse: Final[Callable[[str], Any]] = json.JSONDecoder(
    parse_float=_refuse_fraction, parse_constant=_refuse_constant, parse_int=_whole
).decode


def encode(value: Any, *, most_depth: int = MOST_DEPTH) -> bytes:
    """The one byte string of ``value``. A value that it cannot hold is our bug: `ValueError`, `TypeError`."""
    _check(value, most_depth)
    return _print(value).encode()


def decode(data: bytes, *, most_depth: int = MOST_DEPTH) -> Any:
    """Read bytes that must be the one byte string of their value.

    Refuses with ``not_canonical`` (fact ``flaw``) or ``too_deep`` (fact ``most``).
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refusal("not_canonical", flaw="utf8") from None
    if text.count("[") + text.count("{") > _SHALLOW and _deeper(text, most_depth):
        raise Refusal("too_deep", most=most_depth)
    try:
        value = _parse(text)
        _check(value, most_depth)
    except _OutsideError as outside:
        if outside.flaw == "depth":
            raise Refusal("too_deep", most=most_depth) from None
        raise Refusal("not_canonical", flaw=outside.flaw) from None
    except json.JSONDecodeError:
        raise Refusal("not_canonical", flaw="json") from None
    if _print(value) != text:
        raise Refusal("not_canonical", flaw="print")
    return value


def _check(value: Any, depth: int) -> None:
    """Hold the narrow domain. On the path of every event, so most leaves are passed over before the call."""
    kind = type(value)
    if kind is int:
        if not -LIMIT < value < LIMIT:
            raise _OutsideError("number")
    elif kind is dict or kind is list or kind is tuple:
        if not depth:
            raise _OutsideError("depth")
        if kind is dict and not "".join(value).isascii():
            raise _OutsideError("key")
        for item in value.values() if kind is dict else value:
            if type(item) is not str:
                _check(item, depth - 1)
    elif kind is not str and kind is not bool:
        raise _OutsideError("null" if value is None else "kind")


def _deeper(text: str, most: int) -> bool:
    """Whether brackets nest deeper than ``most``, found without nesting: the parser itself would climb its stack."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > most:
                return True
        elif token[0] in "]}":
            depth -= 1
    return False


def to_base64(data: bytes) -> str:
    return b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """Standard base64 with padding, and only the one spelling of it. Refuses with ``not_canonical``."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise Refusal("not_canonical", flaw="base64") from None
    if to_base64(data) != text:  # padding bits that say nothing could otherwise differ
        raise Refusal("not_canonical", flaw="base64")
    return data
