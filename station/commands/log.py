"""The log itself: how it begins, and how it takes in a newer package and the logs of the other stations."""

from shared import events as ev
from shared.election import Setup
from shared.errors import Refusal
from shared.state import State
from station.keeper import By, Keeper, Written
from station.store import siblings
from station.store.opening import reading


def start(keeper: Keeper, who: tuple[By, ...], *, reason: str = "first", token: str = "") -> Written:
    """Two officials begin this station's log and take the package. Refuses log_begun where it has begun."""

    def build(state: State, _setup: Setup) -> list[ev.Event]:
        if state.mine.epochs:
            raise Refusal("log_begun")
        newest = keeper.setups[max(keeper.setups)]
        return [ev.EpochOpened(reason), ev.PackageTaken(newest.version, newest.hash)]

    return keeper.propose(build, who, token)


def take_package(keeper: Keeper, who: tuple[By, ...], *, token: str = "") -> Written:
    """From here on the newest loaded package counts."""
    newest = keeper.setups[max(keeper.setups)]
    return keeper.propose([ev.PackageTaken(newest.version, newest.hash)], who, token)


def take(keeper: Keeper, who: tuple[By, ...], *, token: str = "") -> Written:
    """Take in what has come of other logs: each that is further than what was taken. Refuses nothing_to_take."""

    def build(state: State, _setup: Setup) -> list[ev.Event]:
        events = waiting(keeper, state)
        if not events:
            raise Refusal("nothing_to_take")
        return [*events]

    return keeper.propose(build, who, token)


def waiting(keeper: Keeper, state: State) -> list[ev.LogTaken]:
    """The logs that are stored here further than they were taken in, each device's epochs in their order."""
    with reading(keeper.engine) as connection:
        heads = siblings.heads_in_order(connection)
    events = []
    for device, epochs in heads.items():
        taken = state.mine.taken.get(device)
        names = [head.epoch for head in epochs]
        start_ = names.index(taken[0]) if taken and taken[0] in names else 0
        events += [
            ev.LogTaken(device, head.epoch, head.through, head.hash)
            for head in epochs[start_:]
            if taken is None or head.epoch != taken[0] or head.through > taken[1]
        ]
    return events
