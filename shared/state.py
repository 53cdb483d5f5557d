"""What the events add up to. A `State` holds one `Book` a log; an event changes only the book of its own log.

So the order in which logs reach us cannot matter: figures of a unit are views over its books (`shared.ledger`,
`shared.rules.outcome`). `State.rights` is an index over all books: whose right is used where, every use kept.
State is changed in place and rebuilt at start; `fingerprint` is the same wherever the same events are held.
`apply` never refuses: what has happened has happened; whether it was allowed is the business of `shared.rules`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, NamedTuple, assert_never, cast

from shared import canonical
from shared import events as ev
from shared.book import Admission, Book, BoxBook, Lease, PaperBook, Pile, RoundBook, place

DEEPEST = 24  # a state nests deeper than anything that travels: book, round, pile, sheet, contest, votes


@dataclass(slots=True)
class State:
    """The books that ``own`` (a device, or "" for the office's view of the whole unit) has in front of it."""

    own: str
    books: dict[str, Book] = field(default_factory=dict)
    rights: defaultdict[tuple[int, int], list[Admission]] = field(default_factory=lambda: defaultdict(list))

    def book(self, device: str) -> Book:
        """The book of one log, begun if it is new."""
        found = self.books.get(device)
        if found is None:
            found = self.books[device] = Book(device)
        return found

    @property
    def mine(self) -> Book:
        return self.book(self.own)

    def uses(self, round_: int, voter: int) -> list[Admission]:
        """Live uses of one right, in a fixed order; more than one is a right used twice. The visit that a phone logged
        and that was also entered from the paper form is one use: same voter, same lease."""
        found = self.rights.get((round_, voter))
        if not found:
            return []
        if len(found) == 1:
            return found if found[0].live else []
        live = sorted((use for use in found if use.live), key=place)
        first = {(use.box, use.lease): use for use in reversed(live) if use.box}
        return [use for use in live if not use.box or first[use.box, use.lease] is use]

    def doubles(self) -> list[list[Admission]]:
        """Every right that is used more than once, each with all its live uses, in a fixed order."""
        twice = (key for key, uses in self.rights.items() if len(uses) > 1)
        return [uses for key in sorted(twice) if len(uses := self.uses(*key)) > 1]


class Origin(NamedTuple):
    """Where an event stands in its log, when it was written and who did it."""

    device: str
    epoch: str
    seq: int
    hash: str
    at: str
    official: str
    desk: str


def apply(state: State, event: ev.Event, origin: Origin) -> None:
    """Let one event have happened, in its own log's book."""
    book = _advance(state, origin)
    known = cast(ev.AnyEvent, event)
    match known:
        case ev.PapersIssued():
            _issue(state, book, known, origin)
        case ev.Arrived() | ev.Left() | ev.Excused():
            _attend(book, known)
        case ev.AdmissionCancelled():
            _cancel(book, known)
        case (
            ev.PapersReceived()
            | ev.PapersCorrected()
            | ev.DeskRecounted()
            | ev.PaperReplaced()
            | ev.PapersNotReturned()
            | ev.DifferenceExplained()
        ):
            _count_papers(book, known)
        case ev.VisitRecorded():
            _visit(state, book, known, origin)
        case ev.LeaseGranted() | ev.BoxSent() | ev.BoxReturned() | ev.VisitsCompleted() | ev.LeaseTakenBack():
            _lease(book, known)
        case (
            ev.BoxSealed()
            | ev.BoxOpened()
            | ev.BoxCounted()
            | ev.BoxHandedOver()
            | ev.BoxReceived()
            | ev.BoxWrittenOff()
        ):
            _box(book, known)
        case ev.PileMixed() | ev.SheetCalled() | ev.PileClosed():
            _pile(book, known)
        case ev.DoorsOpened() | ev.DoorsPaused() | ev.DoorsResumed() | ev.DoorsClosed():
            _doors(book, known)
        case ev.RoundCalled() | ev.RoundOpened() | ev.RoundClosed() | ev.RoundDeclared() | ev.StationWrittenOff():
            _round(book, known)
        case ev.EpochOpened() | ev.PackageTaken() | ev.LogTaken() | ev.DeviceEnrolled():
            _log(book, known)
        case _ as never:
            assert_never(never)


def fold(own: str, acts: Iterable[tuple[ev.Event, Origin]]) -> State:
    """A state from nothing but events."""
    state = State(own)
    for event, origin in acts:
        apply(state, event, origin)
    return state


def heads(state: State) -> list[tuple[str, str, int, str]]:
    """(device, epoch, through, head) of every epoch of every book, sorted: what the state was computed from."""
    return sorted((device, *epoch) for device, book in state.books.items() for epoch in book.epochs)


def fingerprint(state: State, package_hash: str) -> str:
    """SHA-256, 64 hex digits, over the state, the package and the heads; equal for whoever holds the same events."""
    value = {
        "books": {device: value_of(book) for device, book in state.books.items() if book.epochs},
        "package": package_hash,
        "heads": [list(head) for head in heads(state)],
    }
    return hashlib.sha256(canonical.encode(value, most_depth=DEEPEST)).hexdigest()


def value_of(thing: Any) -> Any:
    """The canonical value of anything a book holds; keys become text, sets become sorted lists."""
    kind = type(thing)
    if kind is str or kind is bool:
        return thing
    if kind is int:  # sums of what a log says may grow past what one number of the format holds
        return thing if abs(thing) < canonical.LIMIT else str(thing)
    if kind is dict:
        return {_key(key): value_of(item) for key, item in thing.items()}
    if kind is tuple or kind is list:
        return [value_of(item) for item in thing]
    if kind is set or kind is frozenset:
        return sorted(thing)
    return {name: value_of(getattr(thing, name)) for name in _field_names(cast(Hashable, kind))}


@cache
def _field_names(kind: Hashable) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cast(Any, kind)))


def _key(key: Any) -> str:
    """Keys are ASCII in the format, but what an event names becomes a key here, whatever it is."""
    text = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
    return text if text.isascii() and "\\" not in text else text.encode("unicode_escape").decode("ascii")


def _advance(state: State, origin: Origin) -> Book:
    book = state.book(origin.device)
    end = (origin.epoch, origin.seq, origin.hash)
    if book.epochs and book.epochs[-1][0] == origin.epoch:
        book.epochs[-1] = end
    else:
        book.epochs.append(end)
    return book


def _log(book: Book, event: ev.EpochOpened | ev.PackageTaken | ev.LogTaken | ev.DeviceEnrolled) -> None:
    match event:
        case ev.EpochOpened():
            book.missing += event.missing
        case ev.PackageTaken(version=version, hash=hash_):
            book.package, book.package_hash = version, hash_
        case ev.LogTaken():
            book.taken[event.device] = (event.epoch, event.through, event.head)
        case ev.DeviceEnrolled():
            book.enrolled[event.device] = (event.box, event.certificate)
        case _ as never:
            assert_never(never)


def _attend(book: Book, event: ev.Arrived | ev.Left | ev.Excused) -> None:
    marks = {ev.Arrived: "present", ev.Left: "left", ev.Excused: "excused"}
    book.attendance[event.voter] = marks[type(event)]


def _issue(state: State, book: Book, event: ev.PapersIssued, origin: Origin) -> None:
    admission = Admission(
        device=origin.device,
        epoch=origin.epoch,
        seq=origin.seq,
        round=event.round,
        voter=event.voter,
        right=event.right,
        types=event.types,
        at=origin.at,
        official=origin.official,
        desk=origin.desk,
        holder=event.holder,
        override=event.override,
    )
    _admit(state, book, admission)
    papers = book.round(event.round).paper
    for kind in event.types:
        _paper(papers, kind).issued += 1


def _admit(state: State, book: Book, admission: Admission) -> None:
    key = (admission.round, admission.voter)
    book.admissions.setdefault(key, []).append(admission)
    state.rights[key].append(admission)


def _cancel(book: Book, event: ev.AdmissionCancelled) -> None:
    live = [one for one in book.admissions.get((event.round, event.voter), ()) if one.live and not one.box]
    if not live:
        return
    live[-1].live = False
    papers = book.round(event.round).paper
    for kind in live[-1].types:
        if kind in event.handed_back:
            _paper(papers, kind).handed_back += 1
        else:
            _paper(papers, kind).issued -= 1


def _count_papers(book: Book, event: ev.PaperEvent) -> None:
    papers = book.round(event.round).paper
    match event:
        case ev.PapersReceived():
            for kind, count in event.papers.items():
                _paper(papers, kind).received += count
        case ev.PapersCorrected():
            for kind, count in event.papers.items():
                _paper(papers, kind).received = count
        case ev.DeskRecounted():  # the earlier figure stays in the log
            for kind, count in event.unused.items():
                _paper(papers, kind).unused = count
        case ev.PaperReplaced(box=""):
            _paper(papers, event.paper).issued += 1
            _paper(papers, event.paper).spoiled += 1
        case ev.PaperReplaced():
            _add(_paper(papers, event.paper).roaming_issued, event.box)
            _add(_paper(papers, event.paper).roaming_spoiled, event.box)
            replaced = _paper(papers, event.paper).roaming_replaced
            replaced[event.box, event.voter] = replaced.get((event.box, event.voter), 0) + 1
        case ev.PapersNotReturned():
            _paper(papers, event.paper).not_returned += event.count
        case ev.DifferenceExplained():
            _paper(papers, event.paper).explained[event.where] = event.difference
        case _ as never:
            assert_never(never)


def _visit(state: State, book: Book, event: ev.VisitRecorded, origin: Origin) -> None:
    page = book.round(event.round)
    lease = page.leases.get(event.lease)
    visits = page.visits.setdefault(event.lease, {}) if lease is None else lease.visits
    visits[event.voter] = event.outcome
    if lease is not None and event.helper:
        lease.helper.append(event.voter)
    if event.outcome != "voted":
        return
    admission = Admission(
        device=origin.device,
        epoch=origin.epoch,
        seq=origin.seq,
        round=event.round,
        voter=event.voter,
        right="roaming",
        types=event.types,
        at=origin.at,
        official=origin.official,
        desk=origin.desk,
        box=event.box,
        lease=event.lease,
    )
    _admit(state, book, admission)
    for kind in event.types:
        _add(_paper(page.paper, kind).roaming_issued, event.box)


def _lease(book: Book, event: ev.LeaseEvent) -> None:
    leases = book.round(event.round).leases
    if isinstance(event, ev.LeaseGranted):
        leases[event.lease] = Lease(
            event.round, event.box, event.lease, event.voters, event.device, open=set(event.voters)
        )
        return
    lease = leases.get(event.lease)
    if lease is None:
        return
    match event:
        case ev.BoxSent():
            lease.sent, lease.team, lease.papers = True, event.team, dict(event.papers)
        case ev.BoxReturned():
            lease.returned, lease.brought_back = True, dict(event.papers)
            _late_papers(book.round(event.round), event.papers)
        case ev.VisitsCompleted():
            lease.complete = True
            lease.open.clear()
        case ev.LeaseTakenBack():
            lease.open.difference_update(event.voters)
        case _ as never:
            assert_never(never)


def _late_papers(page: RoundBook, papers: ev.Papers) -> None:
    """Papers that a team brings back after the desk was counted lie with the unused ones of the desk."""
    if page.doors == "closed":
        for kind, count in papers.items():
            _paper(page.paper, kind).unused += count


def _box(book: Book, event: ev.BoxEvent) -> None:
    box = book.round(event.round).box.setdefault(event.box, BoxBook())
    match event:
        case ev.BoxSealed():
            box.seal = event.seal
        case ev.BoxOpened():
            box.opened, box.seal_intact = True, event.intact
        case ev.BoxCounted():
            box.counts.append(dict(event.papers))
        case ev.BoxHandedOver():
            box.handed_over, box.seal = True, event.seal
        case ev.BoxReceived():
            box.received, box.seal, box.seal_intact = True, event.seal, event.intact
        case ev.BoxWrittenOff():
            box.written_off = event.reason
        case _ as never:
            assert_never(never)


def _pile(book: Book, event: ev.PileMixed | ev.SheetCalled | ev.PileClosed) -> None:
    piles = book.round(event.round).piles.setdefault(event.paper, [])
    if isinstance(event, ev.PileMixed):
        piles.append(Pile(event.count, event.boxes, event.papers))
        return
    pile = next((one for one in piles if one.count == event.count), None)
    if pile is None:
        return
    if isinstance(event, ev.SheetCalled):
        pile.sheets.append((event.papers, event.contests))
    else:
        pile.closed = True


def _doors(book: Book, event: ev.DoorsOpened | ev.DoorsPaused | ev.DoorsResumed | ev.DoorsClosed) -> None:
    page = book.round(event.round)
    match event:
        case ev.DoorsOpened() | ev.DoorsResumed():
            page.doors = "open"
        case ev.DoorsPaused():
            page.doors = "paused"
        case ev.DoorsClosed():
            page.doors = "closed"
            for kind, count in event.unused.items():
                _paper(page.paper, kind).unused = count
        case _ as never:
            assert_never(never)


def _round(
    book: Book, event: ev.RoundCalled | ev.RoundOpened | ev.RoundClosed | ev.RoundDeclared | ev.StationWrittenOff
) -> None:
    page: RoundBook = book.round(event.round)
    match event:
        case ev.RoundCalled():
            page.kind, page.of, page.contests = event.kind, event.of, event.contests
        case ev.RoundOpened():
            page.opened, page.expected, page.present = True, event.expected, event.present
        case ev.RoundClosed():
            page.closed = True
        case ev.RoundDeclared():
            page.declared, page.elected, page.next = event.status, event.elected, event.next
        case ev.StationWrittenOff():
            page.written_off[event.station] = event.reason
        case _ as never:
            assert_never(never)


def _paper(papers: dict[str, PaperBook], kind: str) -> PaperBook:
    found = papers.get(kind)
    if found is None:
        found = papers[kind] = PaperBook()
    return found


def _add(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
