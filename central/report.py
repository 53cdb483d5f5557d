"""What the office reports of a unit: turnout, papers, contests, who is elected, differences, conflicts, open cases.
Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from central.cases import Case
from central.view import View
from shared.election import Setup
from shared.events import Elected
from shared.ledger import ContestCount, Ledger, lead_page, ledger, papers_of, participants
from shared.procedure import RoundKind
from shared.rules.outcome import ContestOutcome, Outcome, outcome


@dataclass(frozen=True, slots=True)
class Round:
    """One round as it stands. ``declared``: what the lead said, "" before. ``ruling``: the committee's, "" without
    one."""

    number: int
    kind: RoundKind
    outcome: Outcome
    papers: tuple[Ledger, ...]
    participants: int
    declared: str
    ruling: str
    doubtful: int = 0

    @property
    def status(self) -> str:
        return "void" if self.ruling == "voided" else self.outcome.status

    @property
    def elected(self) -> tuple[Elected, ...]:
        return self.outcome.elected if self.status == "valid" else ()

    @property
    def counted(self) -> bool:
        """Whether anything was called from a pile yet."""
        return any(contest.count.papers for contest in self.outcome.contests)


@dataclass(frozen=True, slots=True)
class Seats:
    """One post over all rounds: who is elected to it, and in which round (its place is then in ``Report.rounds``)."""

    post: str
    elected: tuple[tuple[Elected, Round], ...]


@dataclass(frozen=True, slots=True)
class Report:
    unit: str
    setup: Setup
    rounds: tuple[Round, ...]
    cases: tuple[Case, ...]
    conflicts: int
    fingerprint: str

    @property
    def cases_open(self) -> int:
        return sum(1 for case in self.cases if case.open)

    @property
    def seats(self) -> list[Seats]:
        """Every post in the order of the election, with whoever is elected to it in any round."""
        won = [(one, round_) for round_ in self.rounds if round_.counted for one in round_.elected]
        return [Seats(post.id, tuple(pair for pair in won if pair[0].post == post.id)) for post in self.setup.posts]

    def doubts_open(self, number: int) -> bool:
        """Whether a right used twice in a round still waits for a decision."""
        return any(case.open and case.kind == "right" and case.facts["round"] == number for case in self.cases)


def report(view: View, cases: Sequence[Case]) -> Report:
    ruled = {case.id: case.decision.settlement.kind for case in cases if case.kind == "margin" and case.decision}
    rounds = tuple(_round(view, number, ruled.get(f"margin/{number}", "")) for number in view.rounds)
    return Report(view.unit, view.setup, rounds, tuple(cases), len(view.conflicts), view.fingerprint)


def _round(view: View, number: int, ruling: str) -> Round:
    page, found = lead_page(view.state, view.setup, number), outcome(view.state, view.setup, number)
    if page is None or found is None:
        raise LookupError(f"round {number} was never called")
    return Round(
        number=number,
        kind=found.kind,
        outcome=found,
        papers=tuple(ledger(view.state, view.setup, number, one) for one in papers_of(view.state, view.setup, number)),
        participants=participants(view.state, number),
        declared=page.declared,
        ruling=ruling,
        doubtful=sum(len(one.uses) - 1 for one in view.conflicts if one.round == number),
    )


def name_of(setup: Setup, candidate: str) -> str:
    """The name of somebody voted for: a candidate, or ``person-<roll number>`` written in."""
    known = setup.candidate.get(candidate)
    if known is not None:
        return known.name
    number = candidate.removeprefix("person-")
    voter = setup.roll.get(int(number)) if candidate.startswith("person-") and number.isdecimal() else None
    return voter.name if voter else candidate


def result(found: Report, *, stations: dict[str, str], batches: int, receipts: int) -> dict[str, Any]:
    """The result as JSON, all of it from central's state. ``stations``: station id -> fingerprint of its log here."""
    return {
        "papers": [_paper(line) for one in found.rounds for line in one.papers],
        "contests": [_contest(one.number, contest) for one in found.rounds for contest in one.outcome.contests],
        "elected": [
            {"post": seat.post, "name": name_of(found.setup, seat.candidate), "votes": seat.votes}
            for one in found.rounds
            for seat in one.elected
        ],
        "conflicts": found.conflicts,
        "cases_open": found.cases_open,
        "fingerprint": {station: {"central": fingerprint} for station, fingerprint in sorted(stations.items())},
        "unit_fingerprint": found.fingerprint,
        "batches": batches,
        "receipts": receipts,
    }


def _paper(line: Ledger) -> dict[str, Any]:
    return {
        "round": line.round,
        "type": line.paper,
        "rights": line.rights,
        "issued": line.issued,
        "spoiled": line.spoiled,
        "handed_back": line.handed_back,
        "in_boxes": line.in_boxes,
        "not_returned": line.not_returned,
        "difference": line.difference,
    }


def _contest(number: int, contest: ContestOutcome) -> dict[str, Any]:
    count: ContestCount = contest.count
    return {
        "round": number,
        "post": contest.post,
        "valid": count.valid,
        "void": sum(count.void.values()),
        "blank": count.blank,
    }
