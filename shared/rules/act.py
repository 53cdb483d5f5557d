"""An act: an event about to happen, or one that did, with who did it and where. What the rules look at.

One of each is made for every event that is judged, so they are tuples, which are made three times as quickly.
"""

from typing import NamedTuple

from shared.book import Book, PaperBook, RoundBook
from shared.election import Setup, Station
from shared.events import Event
from shared.ledger import lead_page
from shared.state import State


class By(NamedTuple):
    official: str
    desk: str


class Act(NamedTuple):
    """``event`` is or would be number ``seq`` of ``device``'s ``epoch``; ``by`` holds one official, or two.
    ``station``: which station certified the device, where it is a phone: its first acts come before it has the
    station's log."""

    event: Event
    by: tuple[By, ...]
    device: str
    epoch: str
    seq: int
    station: str = ""


class Bench(NamedTuple):
    """What every rule judges against: the act's own book and station, all books in front of it, and the set-up.
    ``book`` is empty, and not part of the state, where nothing was written yet: looking does not begin one."""

    act: Act
    state: State
    setup: Setup
    station: Station
    book: Book

    @property
    def is_phone(self) -> bool:
        return self.act.device != self.station.device

    @property
    def is_lead(self) -> bool:
        return self.station.lead and not self.is_phone

    def page(self, number: int) -> RoundBook:
        """This log's page of a round, empty if nothing was written on it; looking does not begin one."""
        return self.book.rounds.get(number) or RoundBook()

    def orders(self, number: int) -> RoundBook:
        """The lead's page of a round, as far as it is in front of this station."""
        return lead_page(self.state, self.setup, number) or RoundBook()

    def paper(self, number: int, kind: str) -> PaperBook:
        return self.page(number).paper.get(kind) or PaperBook()
