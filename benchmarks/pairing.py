"""Two ways measured in turn, so that a machine that slows down or warms up tells on both alike.

Only the ratio travels from machine to machine; the rates are for orientation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

LEAST_PAIRS: Final = 5

Rate = Callable[[], float]


class NotRun(Exception):
    """This machine cannot run a benchmark; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """``ratio`` is the median of the pairs' ratios; ``ours`` and ``baseline`` are the medians of the rates."""

    ratio: float
    ours: float
    baseline: float
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one benchmark found, and further figures for orientation (``p99_ms`` and the like)."""

    ratio: Ratio
    more: dict[str, float | int | str]


def alternate(ours: Rate, baseline: Rate, pairs: int = LEAST_PAIRS) -> Ratio:
    """Ours, baseline, ours, baseline … Each call does its whole work and gives a rate, higher being better.

    Fewer than five pairs are our own mistake.
    """
    if pairs < LEAST_PAIRS:
        raise ValueError(f"{pairs} pairs are too few for a median; take {LEAST_PAIRS} or more")
    rates = [(ours(), baseline()) for _ in range(pairs)]
    return Ratio(
        ratio=median(our / base for our, base in rates),
        ours=median(our for our, _ in rates),
        baseline=median(base for _, base in rates),
        pairs=pairs,
    )
