"""The one door: `objections` says why an act may not happen. The station asks before it appends and refuses; central
asks again about every event and records findings, because what happened has happened."""

from collections.abc import Callable, Iterator
from typing import Final

from shared import events as ev
from shared.book import Book
from shared.election import Setup
from shared.errors import Refusal
from shared.rules import ballots, boxes, check_in, counting, log, officials, roaming, rounds
from shared.rules.act import Act, Bench, By
from shared.state import State

__all__ = ["Act", "Bench", "By", "bench", "objections"]

Rule = Callable[[Bench], Iterator[Refusal]]

AREAS: Final[dict[Rule, tuple[type[ev.Event], ...]]] = {
    check_in.objections: (ev.PapersIssued, ev.Arrived, ev.Left, ev.Excused, ev.AdmissionCancelled),
    ballots.objections: (
        ev.PapersReceived, ev.PapersCorrected, ev.DeskRecounted, ev.PaperReplaced, ev.PapersNotReturned,
        ev.DifferenceExplained,
    ),
    roaming.objections: (
        ev.LeaseGranted, ev.BoxSent, ev.VisitRecorded, ev.BoxReturned, ev.VisitsCompleted, ev.LeaseTakenBack,
    ),
    boxes.objections: (
        ev.BoxSealed, ev.BoxHandedOver, ev.BoxReceived, ev.BoxWrittenOff, ev.BoxOpened, ev.BoxCounted,
    ),
    counting.objections: (ev.PileMixed, ev.SheetCalled, ev.PileClosed),
    rounds.objections: (
        ev.RoundCalled, ev.RoundOpened, ev.RoundClosed, ev.RoundDeclared, ev.StationWrittenOff,
        ev.DoorsOpened, ev.DoorsPaused, ev.DoorsResumed, ev.DoorsClosed,
    ),
    log.objections: (ev.EpochOpened, ev.PackageTaken, ev.LogTaken, ev.DeviceEnrolled),
}  # fmt: skip

RULE_OF: Final[dict[type[ev.Event], Rule]] = {kind: rule for rule, kinds in AREAS.items() for kind in kinds}


def objections(act: Act, state: State, setup: Setup) -> list[Refusal]:
    """Every reason why ``act`` may not stand, judged against the books in ``state``; empty where it may.

    ``setup`` is the package version that the act's log last took in.
    """
    judged = bench(act, state, setup)
    if judged is None:
        return [Refusal("device_unknown", device=act.device)]
    found = [*log.order(judged), *(log.phone(judged) if judged.is_phone else ()), *officials.objections(judged)]
    return found + list(RULE_OF[type(act.event)](judged))


def bench(act: Act, state: State, setup: Setup) -> Bench | None:
    """The act with what it is judged against; None where the device belongs to no station of the unit."""
    station = setup.station_of_device.get(act.device)
    if station is None:
        owner = next((book.device for book in state.books.values() if act.device in book.enrolled), "")
        certifier = next((one for one in setup.stations if one.id == act.station), None)
        station = setup.station_of_device.get(owner) or certifier
    book = state.books.get(act.device) or Book(act.device)
    return Bench(act, state, setup, station, book) if station else None
