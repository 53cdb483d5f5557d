"""What is on the papers that lie in the boxes: invented, anonymous, the same for the same seed.

Nothing here knows a voter. Papers are made by the pile, after the boxes were counted, so a rehearsal cannot tie a mark
to a person any more than the product can.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VOID_IN_A_THOUSAND: Final = 9
BLANK_IN_A_THOUSAND: Final = 6


@dataclass(frozen=True, slots=True)
class Marked:
    """One contest on one paper: the names on it, or why it is void; nothing of either is a blank."""

    names: tuple[str, ...] = ()
    void: str = ""


def single(papers: int, chances: Sequence[tuple[str, int]], dice: random.Random) -> list[Marked]:
    """``papers`` papers of a contest for one seat; ``chances``: candidate -> weight."""
    names = [name for name, _ in chances]
    weights = [weight for _, weight in chances]
    return [_spoil(dice) or Marked((dice.choices(names, weights)[0],)) for _ in range(papers)]


def several(papers: int, chances: Sequence[tuple[str, int]], seats: int, dice: random.Random) -> list[Marked]:
    """``papers`` papers on which up to ``seats`` names may stand; ``chances``: candidate -> percent who name them."""
    return [_spoil(dice) or _few(chances, seats, dice) for _ in range(papers)]


def _few(chances: Sequence[tuple[str, int]], seats: int, dice: random.Random) -> Marked:
    named = [name for name, percent in chances if dice.randrange(100) < percent]
    if len(named) > seats:
        named = dice.sample(named, seats)
    return Marked(tuple(sorted(named)) or (chances[0][0],))


def _spoil(dice: random.Random) -> Marked | None:
    roll = dice.randrange(1000)
    if roll < VOID_IN_A_THOUSAND:
        return Marked(void=dice.choice(("over", "unreadable")))
    return Marked() if roll < VOID_IN_A_THOUSAND + BLANK_IN_A_THOUSAND else None


def level(papers: list[Marked], first: str, second: str) -> None:
    """Turn just as many papers as it takes for ``first`` and ``second`` to have the same number of votes."""
    lead = votes(papers, first) - votes(papers, second)
    if lead < 0:
        first, second, lead = second, first, -lead
    for place, paper in enumerate(papers):
        if lead >= 2 and first in paper.names and second not in paper.names:
            papers[place] = Marked(tuple(sorted(second if name == first else name for name in paper.names)))
            lead -= 2
        elif lead == 1 and first in paper.names and len(paper.names) > 1:
            papers[place] = Marked(tuple(name for name in paper.names if name != first))
            lead -= 1
    if lead:
        raise ValueError(f"{len(papers)} papers are too few to level {first} and {second}")


def votes(papers: Sequence[Marked], name: str) -> int:
    return sum(1 for paper in papers if name in paper.names)
