"""Finding people on the roll as the desk types them, in memory: the index is built once for a roll.

Found by roll number, last four characters of the identity number, household number, name or part of it, pinyin or its
initials. What fits exactly comes first, then what begins so, then what holds it somewhere; within each, roll order.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from shared.roll import Roll, Voter

LAST: Final = "\U0010ffff"  # after every text that begins in the same way


def find(roll: Roll, query: str) -> list[Voter]:
    """Everybody who fits, best first; nobody for an empty query. The screens show the first twenty and the number."""
    typed = _plain(query)
    return index(roll).find(typed) if typed else []


@lru_cache(maxsize=4)
def index(roll: Roll) -> "Index":
    """The index of a roll; asking for it at the start saves the first search the wait (about a second for 100,000)."""
    return Index(roll)


class Index:
    """Sorted keys for beginnings, one list a character for parts of names, one text for parts of pinyin."""

    def __init__(self, roll: Roll) -> None:
        self._voters: Final = sorted(roll, key=lambda voter: voter.no)
        self._names: Final = [_plain(voter.name) for voter in self._voters]
        self._exact: Final[dict[str, list[int]]] = defaultdict(list)
        self._holding: Final[dict[str, list[int]]] = defaultdict(list)
        keys = []
        for place, voter in enumerate(self._voters):
            keys += [(key, place) for key in self._keys_of(place, voter)]
            for character in dict.fromkeys(self._names[place]):
                self._holding[character].append(place)
        keys.sort()
        self._keys: Final = [key for key, _ in keys]
        self._places: Final = [place for _, place in keys]
        self._latin, self._starts, self._latin_places = _joined(keys)

    def find(self, typed: str) -> list[Voter]:
        found = dict.fromkeys(self._exact.get(typed, ()))
        found.update(dict.fromkeys(sorted(self._beginning(typed))))
        found.update(dict.fromkeys(sorted(self._within(typed))))
        return [self._voters[place] for place in found]

    def _keys_of(self, place: int, voter: Voter) -> list[str]:
        """What a search may begin with; numbers that are never typed in part count as exact only."""
        begun = [self._names[place], *voter.keys, *([_plain(voter.household)] if voter.household else [])]
        for key in dict.fromkeys([str(voter.no), _plain(voter.last4), *begun]):
            if key:
                self._exact[key].append(place)
        return begun

    def _beginning(self, typed: str) -> Iterable[int]:
        low = bisect_left(self._keys, typed)
        return set(self._places[low : bisect_right(self._keys, typed + LAST)])

    def _within(self, typed: str) -> Iterable[int]:
        if typed.isascii():
            return set(self._within_latin(typed)) if typed.isalpha() and len(typed) > 1 else ()
        rarest = min((self._holding.get(character, []) for character in typed), key=len)
        return rarest if len(typed) == 1 else (place for place in rarest if typed in self._names[place])

    def _within_latin(self, typed: str) -> Iterator[int]:
        for hit in re.finditer(re.escape(typed), self._latin):
            yield self._latin_places[bisect_right(self._starts, hit.start()) - 1]


def _joined(keys: Iterable[tuple[str, int]]) -> tuple[str, list[int], list[int]]:
    """All pinyin keys as one text, where each begins, and whose it is."""
    parts, starts, places, end = [], [], [], 0
    for key, place in keys:
        if key.isascii() and key.isalpha():
            parts.append(key)
            starts.append(end)
            places.append(place)
            end += len(key) + 1
    return "\n".join(parts), starts, places


def _plain(text: str) -> str:
    """Full-width digits and letters as their plain ones, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
