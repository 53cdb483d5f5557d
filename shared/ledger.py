"""The equation: where every paper of a round is, computed from the books, and where it does not close.

Per round and paper type (design: the book that must balance)::

    desk              received = issued at the desk + taken out by teams - brought back + unused
    each roaming box  taken = issued + brought back
    voters            issued = rights used + spoiled + handed back
    boxes             rights used = in boxes + not returned + difference
    each contest      valid + void + blank = counted = in boxes

All figures are whole papers. Cancelled admissions use no right; a right used twice counts as two uses here, because two
sets of papers are out, and as one voter in `participants`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.book import Admission, Book, BoxBook, PaperBook, Pile, RoundBook
from shared.election import Setup
from shared.state import State


@dataclass(frozen=True, slots=True)
class DeskLine:
    """Papers of one type at one station's desk; ``unused`` is 0 until the doors close."""

    station: str
    received: int
    issued: int
    taken: int
    brought_back: int
    unused: int
    closed: bool

    @property
    def left(self) -> int:
        """Papers that should still lie on the desk."""
        return self.received - self.issued - self.taken + self.brought_back

    @property
    def difference(self) -> int:
        """Papers missing at the desk (negative: too many); 0 while the doors are open."""
        return self.left - self.unused if self.closed else 0


@dataclass(frozen=True, slots=True)
class BoxLine:
    """Papers of one type that went out with one roaming box."""

    box: str
    taken: int
    issued: int
    brought_back: int
    returned: bool

    @property
    def difference(self) -> int:
        """Papers the team cannot account for; 0 while the box is away or its visits are not entered."""
        return self.taken - self.issued - self.brought_back if self.returned else 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines of one paper type in one round."""

    round: int
    paper: str
    own: int
    proxy: int
    roaming: int
    issued: int
    spoiled: int
    handed_back: int
    in_boxes: int
    uncounted: tuple[str, ...]
    not_returned: int
    desks: tuple[DeskLine, ...]
    boxes: tuple[BoxLine, ...]
    explained: dict[str, int]

    @property
    def rights(self) -> int:
        return self.own + self.proxy + self.roaming

    @property
    def voters_difference(self) -> int:
        """0 whenever the books were kept by this program; anything else is shown as a finding."""
        return self.issued - self.rights - self.spoiled - self.handed_back

    @property
    def difference(self) -> int:
        """Rights used whose papers are neither in a box nor recorded as not returned (negative: too many papers)."""
        return self.rights - self.in_boxes - self.not_returned

    def open_differences(self) -> dict[str, int]:
        """Place -> difference, for every line that does not close and that nobody signed a reason for."""
        found = {"boxes": self.difference}
        found |= {f"desk:{line.station}": line.difference for line in self.desks}
        found |= {f"box:{line.box}": line.difference for line in self.boxes}
        return {where: value for where, value in found.items() if value and self.explained.get(where) != value}


def books(state: State, setup: Setup) -> Iterator[tuple[str, Book]]:
    """(station id, book) of every station log in front of us; a phone's log belongs to who certified it."""
    for station in setup.stations:
        book = state.books.get(station.device)
        if book is not None:
            yield station.id, book


def pages(state: State, number: int) -> list[RoundBook]:
    """What every log says about one round."""
    return [book.rounds[number] for _, book in sorted(state.books.items()) if number in book.rounds]


def lead_page(state: State, setup: Setup, number: int) -> RoundBook | None:
    """The lead's page of the round: its orders, as far as they are in front of us."""
    book = state.books.get(setup.lead.device)
    return book.rounds.get(number) if book else None


def papers_of(state: State, setup: Setup, number: int) -> tuple[str, ...]:
    """The paper types of the round, in the set-up's order; none before it is called."""
    page = lead_page(state, setup, number)
    posts = {contest.post for contest in page.contests} if page else set()
    return tuple(paper.id for paper in setup.papers if posts & set(paper.posts))


def live_uses(state: State, number: int) -> Iterator[Admission]:
    """Every use of a right in the round that was not cancelled."""
    for (round_, _), uses in state.rights.items():
        if round_ == number:
            yield from (use for use in uses if use.live)


def participants(state: State, number: int) -> int:
    """How many different voters' rights were used: a right used twice is one."""
    return len({use.voter for use in live_uses(state, number)})


def ledger(state: State, setup: Setup, number: int, paper: str, station: str = "") -> Ledger:
    """The equation of one paper type, of the whole unit or, with ``station``, of that station's own book."""
    mine = [(id_, book) for id_, book in books(state, setup) if station in ("", id_)]
    devices = {book.device for _, book in mine} | {d for _, book in mine for d in book.enrolled}
    entries = [_page(state.books[device], number, paper) for device in sorted(devices) if device in state.books]
    kinds = {"own": 0, "proxy": 0, "roaming": 0}
    for use in live_uses(state, number):
        if paper in use.types and use.device in devices:
            kinds[use.right] += 1
    inside, uncounted = _in_boxes(state, setup, number, paper, station)
    explained: dict[str, int] = {}
    for entry in entries:
        explained |= entry.explained
    return Ledger(
        round=number,
        paper=paper,
        own=kinds["own"],
        proxy=kinds["proxy"],
        roaming=kinds["roaming"],
        issued=sum(entry.issued + sum(entry.roaming_issued.values()) for entry in entries),
        spoiled=sum(entry.spoiled + sum(entry.roaming_spoiled.values()) for entry in entries),
        handed_back=sum(entry.handed_back for entry in entries),
        in_boxes=inside,
        uncounted=uncounted,
        not_returned=sum(entry.not_returned for entry in entries),
        desks=tuple(_desk(id_, book, number, paper) for id_, book in mine),
        boxes=tuple(line for _, book in mine for line in _roaming(state, book, number, paper)),
        explained=explained,
    )


def _page(book: Book, number: int, paper: str) -> PaperBook:
    page = book.rounds.get(number)
    return (page.paper.get(paper) if page else None) or PaperBook()


def _desk(station: str, book: Book, number: int, paper: str) -> DeskLine:
    page = book.rounds.get(number) or RoundBook()
    entry = page.paper.get(paper) or PaperBook()
    return DeskLine(
        station=station,
        received=entry.received,
        issued=entry.issued,
        taken=sum(lease.papers.get(paper, 0) for lease in page.leases.values()),
        brought_back=sum(lease.brought_back.get(paper, 0) for lease in page.leases.values()),
        unused=entry.unused,
        closed=page.doors == "closed",
    )


def _roaming(state: State, book: Book, number: int, paper: str) -> list[BoxLine]:
    page = book.rounds.get(number)
    lines = []
    for lease in page.leases.values() if page else ():
        logs = [book.device, lease.device] if lease.device else [book.device]
        issued = sum(
            _page(state.books[log], number, paper).roaming_issued.get(lease.box, 0)
            for log in logs
            if log in state.books
        )
        done = lease.returned and lease.complete
        taken, back = lease.papers.get(paper, 0), lease.brought_back.get(paper, 0)
        lines.append(BoxLine(lease.box, taken, issued, back, done))
    return lines


def box_book(state: State, setup: Setup, number: int, box: str) -> BoxBook | None:
    """What is known of a box: from the lead's log where the box was handed over to it, else from its own station's."""
    owner = setup.box[box].station
    station = next((one for one in setup.stations if one.id == owner), setup.lead)
    for device in (setup.lead.device, station.device):
        book = state.books.get(device)
        page = book.rounds.get(number) if book else None
        if page and box in page.box and (device == station.device or page.box[box].received):
            return page.box[box]
    return None


def boxes_in_use(state: State, setup: Setup, number: int, station: str = "") -> list[str]:
    """Boxes that took part in the round: sealed for it, sent out or received."""
    return [
        box.id
        for box in setup.boxes
        if station in ("", box.station) and box_book(state, setup, number, box.id) is not None
    ]


def _in_boxes(state: State, setup: Setup, number: int, paper: str, station: str) -> tuple[int, tuple[str, ...]]:
    inside, uncounted = 0, []
    for id_ in boxes_in_use(state, setup, number, station):
        book = box_book(state, setup, number, id_)
        if book is None or book.written_off:
            continue
        if book.counts:
            inside += book.counts[-1].get(paper, 0)
        else:
            uncounted.append(id_)
    return inside, tuple(uncounted)


def standing_piles(state: State, setup: Setup, number: int, paper: str) -> list[tuple[str, Pile]]:
    """(station, pile) of the count that stands at each station: the last one; earlier counts are kept, not counted."""
    found = []
    for station, book in books(state, setup):
        page = book.rounds.get(number)
        if page and page.piles.get(paper):
            found.append((station, page.piles[paper][-1]))
    return found


@dataclass(frozen=True, slots=True)
class ContestCount:
    """What the public count called out for one post, over all standing piles."""

    post: str
    papers: int
    valid: int
    void: dict[str, int]
    blank: int
    votes: dict[str, int]

    @property
    def closes(self) -> bool:
        return self.valid + sum(self.void.values()) + self.blank == self.papers


def contest_count(state: State, setup: Setup, number: int, post: str) -> ContestCount:
    """Totals of one contest in one round; candidates nobody named are there with 0 votes."""
    page = lead_page(state, setup, number)
    names = next((contest.candidates for contest in page.contests if contest.post == post), ()) if page else ()
    votes, void = dict.fromkeys(names, 0), dict[str, int]()
    papers = valid = blank = 0
    for paper in (one.id for one in setup.papers if post in one.posts):
        for _, pile in standing_piles(state, setup, number, paper):
            for called, contests in pile.sheets:
                for sheet in (one for one in contests if one.post == post):
                    papers, valid, blank = papers + called, valid + sheet.valid, blank + sheet.blank
                    _merge(void, sheet.void)
                    _merge(votes, sheet.votes)
    return ContestCount(post, papers, valid, void, blank, votes)


def _merge(into: dict[str, int], more: dict[str, int]) -> None:
    for key, count in more.items():
        into[key] = into.get(key, 0) + count
