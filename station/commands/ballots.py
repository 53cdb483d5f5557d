"""Papers at the desk: received, spoiled and replaced, not returned; and why an equation does not close."""

from shared import events as ev
from shared.codec import Signed
from shared.election import Setup
from shared.errors import Refusal
from shared.ledger import Ledger, ledger
from shared.state import State
from station.commands.rounds import chosen
from station.keeper import By, Keeper, Written


def receive(keeper: Keeper, who: tuple[By, ...], *, papers: ev.Papers, round_: int = 0, token: str = "") -> Written:
    """Papers by type came to this desk; a second delivery adds to the first."""
    given = {kind: count for kind, count in papers.items() if count}
    return keeper.propose(lambda state, setup: [ev.PapersReceived(chosen(state, setup, round_), given)], who, token)


def correct(
    keeper: Keeper, who: tuple[By, ...], *, papers: ev.Papers, reason: str, round_: int = 0, token: str = ""
) -> Written:
    """Say what this desk received in all, by type; only what differs from the book is written."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        page = state.mine.rounds.get(number)
        known = page.paper if page else {}
        other = {kind: count for kind, count in papers.items() if kind not in known or known[kind].received != count}
        return [ev.PapersCorrected(number, other or dict(papers), reason)]

    return keeper.propose(build, who, token)


def recount(
    keeper: Keeper, who: tuple[By, ...], *, unused: ev.Papers, reason: str, round_: int = 0, token: str = ""
) -> Written:
    """The unused papers at this desk, by type, counted again after the doors closed."""
    return keeper.propose(
        lambda state, setup: [ev.DeskRecounted(chosen(state, setup, round_), dict(unused), reason)], who, token
    )


def replace(
    keeper: Keeper,
    who: tuple[By, ...],
    voter: int,
    *,
    paper: str,
    reason: str,
    box: str = "",
    round_: int = 0,
    token: str = "",
) -> Written:
    """A spoiled paper came back and a fresh one went out; ``box`` where a roaming team did it."""
    return keeper.propose(
        lambda state, setup: [ev.PaperReplaced(chosen(state, setup, round_), voter, paper, reason, box)], who, token
    )


def not_returned(
    keeper: Keeper, who: tuple[By, ...], paper: str, *, count: int, reason: str, round_: int = 0, token: str = ""
) -> Written:
    """Papers that were handed out and are in no box."""
    return keeper.propose(
        lambda state, setup: [ev.PapersNotReturned(chosen(state, setup, round_), paper, count, reason)], who, token
    )


def explain(
    keeper: Keeper, who: tuple[By, ...], paper: str, *, where: str, reason: str, round_: int = 0, token: str = ""
) -> Written:
    """Two officials sign why a line of the equation does not close. ``where``: boxes, desk:<station>, box:<box>."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        if paper not in setup.paper:
            raise Refusal("wrong_papers", round=number, papers=[one.id for one in setup.papers])
        found = _difference(ledger(state, setup, number, paper), where)
        return [ev.DifferenceExplained(number, paper, where, Signed(found), reason)]

    return keeper.propose(build, who, token)


def _difference(line: Ledger, where: str) -> int:
    lines = {f"desk:{desk.station}": desk.difference for desk in line.desks}
    lines |= {f"box:{box.box}": box.difference for box in line.boxes}
    return line.difference if where == "boxes" else lines.get(where, 0)
