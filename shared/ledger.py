"""The equation: where every paper of a round is, computed from the books, and where it does not close.

Per round and paper type (design: the book that must balance)::

    desk              received = issued at the desk + taken out by teams - brought back + unused
    each roaming box  taken = issued + brought back
    voters            issued = rights used + spoiled + handed back
    boxes             rights used = in boxes + not returned + difference
    each contest      valid + void + blank = counted = in boxes

All figures are whole papers. Cancelled admissions use no right; a right used twice counts as two uses here, because two
sets of papers are out, and as one voter in `participants`. A visit that stands in the phone's log and was also entered
from the paper form is one. A station that the lead wrote off keeps its rights used; its boxes and count are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.book import Admission, Book, BoxBook, Lease, PaperBook, Pile, RoundBook
from shared.election import Setup
from shared.events import Papers, SheetContest
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
    """Papers of one type that went out with one roaming box, over all its trips of the round."""

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
    explained: dict[str, frozenset[int]]

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
        return {where: value for where, value in found.items() if value and value not in self.explained.get(where, ())}


def books(state: State, setup: Setup) -> Iterator[tuple[str, Book]]:
    """(station id, book) of every station log in front of us; a phone's log belongs to who certified it."""
    for station in setup.stations:
        book = state.books.get(station.device)
        if book is not None:
            yield station.id, book


def pages(state: State, number: int) -> list[RoundBook]:
    """What every log says about one round."""
    return [book.rounds[number] for _, book in sorted(state.books.items()) if number in book.rounds]


def page_of(state: State, device: str, number: int) -> RoundBook | None:
    """What one log says about one round, as far as it is in front of us."""
    book = state.books.get(device)
    return book.rounds.get(number) if book else None


def lead_page(state: State, setup: Setup, number: int) -> RoundBook | None:
    """The lead's page of the round: its orders, as far as they are in front of us."""
    return page_of(state, setup.lead.device, number)


def papers_of(state: State, setup: Setup, number: int) -> tuple[str, ...]:
    """The paper types of the round, in the set-up's order; none before it is called."""
    page = lead_page(state, setup, number)
    posts = {contest.post for contest in page.contests} if page else set()
    return tuple([paper.id for paper in setup.papers if not posts.isdisjoint(paper.posts)])


def live_uses(state: State, number: int) -> Iterator[Admission]:
    """Every use of a right in the round that was not cancelled."""
    for round_, voter in state.rights:
        if round_ == number:
            yield from state.uses(round_, voter)


def participants(state: State, number: int) -> int:
    """How many different voters' rights were used: a right used twice is one."""
    return len({use.voter for use in live_uses(state, number)})


def ledger(state: State, setup: Setup, number: int, paper: str, *, station: str = "") -> Ledger:
    """The equation of one paper type, of the whole unit or, with ``station``, of that station's own book."""
    mine = [(id_, book) for id_, book in books(state, setup) if station in ("", id_)]
    devices = {book.device for _, book in mine} | {d for _, book in mine for d in book.enrolled}
    entries = [_page(state.books[device], number, paper) for device in sorted(devices) if device in state.books]
    uses = [use for use in live_uses(state, number) if paper in use.types and use.device in devices]
    rights = [use.right for use in uses]
    replaced = _replaced(entries)
    spoiled_outside = sum(replaced.values())
    inside, uncounted = _in_boxes(state, setup, (number, paper, station))
    return Ledger(
        round=number,
        paper=paper,
        own=rights.count("own"),
        proxy=rights.count("proxy"),
        roaming=rights.count("roaming"),
        issued=sum(entry.issued for entry in entries) + rights.count("roaming") + spoiled_outside,
        spoiled=sum(entry.spoiled for entry in entries) + spoiled_outside,
        handed_back=sum(entry.handed_back for entry in entries),
        in_boxes=inside,
        uncounted=uncounted,
        not_returned=sum(entry.not_returned for entry in entries),
        desks=tuple(_desk(id_, book, number, paper) for id_, book in mine),
        boxes=tuple(_box_line(mine, box, (number, paper, uses, replaced)) for box in _sent(mine, number)),
        explained=_explained(entries),
    )


def _replaced(entries: list[PaperBook]) -> dict[tuple[str, int], int]:
    """Papers spoiled on the road by (box, voter). Where phone and paper form both say so, the larger figure stands."""
    found: dict[tuple[str, int], int] = {}
    for entry in entries:
        for key, count in entry.roaming_replaced.items():
            found[key] = max(count, found.get(key, 0))
    return found


def _explained(entries: list[PaperBook]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for entry in entries:
        for where, difference in entry.explained.items():
            found[where] = found.get(where, frozenset()) | {difference}
    return found


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


def _sent(mine: list[tuple[str, Book]], number: int) -> list[str]:
    """Roaming boxes that went out from these stations, in order."""
    pages_ = (book.rounds[number] for _, book in mine if number in book.rounds)
    return sorted({lease.box for page in pages_ for lease in page.leases.values() if lease.sent})


def _box_line(
    mine: list[tuple[str, Book]], box: str, of: tuple[int, str, list[Admission], dict[tuple[str, int], int]]
) -> BoxLine:
    number, paper, uses, replaced = of
    pages_ = [book.rounds[number] for _, book in mine if number in book.rounds]
    trips = [lease for page in pages_ for lease in page.leases.values() if lease.box == box and lease.sent]
    return BoxLine(
        box=box,
        taken=sum(lease.papers.get(paper, 0) for lease in trips),
        issued=sum(use.box == box for use in uses) + sum(n for (there, _), n in replaced.items() if there == box),
        brought_back=sum(lease.brought_back.get(paper, 0) for lease in trips),
        returned=all(lease.returned and lease.complete for lease in trips),
    )


def visits_of(state: State, number: int, lease: Lease) -> dict[int, str]:
    """Voter -> outcome of every visit on a lease, from the phone's log and from the paper form. Where the two differ, a
    vote stands, because papers went out; `visits_differ` names those."""
    page = page_of(state, lease.device, number)
    carried = page.visits.get(lease.number, {}) if page else {}
    return lease.visits | carried | {voter: one for voter, one in lease.visits.items() if one == "voted"}


def visits_differ(state: State, number: int, lease: Lease) -> list[int]:
    """Voters of whose visit phone and paper form say different things, for people to settle."""
    page = page_of(state, lease.device, number)
    carried = page.visits.get(lease.number, {}) if page else {}
    return sorted(voter for voter, one in lease.visits.items() if carried.get(voter, one) != one)


def written_off(state: State, setup: Setup, number: int) -> frozenset[str]:
    """Stations that the lead counts without in this round."""
    page = lead_page(state, setup, number)
    return frozenset(page.written_off) if page else frozenset()


def box_book(state: State, setup: Setup, number: int, box: str) -> BoxBook | None:
    """What is known of a box: from the lead's log where the box was handed to it, else from its own station's."""
    known = setup.box.get(box)
    owner = next((one for one in setup.stations if known and one.id == known.station), setup.lead)
    lead = lead_page(state, setup, number)
    found = lead.box.get(box) if lead else None
    if found and (owner.lead or found.received or found.written_off):
        return found
    page = page_of(state, owner.device, number)
    return page.box.get(box) if page else None


def boxes_in_use(state: State, setup: Setup, number: int, station: str = "") -> list[str]:
    """Boxes that took part in the round: sealed for it, sent out or received."""
    return [
        box.id
        for box in setup.boxes
        if station in ("", box.station) and box_book(state, setup, number, box.id) is not None
    ]


def box_count(state: State, setup: Setup, number: int, box: str) -> Papers | None:
    """Papers of a box by type, as its last count says; nothing in a box written off, or of a station written off that
    did not hand it over; None while the box is not counted, or on its way to the lead."""
    found, known = box_book(state, setup, number, box), setup.box.get(box)
    if found is None or known is None or found.written_off:
        return {}
    if not found.received and known.station in written_off(state, setup, number):
        return {}
    return found.counts[-1] if found.counts and not found.handed_over else None


def _in_boxes(state: State, setup: Setup, of: tuple[int, str, str]) -> tuple[int, tuple[str, ...]]:
    number, paper, station = of
    counts = {box: box_count(state, setup, number, box) for box in boxes_in_use(state, setup, number, station)}
    inside = sum(papers.get(paper, 0) for papers in counts.values() if papers is not None)
    return inside, tuple(box for box, papers in counts.items() if papers is None)


def standing_piles(state: State, setup: Setup, number: int, paper: str) -> list[tuple[str, Pile]]:
    """(station, pile) of the count that stands at each station: the last one. Earlier counts are kept, not counted; so
    is the pile of a station that was written off, and one whose boxes went to the lead, where they are called again."""
    found = []
    left_out = written_off(state, setup, number)
    for station, book in books(state, setup):
        page = book.rounds.get(number)
        if page is None or not page.piles.get(paper) or station in left_out:
            continue
        pile = page.piles[paper][-1]
        if not any(page.box[box].handed_over for box in pile.boxes if box in page.box):
            found.append((station, pile))
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
    for called, sheet in _called(state, setup, number, post):
        papers, valid, blank = papers + called, valid + sheet.valid, blank + sheet.blank
        _merge(void, sheet.void)
        _merge(votes, sheet.votes)
    return ContestCount(post, papers, valid, void, blank, votes)


def _called(state: State, setup: Setup, number: int, post: str) -> Iterator[tuple[int, SheetContest]]:
    """(papers, totals) of one post on every sheet of every standing pile."""
    for paper in (one.id for one in setup.papers if post in one.posts):
        sheets = [sheet for _, pile in standing_piles(state, setup, number, paper) for sheet in pile.sheets]
        yield from ((called, one) for called, contests in sheets for one in contests if one.post == post)


def _merge(into: dict[str, int], more: dict[str, int]) -> None:
    for key, count in more.items():
        into[key] = into.get(key, 0) + count
