"""The desk: voters are admitted, by their own right or as a proxy; an admission is cancelled; who comes and leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared import events as ev
from shared.election import Setup
from shared.ledger import papers_of
from shared.state import State
from station.commands.rounds import chosen
from station.keeper import By, Keeper, Written


@dataclass(frozen=True, slots=True)
class _Admitted:
    voter: int
    right: Literal["own", "proxy"]
    holder: int = 0


def admit(
    keeper: Keeper,
    who: tuple[By, ...],
    voter: int,
    *,
    right: Literal["own", "proxy"] = "own",
    holder: int = 0,
    override: str = "",
    round_: int = 0,
    token: str = "",
) -> Written:
    """Use one right and hand out a paper of each type; whoever takes them is present from now on.

    ``right="proxy"``: ``holder`` takes the papers of ``voter``. ``override``: why a voter of another station's roll is
    admitted here (two officials).
    """
    one = _Admitted(voter, right, holder)
    return keeper.propose(lambda state, setup: _events(state, setup, round_, ([one], override)), who, token)


def admit_with_proxies(
    keeper: Keeper,
    who: tuple[By, ...],
    holder: int,
    *,
    principals: Sequence[int],
    own: bool = True,
    override: str = "",
    round_: int = 0,
    token: str = "",
) -> Written:
    """Use the holder's own right (if ``own``) and those of ``principals`` in one act: all of them, or none."""
    all_ = [_Admitted(holder, "own")] if own else []
    all_ += [_Admitted(principal, "proxy", holder) for principal in principals]
    return keeper.propose(lambda state, setup: _events(state, setup, round_, (all_, override)), who, token)


def cancel(
    keeper: Keeper,
    who: tuple[By, ...],
    *voters: int,
    reason: str,
    handed_back: Sequence[str] = (),
    round_: int = 0,
    token: str = "",
) -> Written:
    """Undo the admissions of ``voters`` here, all or none. ``handed_back``: paper types of each that had been handed
    out and came back."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        given = tuple(paper.id for paper in setup.papers if paper.id in handed_back)
        return [ev.AdmissionCancelled(number, voter, reason, given) for voter in voters]

    return keeper.propose(build, who, token)


def arrive(keeper: Keeper, who: tuple[By, ...], voter: int, *, token: str = "") -> Written:
    return keeper.propose([ev.Arrived(voter)], who, token)


def leave(keeper: Keeper, who: tuple[By, ...], voter: int, *, token: str = "") -> Written:
    return keeper.propose([ev.Left(voter)], who, token)


def excuse(keeper: Keeper, who: tuple[By, ...], voter: int, *, reason: str, token: str = "") -> Written:
    return keeper.propose([ev.Excused(voter, reason)], who, token)


def _events(state: State, setup: Setup, round_: int, asked: tuple[Sequence[_Admitted], str]) -> list[ev.Event]:
    """The admissions first, since they are what may be refused; then the arrival of whoever stands at the desk."""
    admitted, override = asked
    number = chosen(state, setup, round_)
    types = papers_of(state, setup, number)
    events: list[ev.Event] = []
    for one in admitted:
        voter = setup.roll.get(one.voter)
        elsewhere = voter is not None and voter.home != setup.station_of_device[state.own].id
        why = override if elsewhere or len(admitted) == 1 else ""
        events.append(ev.PapersIssued(number, one.voter, types, one.right, one.holder, why))
    here = dict.fromkeys(one.holder or one.voter for one in admitted)
    missing = [no for no in here if no in setup.roll and state.mine.attendance.get(no) != "present"]
    return [*events, *(ev.Arrived(no) for no in missing)]
