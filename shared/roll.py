"""The roll of one unit: who may vote, by roll number. Names live here and in no event.

A roll number names one person for ever: it is never reused and never renumbered. Of the birth date only the year is
kept, of the identity number only the last four characters (design: as little personal data as the desk needs).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voter:
    """One entry. ``group`` is the villagers' group shown to people; ``electorates`` are the electorate groups by id."""

    no: int
    name: str
    sex: str  # "m", "f" or "" where the office did not say
    birth_year: int  # 0 where the office did not say
    group: str
    household: str
    householder: str
    last4: str
    address: str
    remark: str
    home: str  # id of the station that holds this entry's right
    electorates: tuple[str, ...] = ("voters",)
    keys: tuple[str, ...] = ()  # pinyin readings and initials to search by, made at import

    def label(self) -> str:
        """How the desk tells two people of one name apart, never by the full identity number."""
        return " · ".join(part for part in (self.name, self.group, self.household, str(self.birth_year)) if part)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A registered written proxy: ``holder`` may use the right of ``principal`` (both roll numbers of one unit)."""

    principal: int
    holder: int
    relation: str
    published: bool


class Roll:
    """All entries of a unit, looked up by roll number."""

    def __init__(self, voters: Iterable[Voter]) -> None:
        self._by_no = {voter.no: voter for voter in voters}

    def __iter__(self) -> Iterator[Voter]:
        return iter(self._by_no.values())

    def __len__(self) -> int:
        return len(self._by_no)

    def __contains__(self, no: object) -> bool:
        return no in self._by_no

    def get(self, no: int) -> Voter | None:
        return self._by_no.get(no)

    def __getitem__(self, no: int) -> Voter:
        return self._by_no[no]
