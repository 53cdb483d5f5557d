"""Rights used twice, over all books of a unit: both sides' evidence, and what the second side could have known. Pure.

Which use came first no clock decides. What tells an accident from carelessness is ``ctx``, the heads of other logs that
an admission names: whoever names a head that includes the other use had seen it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shared.book import Admission
from shared.chain import Head
from shared.state import State

Knowledge = Literal["apart", "first_knew", "second_knew", "same_log"]
Ctx = Callable[[Admission], tuple[Head, ...]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One right with more than one live use, in a fixed order. ``knowledge`` is about the first two of them."""

    round: int
    voter: int
    uses: tuple[Admission, ...]
    knowledge: Knowledge

    @property
    def id(self) -> str:
        return f"right/{self.round}/{self.voter}"


def conflicts(state: State, ctx: Ctx) -> list[Conflict]:
    """Every right used twice. ``ctx`` gives the heads that an admission's line names."""
    return [
        Conflict(uses[0].round, uses[0].voter, tuple(uses), knowledge(uses[0], uses[1], ctx))
        for uses in state.doubles()
    ]


def knowledge(first: Admission, second: Admission, ctx: Ctx) -> Knowledge:
    """Whether one side had the other's use in front of it when it admitted."""
    if first.device == second.device:
        return "same_log"
    if _saw(ctx(first), second):
        return "first_knew"
    return "second_knew" if _saw(ctx(second), first) else "apart"


def _saw(heads: tuple[Head, ...], other: Admission) -> bool:
    return any(
        head.device == other.device and head.epoch == other.epoch and head.through >= other.seq for head in heads
    )
