"""Finding people on the roll as the desk types them, in memory: the index is built once for a roll.

Found by roll number, last four characters of the identity number, household number, name or part of it, pinyin or its
initials. What fits exactly comes first, then what begins so, then what holds it somewhere; within each, roll order.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import Final, overload

from shared.roll import Roll, Voter

LAST: Final = "\U0010ffff"  # after every text that begins in the same way
LEAST_WITHIN: Final = 2  # letters; one letter is in half of all pinyin


class Found(Sequence[Voter]):
    """Everybody who fits, best first. Only as many are put in order as somebody looks at: of 12,000 people of one
    surname, the first twenty."""

    def __init__(self, voters: Sequence[Voter], ranks: Sequence[set[int]]) -> None:
        self._voters = voters
        self._ranks = ranks

    def __len__(self) -> int:
        return sum(map(len, self._ranks))

    @overload
    def __getitem__(self, wanted: int) -> Voter: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Voter]: ...
    def __getitem__(self, wanted: int | slice) -> Voter | list[Voter]:
        if isinstance(wanted, slice):
            _, stop, _ = wanted.indices(len(self))
            return self._first(stop)[wanted]
        if not 0 <= wanted < len(self):
            raise IndexError(wanted)
        return self._first(wanted + 1)[wanted]

    def __iter__(self) -> Iterator[Voter]:
        return iter(self._first(len(self)))

    def _first(self, number: int) -> list[Voter]:
        places: list[int] = []
        for rank in self._ranks:
            wanted = number - len(places)
            if wanted > 0:
                places += nsmallest(wanted, rank) if wanted < len(rank) else sorted(rank)
        return [self._voters[place] for place in places]


def find(roll: Roll, query: str) -> Found:
    """Everybody who fits; nobody for an empty query."""
    return index(roll).find(_plain(query))


@lru_cache(maxsize=4)
def index(roll: Roll) -> "Index":
    """The index of a roll; asking for it at the start saves the first search the wait (a second for 100,000)."""
    return Index(roll)


class Index:
    """``exact`` and ``begun``: key -> places in roll order; ``holding``: a character of a name -> places."""

    def __init__(self, roll: Roll) -> None:
        self._voters: Final = sorted(roll, key=lambda voter: voter.no)
        self._names: Final = [_plain(voter.name) for voter in self._voters]
        self._exact: Final[dict[str, list[int]]] = defaultdict(list)
        self._begun: Final[dict[str, list[int]]] = defaultdict(list)
        self._holding: Final[dict[str, list[int]]] = defaultdict(list)
        for place, voter in enumerate(self._voters):
            self._add(place, voter)
        self._keys: Final = sorted(self._begun)
        self._latin: Final = [key for key in self._keys if key.isascii() and key.isalpha()]
        self._text: Final = "\n".join(self._latin)
        self._starts: Final = list(_starts(self._latin))

    def find(self, typed: str) -> Found:
        if not typed:
            return Found(self._voters, ())
        exact = set(self._exact.get(typed, ()))
        begun = self._beginning(typed)
        within = set(self._within(typed))
        begun -= exact
        within -= exact
        within -= begun
        return Found(self._voters, (exact, begun, within))

    def _add(self, place: int, voter: Voter) -> None:
        """Roll number and last four characters are typed whole; the rest may be typed in part."""
        begun = dict.fromkeys((self._names[place], *voter.keys, _plain(voter.household)))
        for key in begun:
            self._begun[key].append(place)
        for key in dict.fromkeys((str(voter.no), _plain(voter.last4), *begun)):
            self._exact[key].append(place)
        for character in dict.fromkeys(self._names[place]):
            self._holding[character].append(place)

    def _beginning(self, typed: str) -> set[int]:
        low, high = bisect_left(self._keys, typed), bisect_right(self._keys, typed + LAST)
        return set().union(*(self._begun[key] for key in self._keys[low:high]))

    def _within(self, typed: str) -> Iterable[int]:
        if typed.isascii():
            return self._within_latin(typed) if typed.isalpha() and len(typed) >= LEAST_WITHIN else ()
        rarest = min((self._holding.get(character, []) for character in typed), key=len)
        return rarest if len(typed) == 1 else [place for place in rarest if typed in self._names[place]]

    def _within_latin(self, typed: str) -> set[int]:
        """Keys that hold it after their first letter; those that begin with it are found already."""
        hits = (hit.start() for hit in re.finditer(f"(?<=[a-z]){re.escape(typed)}", self._text))
        keys = (self._latin[bisect_right(self._starts, hit) - 1] for hit in hits)
        return set().union(*(self._begun[key] for key in keys))


def _starts(keys: Iterable[str]) -> Iterator[int]:
    """Where each key begins in the text of them all."""
    end = 0
    for key in keys:
        yield end
        end += len(key) + 1


def _plain(text: str) -> str:
    """Full-width digits and letters as their plain ones, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
