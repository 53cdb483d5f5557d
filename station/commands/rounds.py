"""The round: called, opened, paused, closed, declared; at a sub-venue only its own doors."""

from shared import events as ev
from shared.election import Setup
from shared.errors import Refusal
from shared.ledger import lead_page
from shared.rules.outcome import outcome
from shared.rules.rounds import due, rights_here, sitting
from shared.state import State
from station.keeper import By, Keeper, Written


def current(state: State, setup: Setup) -> int:
    """The last called round that is not declared, else the last one called; 0 before any was called."""
    book = state.books.get(setup.lead.device)
    called = {number: page for number, page in book.rounds.items() if page.kind} if book else {}
    waiting = [number for number, page in called.items() if not page.declared]
    return max(waiting or called, default=0)


def chosen(state: State, setup: Setup, round_: int) -> int:
    """The round that a command is about: the one named, or the current one. Refuses round_not_called."""
    number = round_ or current(state, setup)
    if not number:
        raise Refusal("round_not_called", round=1)
    return number


def call_next(keeper: Keeper, who: tuple[By, ...], *, token: str = "") -> Written:
    """The lead calls the round that is due: the main one, the repeat ballot of a tie, the rerun of open seats."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        called = due(state, setup)
        if called is None:
            raise Refusal("nothing_due", round=current(state, setup))
        return [called]

    return keeper.propose(build, who, token)


def open_(keeper: Keeper, who: tuple[By, ...], *, round_: int = 0, token: str = "") -> Written:
    """The lead opens the round and its own doors; a sub-venue its doors, once the lead's opening is taken in."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        doors = ev.DoorsOpened(number)
        page = lead_page(state, setup, number)
        if state.own != setup.lead.device or (page and page.opened):
            return [doors]
        expected, present = sitting(state, setup)
        return [ev.RoundOpened(number, expected, present), doors]

    return keeper.propose(build, who, token)


def pause(keeper: Keeper, who: tuple[By, ...], *, reason: str, round_: int = 0, token: str = "") -> Written:
    return keeper.propose(lambda state, setup: [ev.DoorsPaused(chosen(state, setup, round_), reason)], who, token)


def resume(keeper: Keeper, who: tuple[By, ...], *, round_: int = 0, token: str = "") -> Written:
    return keeper.propose(lambda state, setup: [ev.DoorsResumed(chosen(state, setup, round_))], who, token)


def close(keeper: Keeper, who: tuple[By, ...], *, unused: ev.Papers, round_: int = 0, token: str = "") -> Written:
    """Close the doors with the papers left at the desk, counted by type; at the lead the round closes with them."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        own, proxy = rights_here(state, state.own, number)
        doors = ev.DoorsClosed(number, dict(unused), own, proxy)
        page = lead_page(state, setup, number)
        if state.own != setup.lead.device or (page and page.closed):
            return [doors]
        return [doors, ev.RoundClosed(number)]

    return keeper.propose(build, who, token)


def declare(keeper: Keeper, who: tuple[By, ...], *, round_: int = 0, token: str = "") -> Written:
    """Declare the outcome that the books give now, and no other."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        found = outcome(state, setup, number)
        if found is None:
            raise Refusal("round_not_called", round=number)
        return [ev.RoundDeclared(number, found.status, found.elected, found.next)]

    return keeper.propose(build, who, token)


def write_off(
    keeper: Keeper, who: tuple[By, ...], station: str, *, reason: str, round_: int = 0, token: str = ""
) -> Written:
    """The lead goes on without a station whose count did not come."""
    return keeper.propose(
        lambda state, setup: [ev.StationWrittenOff(chosen(state, setup, round_), station, reason)], who, token
    )
