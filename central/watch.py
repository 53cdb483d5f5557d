"""What the wall shows of each station, kept as plain values so that a page of many stations reads one row a unit.

Made again when somebody looks and the unit has changed. Whether a station is silent is judged when it is shown, by the
time that is handed in; everything else comes from the books.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from central.cases import KINDS, Case
from central.settling import Settling
from central.store.cases import CaseRow, Cases, Heard
from central.view import View, Views
from shared.book import Book, RoundBook
from shared.election import Station
from shared.ledger import ledger, papers_of, participants
from shared.rules.outcome import outcome

SILENT_SECONDS: Final = 15 * 60
Tone = Literal["waiting", "open", "counting", "declared", "silent", "trouble"]
TONES: Final[tuple[Tone, ...]] = ("open", "counting", "declared", "silent", "trouble", "waiting")


@dataclass(frozen=True, slots=True)
class StationCell:
    """One station as the wall shows it. ``unsent``: batches that it should have sent since it was heard last."""

    unit: str
    id: str
    data: dict[str, Any]
    tone: Tone
    unsent: int


class Watch:
    """The summaries of one database."""

    def __init__(self, views: Views, settling: Settling, store: Cases) -> None:
        self._views: Final = views
        self._settling: Final = settling
        self._store: Final = store

    def refresh(self) -> None:
        """Make the summaries of all units that have changed since."""
        for unit in self._store.stale():
            view = self._views.get(unit)
            if view is not None:
                found = self._settling.cases(view)
                rows = [_row(unit, one) for one in found]
                self._store.summarise(unit, view.version, self._summary(view, found), rows)

    def units(self) -> dict[str, dict[str, Any]]:
        """Unit -> what the wall shows of it."""
        self.refresh()
        return self._store.summaries()

    def _summary(self, view: View, found: list[Case]) -> dict[str, Any]:
        heard = {one.device: one for one in self._store.heard(view.unit)}
        number = view.rounds[-1] if view.rounds else 0
        main, later = _turnout_rounds(view)
        stations = [_station(view, one, number, heard.get(one.device)) for one in view.setup.stations]
        broken = {one.facts.get("device", "") for one in found if one.open}
        for one in stations:
            one["findings"] = sum(1 for case in found if case.open and case.facts.get("device") == one["device"])
            one["trouble"] = one["device"] in broken or bool(one["difference"])
        return {
            "unit": view.unit,
            "election": {"zh": view.setup.election.name.zh, "en": view.setup.election.name.en},
            "name": {"zh": view.setup.unit.name.zh, "en": view.setup.unit.name.en},
            "round": number,
            "eligible": view.setup.eligible,
            "participants": participants(view.state, main),
            "later": [one | {"used": participants(view.state, one["round"])} for one in later],
            "cases_open": sum(1 for one in found if one.open),
            "fingerprint": view.fingerprint,
            "stations": stations,
        }


def _row(unit: str, case: Case) -> CaseRow:
    return CaseRow(unit, case.id, case.kind, case.open, KINDS.index(case.kind), case.at, case.facts)


def _turnout_rounds(view: View) -> tuple[int, list[dict[str, Any]]]:
    """The round that turnout is told of (the last main one, for a repeat ballot asks few posts of whoever is still
    there) and the rounds after it, each with its kind."""
    lead = view.state.books.get(view.setup.lead.device)
    kinds = {number: lead.rounds[number].kind for number in view.rounds} if lead else {}
    main = max((number for number, kind in kinds.items() if kind == "main"), default=0)
    return main, [{"round": number, "kind": kind} for number, kind in kinds.items() if number > main]


def _used(book: Book | None, number: int) -> int:
    """How many people used a right in a round, by one station's book."""
    uses = (use for found in book.admissions.values() for use in found) if book else ()
    return len({use.voter for use in uses if use.live and use.round == number})


def _station(view: View, station: Station, number: int, heard: Heard | None) -> dict[str, Any]:
    book = view.state.books.get(station.device)
    page = book.rounds.get(number) if book else None
    main, later = _turnout_rounds(view)
    homes = sum(1 for voter in view.setup.roll if voter.home == station.id)
    log = next((one for one in view.logs if one.device == station.device), None)
    return {
        "id": station.id,
        "device": station.device,
        "name": {"zh": station.name.zh, "en": station.name.en},
        "lead": station.lead,
        "state": _state(view, book, page, number),
        "used": _used(book, main),
        "later": [one | {"used": _used(book, one["round"])} for one in later],
        "homes": homes,
        "events": sum(head.through for head in log.epochs) if log else 0,
        "waiting": len(log.waiting) if log else 0,
        "last": heard.last if heard else "",
        "batches": heard.batches if heard else 0,
        "times": list(heard.times) if heard else [],
        "difference": _difference(view, station, number) if page and page.doors == "closed" else 0,
        "fingerprint": view.stations.get(station.id, ""),
    }


def _state(view: View, book: Book | None, page: RoundBook | None, number: int) -> str:
    """waiting, open, paused, counting, counted, declared: the station's own doors, then its count, then the lead's
    word."""
    lead = view.state.books.get(view.setup.lead.device)
    orders = lead.rounds.get(number) if lead else None
    if orders and orders.declared:
        return "declared"
    if book is None or page is None or page.doors == "shut":
        return "waiting"
    if page.doors != "closed":
        return "paused" if page.doors == "paused" else "open"
    piles = [pile for found in page.piles.values() for pile in found[-1:]]
    return "counted" if piles and all(pile.closed for pile in piles) else "counting"


def _difference(view: View, station: Station, number: int) -> int:
    """The first line of the station's own equation that does not close and that nobody has signed a reason for."""
    found = outcome(view.state, view.setup, number)
    if found is None:
        return 0
    for paper in papers_of(view.state, view.setup, number):
        line = ledger(view.state, view.setup, number, paper, station=station.id)
        open_ = {where: value for where, value in line.open_differences().items() if where != "boxes" or _all_in(line)}
        if open_:
            return next(iter(open_.values()))
    return 0


def _all_in(line: Any) -> bool:
    return not line.uncounted


def cell(unit: str, data: dict[str, Any], now: datetime) -> StationCell:
    """A station on the wall at this moment."""
    quiet = (now - datetime.fromisoformat(data["last"])).total_seconds() if data["last"] else 0.0
    working = data["state"] in ("open", "paused", "counting", "counted")
    tone: Tone = {"paused": "open", "counted": "counting"}.get(data["state"], data["state"])
    if data["trouble"]:
        tone = "trouble"
    elif working and quiet > SILENT_SECONDS:
        tone = "silent"
    return StationCell(unit, data["id"], data, tone, _unsent(data["times"], quiet) if working else 0)


def _unsent(times: list[str], quiet: float) -> int:
    """An estimate: a station goes on sending as often as it did before it fell silent."""
    moments = [datetime.fromisoformat(one) for one in times]
    span = (moments[-1] - moments[0]).total_seconds() if moments else 0.0
    if span < 60 or quiet < 60:
        return 0  # it came on a stick, all at once: nobody knows how often this station sends
    return int(quiet // max(span / (len(moments) - 1), 30.0))
