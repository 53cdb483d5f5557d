"""Strict reading of a plan's tables: every key is asked for by name, a key nobody asked for is a fault, none stops.

A wrong value reads as an empty one, so that reading goes on and all faults are told together; whoever reads must look
at ``faults`` before using anything.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast

from central.faults import PlanFault
from shared.election import Text

ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
COLOUR: Final = re.compile(r"#[0-9a-f]{6}|[a-z]{3,20}")
MAX_WORDS: Final = 200  # characters
Value = TypeVar("Value")


class Fields:
    """One table of the file at ``path``; faults of all tables gather in one list."""

    def __init__(self, table: Mapping[str, Any], path: str, faults: list[PlanFault]) -> None:
        self._left = dict(table)
        self._given = frozenset(table)
        self.path = path
        self.faults = faults

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        return key in self._given

    def fault(self, where: str, code: str, /, **facts: Any) -> None:
        """``where``: a key of this table, or "" for the table as a whole."""
        self.faults.append(PlanFault(self.at(where) if where else self.path, code, facts))

    def words(self, key: str, default: str | None = None) -> str:
        """A non-empty line of text, trimmed; empty only where that is the default."""
        value = self._take(key, default)
        if isinstance(value, str) and (value.strip() or value == default) and len(value) <= MAX_WORDS:
            return value.strip()
        return self._wrong(key, "plan_not_words", "")

    def id(self, key: str = "id", default: str | None = None) -> str:
        value = self._take(key, default)
        if isinstance(value, str) and ID.fullmatch(value):
            return value
        return self._wrong(key, "plan_not_an_id", "")

    def number(self, key: str, default: int | None = None, *, least: int = 0, most: int = 10**9) -> int:
        value = self._take(key, default)
        if type(value) is int and least <= value <= most:
            return value
        return self._wrong(key, "plan_not_a_number", least, least=least, most=most)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._take(key, default)
        return value if isinstance(value, bool) else self._wrong(key, "plan_not_a_flag", default)

    def day(self, key: str) -> str:
        """A date, written as a date of TOML or as text; "" when wrong."""
        value = self._take(key, None)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, str) and _is_day(value):
            return value
        return self._wrong(key, "plan_not_a_day", "")

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self._take(key, default)
        if value in choices:
            return cast(str, value)
        return self._wrong(key, "plan_not_a_choice", choices[0], choices=" / ".join(choices))

    def list_of_words(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Texts or whole numbers, as text: groups are often bare numbers."""
        value = self._take(key, default)
        if isinstance(value, list | tuple) and all(type(each) in (str, int) and str(each).strip() for each in value):
            return tuple(str(each).strip() for each in value)
        return self._wrong(key, "plan_not_a_list", ())

    def list_of_people(self, key: str) -> tuple[str | int, ...]:
        """Names, or roll numbers."""
        value = self._take(key, ())
        if isinstance(value, list | tuple) and all(_is_person(each) for each in value):
            return tuple(value)
        return self._wrong(key, "plan_not_a_list", ())

    def person(self, key: str, default: str | int | None = None) -> str | int:
        """A roll number, or a name."""
        value = self._take(key, default)
        return cast(str | int, value) if _is_person(value) else self._wrong(key, "plan_not_a_person", "")

    def both(self, key: str) -> Text:
        """Words in both languages: ``{ zh = "…", en = "…" }``, or one text that serves for both."""
        value = self._take(key, None)
        if isinstance(value, str) and value.strip():
            return Text(value.strip(), value.strip())
        if isinstance(value, dict):
            inner = Fields(value, self.at(key), self.faults)
            text = Text(inner.words("zh"), inner.words("en"))
            inner.done()
            return text
        return self._wrong(key, "plan_not_words", Text("", ""))

    def colour(self, key: str) -> str:
        """A CSS colour: a plain name, or # and six hex digits."""
        value = self._take(key, None)
        if isinstance(value, str) and COLOUR.fullmatch(value):
            return value
        return self._wrong(key, "plan_not_a_colour", "")

    def table(self, key: str, *, required: bool = True) -> "Fields":
        value = self._take(key, None if required else {})
        if isinstance(value, dict):
            return Fields(value, self.at(key), self.faults)
        return self._wrong(key, "plan_not_a_table", Fields({}, self.at(key), []))

    def tables(self, key: str, *, required: bool = True) -> list["Fields"]:
        value = self._take(key, None if required else [])
        if isinstance(value, list) and (value or not required) and all(isinstance(each, dict) for each in value):
            return [Fields(each, f"{self.at(key)}[{place}]", self.faults) for place, each in enumerate(value, start=1)]
        return self._wrong(key, "plan_not_a_table", [])

    def all_words(self) -> dict[str, str]:
        """Every key that was not asked for, each with a line of text."""
        return {key: self.words(key) for key in sorted(self._left)}

    def raw(self, key: str) -> dict[str, Any]:
        """A table handed on as it is, to a reader of its own."""
        value = self._take(key, {})
        return value if isinstance(value, dict) else self._wrong(key, "plan_not_a_table", {})

    def done(self) -> None:
        """To be called when every key has been asked for."""
        for key in self._left:
            self.fault(key, "plan_key_unknown", key=key)
        self._left = {}

    def _take(self, key: str, default: Any) -> Any:
        return self._left.pop(key, default)

    def _wrong(self, key: str, code: str, instead: Value, **facts: Any) -> Value:
        self.fault(key, code if self.has(key) else "plan_key_missing", key=key, **facts)
        return instead


def _is_person(value: Any) -> bool:
    return (isinstance(value, str) and bool(value.strip())) or (type(value) is int and value >= 0)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
