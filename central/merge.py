"""Rights used twice, over all books of a unit: both sides' evidence, and what the second side could have known. Pure.

Which use came first no clock decides. What tells an accident from carelessness is how far the other use had come: an
admission names in ``ctx`` the heads of other logs that its station had received, and ``log.taken`` before it says which
of them its state knew. What was received may not have been taken in yet, and then no rule could hold it back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.book import Admission
from shared.chain import Head
from shared.state import State

Knowledge = Literal["apart", "first_received", "first_knew", "second_received", "second_knew", "same_log"]


@dataclass(frozen=True, slots=True)
class Known:
    """The heads of other logs that a station had at an admission: ``received`` (its ``ctx``), and ``taken`` into its
    state before. ``epochs``: device -> epochs of its log in their order, for a later one includes all before it."""

    received: tuple[Head, ...] = ()
    taken: tuple[Head, ...] = ()
    epochs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def includes(self, heads: tuple[Head, ...], use: Admission) -> bool:
        """Whether one of the heads lies at or after a use."""
        order = self.epochs.get(use.device, (use.epoch,))
        return any(
            (order.index(head.epoch), head.through) >= (order.index(use.epoch), use.seq)
            for head in heads
            if head.device == use.device and head.epoch in order and use.epoch in order
        )


KnownAt = Callable[[Admission], Known]


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


def conflicts(state: State, known: KnownAt) -> list[Conflict]:
    """Every right used twice. ``known`` gives what a station had of other logs at an admission."""
    return [
        Conflict(uses[0].round, uses[0].voter, tuple(uses), knowledge(uses[0], uses[1], known))
        for uses in state.doubles()
    ]


def knowledge(first: Admission, second: Admission, known: KnownAt) -> Knowledge:
    """Whether one side knew of the other's use when it admitted, had only received it, or neither."""
    if first.device == second.device:
        return "same_log"
    of_first, of_second = known(first), known(second)
    if of_first.includes(of_first.taken, second):
        return "first_knew"
    if of_second.includes(of_second.taken, first):
        return "second_knew"
    if of_first.includes(of_first.received, second):
        return "first_received"
    return "second_received" if of_second.includes(of_second.received, first) else "apart"
