"""The roaming box: sent out under a lease, its visits entered from the paper form, brought back, completed."""

from collections.abc import Sequence

from shared import events as ev
from shared.book import Lease, RoundBook
from shared.election import Setup
from shared.ledger import papers_of, visits_of
from shared.state import State
from station.commands.rounds import chosen
from station.keeper import By, Keeper, Written


def applied(setup: Setup, box: str) -> tuple[int, ...]:
    """Who asked for this box: the list that it goes out with unless the team changes it."""
    return tuple(dict.fromkeys(one.voter for one in setup.applications if one.box == box))


def lease_of_box(page: RoundBook, box: str) -> Lease | None:
    """The last lease under which a box went out in a round."""
    return next((lease for lease in reversed(page.leases.values()) if lease.box == box), None)


def send(
    keeper: Keeper,
    who: tuple[By, ...],
    box: str,
    *,
    voters: Sequence[int],
    team: Sequence[str],
    papers: ev.Papers,
    device: str = "",
    round_: int = 0,
    token: str = "",
) -> Written:
    """Lease the rights of ``voters`` to the box and send it out with ``team`` and ``papers``, in one act."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        lease = len(_page(state, number).leases) + 1
        return [
            ev.LeaseGranted(number, box, lease, tuple(voters), device),
            ev.BoxSent(number, box, lease, tuple(team), dict(papers)),
        ]

    return keeper.propose(build, who, token)


def visit(
    keeper: Keeper,
    who: tuple[By, ...],
    box: str,
    *,
    voter: int,
    outcome: ev.VisitOutcome,
    helper: bool = False,
    round_: int = 0,
    token: str = "",
) -> Written:
    """One door of the route, from the paper form. A vote uses the right and hands out a paper of each type."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        types = papers_of(state, setup, number) if outcome == "voted" else ()
        return [ev.VisitRecorded(number, box, _lease(state, number, box), voter, outcome, types, helper)]

    return keeper.propose(build, who, token)


def return_box(
    keeper: Keeper,
    who: tuple[By, ...],
    box: str,
    *,
    seal: str,
    intact: bool,
    papers: ev.Papers,
    round_: int = 0,
    token: str = "",
) -> Written:
    """The box is back; ``papers``: unused papers brought back, counted by type."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        return [ev.BoxReturned(number, box, _lease(state, number, box), seal, intact, dict(papers))]

    return keeper.propose(build, who, token)


def complete(keeper: Keeper, who: tuple[By, ...], box: str, *, round_: int = 0, token: str = "") -> Written:
    """All visits are entered; whoever was not visited gets the right back."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        lease = lease_of_box(_page(state, number), box)
        visits = visits_of(state, number, lease) if lease else {}
        voted = sum(1 for one in visits.values() if one == "voted")
        return [ev.VisitsCompleted(number, box, lease.number if lease else 0, voted)]

    return keeper.propose(build, who, token)


def take_back(
    keeper: Keeper,
    who: tuple[By, ...],
    box: str,
    *,
    voters: Sequence[int],
    reason: str,
    round_: int = 0,
    token: str = "",
) -> Written:
    """Give rights back to the desk although the box is out; both may then be used, and people decide."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        return [ev.LeaseTakenBack(number, box, _lease(state, number, box), tuple(voters), reason)]

    return keeper.propose(build, who, token)


def _lease(state: State, number: int, box: str) -> int:
    """The number of the box's last lease; 0, which is no lease, where it never went out."""
    lease = lease_of_box(_page(state, number), box)
    return lease.number if lease else 0


def _page(state: State, number: int) -> RoundBook:
    return state.mine.rounds.get(number) or RoundBook()
