"""Frozen dataclass <-> canonical value, strictly and in one way only.

A field that equals its default is left out, and a value that writes it out is refused: one fact has one byte string.
``int`` means a count (0 or more, below 2^53); `Signed` may be negative. Unknown or missing fields are refused.
``bytes`` are standard base64. Text that must look a certain way is ``Annotated[str, Form(...)]``, as `Hash`. A field
whose name differs on the wire has the metadata ``{"name": ...}``. ``Any`` is any value that `shared.canonical` holds.
"""

import re
import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from shared.canonical import from_base64, to_base64
from shared.errors import Refusal

T = TypeVar("T")
Signed = NewType("Signed", int)
LONGEST_TEXT = 2_000
LARGEST = 2**53 - 1

Reader = Callable[[Any], Any]


class Form:
    """What the whole of a text must match."""

    def __init__(self, pattern: str) -> None:
        self.matches: Final = re.compile(pattern, re.ASCII).fullmatch


Hash = Annotated[str, Form(r"[0-9a-f]{64}")]
Epoch = Annotated[str, Form(r"[0-9a-f]{32}")]
KeyId = Annotated[str, Form(r"[a-z2-7]{51}[aq]")]
ElectionId = Annotated[str, Form(r"[a-z0-9][a-z0-9-]{0,31}")]
UnitId = Annotated[str, Form(r"[a-z0-9][a-z0-9-]{0,31}/[a-z0-9][a-z0-9-]{0,31}")]


def read(kind: type[T], value: object) -> T:
    """The dataclass ``kind`` that ``value`` (decoded JSON) says; refuses ``bad_field`` with the field's name."""
    reader: Callable[[object], T] = _dataclass_reader(cast(Hashable, kind))
    return reader(value)


def write(fact: Any) -> dict[str, Any]:
    """The canonical value of a frozen dataclass; defaults left out."""
    plain: dict[str, Any] = {}
    for attribute, name, default in _defaults(cast(Hashable, type(fact))):
        value = getattr(fact, attribute)
        if value != default:
            plain[name] = _plain(value)
    return plain


@cache
def _defaults(kind: Hashable) -> tuple[tuple[str, str, Any], ...]:
    """(attribute, name on the wire, default) of each field."""
    return tuple((one.name, one.metadata.get("name", one.name), _default(one)) for one in fields(cast(Any, kind)))


def _plain(value: Any) -> Any:
    if value is None:
        raise ValueError("None has no canonical value; make it the field's default")
    if is_dataclass(value):
        return write(value)
    if isinstance(value, bytes):
        return to_base64(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return MISSING


@cache
def _dataclass_reader(kind_: Hashable) -> Reader:
    kind = cast(type, kind_)
    hints = get_type_hints(kind, include_extras=True)
    plan = tuple((there, name, _reader(hints[there]), default) for there, name, default in _defaults(kind_))
    known = frozenset(name for _, name, _, _ in plan)
    required = sum(1 for _, _, _, default in plan if default is MISSING)

    def reader(value: Any) -> Any:
        if type(value) is not dict or len(value) < required:
            raise Refusal("bad_field", field=kind.__name__)
        given = {}
        for attribute, name, read_one, default in plan:
            if name in value:
                try:
                    found = read_one(value[name])
                except _Wrong as wrong:
                    raise Refusal("bad_field", field=f"{kind.__name__}.{name}") from wrong
                if found == default:
                    raise Refusal("bad_field", field=f"{kind.__name__}.{name}")
                given[attribute] = found
            elif default is MISSING:
                raise Refusal("bad_field", field=f"{kind.__name__}.{name}")
        if len(given) != len(value):
            raise Refusal("bad_field", field=f"{kind.__name__}.{min(set(value) - known)}"[:100])
        return kind(**given)

    return reader


class _Wrong(Exception):
    """A value of the wrong shape; its field is named by the reader that called."""


def _reader(hint: Any) -> Reader:
    simple = {int: _count, Signed: _signed, str: _text, bool: _flag, bytes: _bytes, Any: _any}.get(hint)
    if simple is not None:
        return simple
    if is_dataclass(hint):
        return _dataclass_reader(cast(Hashable, hint))
    return _compound(hint)


def _compound(hint: Any) -> Reader:
    origin = get_origin(hint)
    if origin is Annotated:
        return _formed(hint.__metadata__[0])
    if origin is Literal:
        return _choice(frozenset(get_args(hint)))
    if origin is tuple:
        return _many(_reader(get_args(hint)[0]))
    if origin is dict:
        return _mapping(_reader(get_args(hint)[1]))
    if origin in (Union, types.UnionType):
        return _reader(next(one for one in get_args(hint) if one is not type(None)))
    raise TypeError(f"no reader for {hint!r}")


def _count(value: Any) -> Any:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise _Wrong
    return value


def _signed(value: Any) -> Any:
    if type(value) is not int or not -LARGEST <= value <= LARGEST:
        raise _Wrong
    return value


def _text(value: Any) -> Any:
    if type(value) is not str or len(value) > LONGEST_TEXT:
        raise _Wrong
    return value


def _flag(value: Any) -> Any:
    if type(value) is not bool:
        raise _Wrong
    return value


def _bytes(value: Any) -> Any:
    if type(value) is not str:
        raise _Wrong
    return from_base64(value)


def _any(value: Any) -> Any:
    return value


def _formed(form: Form) -> Reader:
    def reader(value: Any) -> Any:
        if type(value) is not str or not form.matches(value):
            raise _Wrong
        return value

    return reader


def _choice(allowed: frozenset[Any]) -> Reader:
    def reader(value: Any) -> Any:
        if type(value) is not str or value not in allowed:
            raise _Wrong
        return value

    return reader


def _many(item: Reader) -> Reader:
    def reader(value: Any) -> Any:
        if type(value) is not list:
            raise _Wrong
        return tuple([item(one) for one in value])

    return reader


def _mapping(item: Reader) -> Reader:
    def reader(value: Any) -> Any:
        if type(value) is not dict:
            raise _Wrong
        return {key: item(one) for key, one in value.items()}

    return reader
