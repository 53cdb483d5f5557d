"""What is wrong in a roll or a plan that the office brings: every fault at once, each where the office finds it.

A fault is a code of the one table with its facts, like a refusal, but a list of them is one answer: `Faulty`. Facts
name rows, columns and counts; they hold no name and no number of a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.errors import TABLE, Language, Refusal


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that a person must settle. ``row`` is the number at the left edge of the office's own program."""

    row: int
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _known(self.code)

    def sentence(self, language: Language = "zh") -> str:
        return Refusal(self.code, row=self.row, **self.facts).sentence(language)

    def advice(self, language: Language = "zh") -> str:
        return Refusal(self.code, row=self.row, **self.facts).advice(language)


@dataclass(frozen=True, slots=True)
class Mend(RowFault):
    """Something mended without doubt, and told."""


@dataclass(frozen=True, slots=True)
class PlanFault:
    """Something wrong in a plan at ``path``, e.g. ``candidates[2].voter``."""

    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _known(self.code)

    def sentence(self, language: Language = "zh") -> str:
        return Refusal(self.code, path=self.path, **self.facts).sentence(language)

    def advice(self, language: Language = "zh") -> str:
        return Refusal(self.code, path=self.path, **self.facts).advice(language)


def _known(code: str) -> None:
    if code not in TABLE:
        raise KeyError(f"no fault is called {code!r}")


class Faulty(Refusal):
    """Refused with every fault listed: ``roll_faulty`` or ``plan_faulty``; ``count`` is how many there are."""

    def __init__(self, code: str, faults: Iterable[RowFault | PlanFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(code, count=len(self.faults))
