"""Rules of the round: which one is due, when it opens and closes, and what must be known before it is declared.

The lead station opens, closes, declares and calls the next round; every other station keeps its own doors and count.
A round is declared when every station's closing and count is taken in, or two officials wrote that station off, when
every difference is explained, and with exactly the outcome that the books give (BV11: announced on the spot).
"""

from collections.abc import Iterator

from shared import events as ev
from shared.book import RoundBook
from shared.election import Setup, Station
from shared.errors import Refusal
from shared.events import Contest
from shared.ledger import (
    box_count,
    boxes_in_use,
    lead_page,
    ledger,
    live_uses,
    page_of,
    papers_of,
    standing_piles,
    written_off,
)
from shared.procedure import RoundKind
from shared.rules.act import Bench
from shared.rules.ballots import not_declared, reason_given
from shared.rules.outcome import outcome, repeat_contests, rerun_contests
from shared.state import State


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses round_not_due, round_not_called, round_already_open, no_box_sealed, papers_not_received, base_differs,
    round_not_open, round_closed, round_still_open, doors_in_other_state, reason_missing, wrong_papers, count_differs,
    station_unknown, station_finished, already_declared, station_missing, box_uncounted, calling_unfinished,
    difference_open, outcome_differs."""
    match bench.act.event:
        case ev.RoundCalled() as event:
            yield from _called(bench, event)
        case ev.RoundOpened() as event:
            yield from _opened(bench, event)
        case ev.RoundClosed() as event:
            yield from _round_closed(bench, event)
        case ev.RoundDeclared() as event:
            yield from _declared(bench, event)
        case ev.StationWrittenOff() as event:
            yield from _written_off(bench, event)
        case ev.DoorsOpened() | ev.DoorsPaused() | ev.DoorsResumed() as event:
            yield from _doors(bench, event)
        case ev.DoorsClosed() as event:
            yield from _doors_closed(bench, event)
        case _:
            pass


def due(state: State, setup: Setup) -> ev.RoundCalled | None:
    """The round that must be called next: the main one first; then, of each declared round in turn: the same once more
    where it does not stand; the repeat ballot of its ties; the rerun of its open seats (TI3, TI9). A tie in a repeat
    ballot is repeated in its turn (W14). None while a called round is not declared, and when nothing is left."""
    book = state.books.get(setup.lead.device)
    called = {number: page for number, page in book.rounds.items() if page.kind} if book else {}
    number = max(called, default=0) + 1
    if not called:
        return ev.RoundCalled(number, "main", _main(setup))
    if any(not page.declared for page in called.values()):
        return None
    for earlier in sorted(called):
        after = {page.kind for page in called.values() if page.of == earlier}
        for kind, contests in _following(state, setup, earlier):
            if contests and kind not in after:
                return ev.RoundCalled(number, kind, contests, earlier)
    return None


def _following(state: State, setup: Setup, round_: int) -> list[tuple[RoundKind, tuple[Contest, ...]]]:
    """What the outcome of a round makes necessary, in order. A round that does not stand is held again by its own rule,
    not by the easier one of a rerun."""
    found = outcome(state, setup, round_)
    page = lead_page(state, setup, round_)
    if found is None or page is None:
        return []
    if found.status != "valid":
        return [(found.kind, page.contests)]
    return [("repeat", repeat_contests(found)), ("rerun", rerun_contests(found))]


def _main(setup: Setup) -> tuple[Contest, ...]:
    return tuple(
        Contest(post.id, post.seats, tuple(one.id for one in setup.candidates if one.post == post.id))
        for post in setup.posts
    )


def sitting(state: State, setup: Setup) -> tuple[int, int]:
    """(expected, present) over every station's attendance: expected leaves the excused out (W21)."""
    marks: dict[int, set[str]] = {}
    for book in state.books.values():
        for voter, mark in book.attendance.items():
            marks.setdefault(voter, set()).add(mark)
    present = sum(1 for one in marks.values() if "present" in one)
    excused = sum(1 for one in marks.values() if "excused" in one and "present" not in one)
    return setup.eligible - excused, present


def _called(bench: Bench, event: ev.RoundCalled) -> Iterator[Refusal]:
    expected = due(bench.state, bench.setup)
    if event != expected:
        yield Refusal("round_not_due", round=event.round, due=expected.kind if expected else "")


def _opened(bench: Bench, event: ev.RoundOpened) -> Iterator[Refusal]:
    orders = bench.orders(event.round)
    if not orders.kind:
        yield Refusal("round_not_called", round=event.round)
        return
    if orders.opened:
        yield Refusal("round_already_open", round=event.round)
    yield from _ready(bench, event.round)
    expected, present = sitting(bench.state, bench.setup)
    if (event.expected, event.present) != (expected, present):
        yield Refusal("base_differs", expected=expected, present=present)


def _ready(bench: Bench, round_: int) -> Iterator[Refusal]:
    """Doors open only with a sealed fixed box and with papers of every type on the desk (BV7: this order)."""
    page = bench.page(round_)
    fixed = [box.id for box in bench.setup.boxes if box.kind == "fixed" and box.id in page.box]
    if not any(page.box[box].seal and not page.box[box].written_off for box in fixed):
        yield Refusal("no_box_sealed", round=round_)
    for paper in papers_of(bench.state, bench.setup, round_):
        if not bench.paper(round_, paper).received:
            yield Refusal("papers_not_received", paper=paper)


def _round_closed(bench: Bench, event: ev.RoundClosed) -> Iterator[Refusal]:
    orders = bench.orders(event.round)
    if not orders.opened:
        yield Refusal("round_not_open", round=event.round)
    elif orders.closed:
        yield Refusal("round_closed", round=event.round)


def _doors(bench: Bench, event: ev.DoorsOpened | ev.DoorsPaused | ev.DoorsResumed) -> Iterator[Refusal]:
    orders, now = bench.orders(event.round), bench.page(event.round).doors
    if not orders.opened:
        yield Refusal("round_not_open", round=event.round)
    elif orders.closed:
        yield Refusal("round_closed", round=event.round)
    wanted = {ev.DoorsOpened: "shut", ev.DoorsPaused: "open", ev.DoorsResumed: "paused"}[type(event)]
    if now != wanted:
        yield Refusal("doors_in_other_state", round=event.round, doors=now)
    if isinstance(event, ev.DoorsOpened):
        yield from _ready(bench, event.round)
    if isinstance(event, ev.DoorsPaused):
        yield from reason_given(event.reason)


def _doors_closed(bench: Bench, event: ev.DoorsClosed) -> Iterator[Refusal]:
    now = bench.page(event.round).doors
    if now not in ("open", "paused"):
        yield Refusal("doors_in_other_state", round=event.round, doors=now)
        return
    known = papers_of(bench.state, bench.setup, event.round)
    if set(event.unused) != set(known):
        yield Refusal("wrong_papers", round=event.round, papers=list(known))
    own, proxy = rights_here(bench.state, bench.act.device, event.round)
    if (event.own, event.proxy) != (own, proxy):
        yield Refusal("count_differs", given=event.own + event.proxy, found=own + proxy)


def rights_here(state: State, device: str, round_: int) -> tuple[int, int]:
    """(own, proxy): rights used at one log's desk."""
    rights = [use.right for use in live_uses(state, round_) if use.device == device]
    return rights.count("own"), rights.count("proxy")


def _written_off(bench: Bench, event: ev.StationWrittenOff) -> Iterator[Refusal]:
    known = next((one for one in bench.setup.stations if one.id == event.station), None)
    if known is None or known.lead:
        yield Refusal("station_unknown", station=event.station)
        return
    yield from reason_given(event.reason)
    yield from not_declared(bench, event.round)
    if not bench.orders(event.round).closed:
        yield Refusal("round_still_open", round=event.round)
    if not any(_station_unfinished(bench.state, bench.setup, event.round, known)):
        yield Refusal("station_finished", station=event.station)


def _declared(bench: Bench, event: ev.RoundDeclared) -> Iterator[Refusal]:
    yield from not_declared(bench, event.round)
    if not bench.orders(event.round).closed:
        yield Refusal("round_still_open", round=event.round)
    yield from unfinished(bench.state, bench.setup, event.round)
    found = outcome(bench.state, bench.setup, event.round)
    if found is None:
        yield Refusal("round_not_called", round=event.round)
        return
    if found.status != "void":
        yield from _differences(bench.state, bench.setup, event.round)
    if (event.status, event.elected, event.next) != (found.status, found.elected, found.next):
        yield Refusal("outcome_differs", round=event.round, status=found.status)


def unfinished(state: State, setup: Setup, round_: int) -> Iterator[Refusal]:
    """What is not known yet: stations whose closing or count is not taken in, boxes uncounted, papers not called."""
    left_out = written_off(state, setup, round_)
    for station in setup.stations:
        if station.id not in left_out:
            yield from _station_unfinished(state, setup, round_, station)


def _station_unfinished(state: State, setup: Setup, round_: int, station: Station) -> Iterator[Refusal]:
    page = page_of(state, station.device, round_)
    if page is None or page.doors != "closed":
        yield Refusal("station_missing", station=station.id)
        return
    for box in boxes_in_use(state, setup, round_, station.id):
        if box_count(state, setup, round_, box) is None:
            yield Refusal("box_uncounted", box=box)
    for paper in papers_of(state, setup, round_):
        yield from _uncalled(state, setup, round_, (station, paper))


def _uncalled(state: State, setup: Setup, round_: int, of: tuple[Station, str]) -> Iterator[Refusal]:
    """Every paper that this station counted and kept is in a closed pile of it."""
    station, paper = of
    page = page_of(state, station.device, round_) or RoundBook()
    kept = [box for box in page.box.values() if box.counts and not box.written_off and not box.handed_over]
    counted = sum(box.counts[-1].get(paper, 0) for box in kept)
    pile = next((one for id_, one in standing_piles(state, setup, round_, paper) if id_ == station.id), None)
    called = pile.called if pile and pile.closed else 0
    if called != counted or (pile is not None and not pile.closed):
        yield Refusal("calling_unfinished", paper=paper, called=called, papers=counted)


def _differences(state: State, setup: Setup, round_: int) -> Iterator[Refusal]:
    for paper in papers_of(state, setup, round_):
        for where, difference in ledger(state, setup, round_, paper).open_differences().items():
            yield Refusal("difference_open", paper=paper, where=where, difference=difference)
