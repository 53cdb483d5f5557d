"""A ballot box: sealed, opened, counted face down; handed over to the lead and received there; written off."""

from shared import events as ev
from shared.book import BoxBook, RoundBook
from shared.election import Setup
from shared.ledger import live_uses, papers_of
from shared.state import State
from station.commands.rounds import chosen
from station.keeper import By, Keeper, Written


def seal(keeper: Keeper, who: tuple[By, ...], box: str, *, seal: str, round_: int = 0, token: str = "") -> Written:
    """The box was shown empty and sealed with the seal of this number."""
    return keeper.propose(lambda state, setup: [ev.BoxSealed(chosen(state, setup, round_), box, seal)], who, token)


def open_(
    keeper: Keeper, who: tuple[By, ...], box: str, *, seal: str, intact: bool, round_: int = 0, token: str = ""
) -> Written:
    return keeper.propose(
        lambda state, setup: [ev.BoxOpened(chosen(state, setup, round_), box, seal, intact)], who, token
    )


def count(
    keeper: Keeper,
    who: tuple[By, ...],
    box: str,
    *,
    papers: ev.Papers,
    again: str = "",
    round_: int = 0,
    token: str = "",
) -> Written:
    """Papers of one box, counted face down by type. ``again``: why it is counted once more."""
    return keeper.propose(
        lambda state, setup: [ev.BoxCounted(chosen(state, setup, round_), box, dict(papers), again)], who, token
    )


def hand_over(
    keeper: Keeper, who: tuple[By, ...], box: str, *, papers: ev.Papers | None = None, round_: int = 0, token: str = ""
) -> Written:
    """A sub-venue gives its sealed box away; ``papers``: what should be inside, from the book if left out."""

    def build(state: State, setup: Setup) -> list[ev.Event]:
        number = chosen(state, setup, round_)
        inside = inside_by_book(state, setup, number, box) if papers is None else dict(papers)
        return [ev.BoxHandedOver(number, box, _page(state, number).box.get(box, BoxBook()).seal, inside)]

    return keeper.propose(build, who, token)


def receive(
    keeper: Keeper, who: tuple[By, ...], box: str, *, seal: str, intact: bool, round_: int = 0, token: str = ""
) -> Written:
    """The lead takes in a box that a sub-venue handed over."""
    return keeper.propose(
        lambda state, setup: [ev.BoxReceived(chosen(state, setup, round_), box, seal, intact)], who, token
    )


def write_off(
    keeper: Keeper, who: tuple[By, ...], box: str, *, reason: str, round_: int = 0, token: str = ""
) -> Written:
    """A box that will not be counted; it stays sealed."""
    return keeper.propose(
        lambda state, setup: [ev.BoxWrittenOff(chosen(state, setup, round_), box, reason)], who, token
    )


def inside_by_book(state: State, setup: Setup, number: int, box: str) -> ev.Papers:
    """Papers by type that the own book puts into a box: those of its visits, or, into the only fixed box, those of the
    desk. Where several fixed boxes stand at one station the book cannot tell them apart, and says nothing."""
    page, known = _page(state, number), setup.box.get(box)
    kinds = papers_of(state, setup, number)
    if known is not None and known.kind == "roaming":
        cast = [use for use in live_uses(state, number) if use.box == box]
        return {kind: sum(kind in use.types for use in cast) for kind in kinds}
    fixed = [id_ for id_ in page.box if id_ in setup.box and setup.box[id_].kind == "fixed"]
    if fixed != [box]:
        return {}
    rights = [use for uses in state.mine.admissions.values() for use in uses if use.round == number]
    desk = [use for use in rights if use.live and not use.box]
    lost = {kind: page.paper[kind].not_returned for kind in kinds if kind in page.paper}
    return {kind: max(sum(kind in use.types for use in desk) - lost.get(kind, 0), 0) for kind in kinds}


def _page(state: State, number: int) -> RoundBook:
    return state.mine.rounds.get(number) or RoundBook()
