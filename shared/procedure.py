"""The legal script of an election as data: rounds, thresholds, how a contest is won, and every parameter that differs.

A `Threshold` is (measure, fraction, comparator, base). The bases of the documents differ (eligible, expected, present,
cast, valid, issued) and so do ">" and "≥"; none of them is written into code. All arithmetic is in integers.
Presets stand in ``shared/presets/*.toml``; each value names its source, or is marked as one the office must confirm.
"""

from dataclasses import dataclass, field
from typing import Literal

Base = Literal["eligible", "expected", "present", "cast", "valid", "issued"]
Measure = Literal["present", "cast", "votes"]
Comparator = Literal[">", ">="]
RoundKind = Literal["main", "repeat", "rerun"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """``measure`` must be ``comparator`` ``numerator``/``denominator`` of ``base``; ``source``: which rule asks it."""

    measure: Measure
    numerator: int
    denominator: int
    comparator: Comparator
    base: Base
    source: Text

    def met(self, measured: int, base: int) -> bool:
        """Exact in integers: 120 of 239 is more than half, 120 of 240 is not."""
        left, right = measured * self.denominator, base * self.numerator
        return left > right if self.comparator == ">" else left >= right

    def least(self, base: int) -> int:
        """The smallest whole number that meets the threshold on ``base``."""
        quotient, rest = divmod(base * self.numerator, self.denominator)
        if self.comparator == ">":
            return quotient + 1
        return quotient + (1 if rest else 0)


@dataclass(frozen=True, slots=True)
class RoundRule:
    """What one kind of round asks: when it is valid, and when a name in it is elected."""

    kind: RoundKind
    validity: tuple[Threshold, ...]
    win: tuple[Threshold, ...]
    void_when_over: Literal["issued", "rights"]
    source: Text


@dataclass(frozen=True, slots=True)
class Parameters:
    """What law or office sets differently from place to place.

    ``proxies_per_holder``: most entrusted rights one person may use. ``proxy_needs_publication``: only a proxy on the
    published list counts. ``candidate_may_hold_proxy``. ``roaming_witnesses``: fewest people who go with a box.
    ``pile_minimum``: fewest papers called or reported apart (never under 5). ``sheet_minimum``: fewest papers on a
    tally sheet. ``sub_venue``: whether another station counts by itself or hands its sealed boxes to the lead.
    """

    proxies_per_holder: int
    proxy_needs_publication: bool
    candidate_may_hold_proxy: bool
    roaming_witnesses: int
    pile_minimum: int = 10
    sheet_minimum: int = 10
    sub_venue: Literal["count", "hand_over"] = "count"
    write_in: bool = True


@dataclass(frozen=True, slots=True)
class Procedure:
    """One preset with its parameters filled in. ``sources``: parameter name -> where its value comes from."""

    preset: str
    rounds: tuple[RoundRule, ...]
    parameters: Parameters
    sources: dict[str, str] = field(default_factory=dict)

    def rule(self, kind: RoundKind) -> RoundRule:
        return next(rule for rule in self.rounds if rule.kind == kind)
