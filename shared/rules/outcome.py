"""Who is elected: a pure function of the counts, the set-up and the procedure's thresholds. Integers only.

Villagers' committee (村民委员会组织法 第十五条): valid if more than half of the registered take part; elected with
more than half of those taking part, most votes first. Tied at the last seat above half: repeat ballot among the tied.
Seats left open: 另行选举 among the highest not elected. All bases and comparators come from the procedure.
"""

from dataclasses import dataclass
from typing import Literal

from shared.election import PaperType, Setup
from shared.events import Contest, Elected, Next
from shared.ledger import ContestCount, Ledger, contest_count, lead_page, ledger, papers_of
from shared.procedure import RoundKind, RoundRule, Threshold
from shared.state import State

Status = Literal["valid", "not_valid", "void"]


@dataclass(frozen=True, slots=True)
class Check:
    """One threshold looked at: what was measured, on which base, how many it takes."""

    threshold: Threshold
    measured: int
    base: int

    @property
    def met(self) -> bool:
        return self.threshold.met(self.measured, self.base)

    @property
    def least(self) -> int:
        return self.threshold.least(self.base)


@dataclass(frozen=True, slots=True)
class Standing:
    """One name and its votes, most first; ``passes`` all thresholds of winning."""

    candidate: str
    votes: int
    passes: bool


@dataclass(frozen=True, slots=True)
class ContestOutcome:
    """``tied`` stand for the last ``tied_seats``; ``open_seats`` found nobody who passes."""

    post: str
    seats: int
    count: ContestCount
    needed: int
    checks: tuple[Check, ...]
    standings: tuple[Standing, ...]
    elected: tuple[Elected, ...]
    tied: tuple[str, ...] = ()
    tied_seats: int = 0
    open_seats: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``void``: more papers came out of the boxes than the preset allows. ``not_valid``: too few took part."""

    round: int
    kind: RoundKind
    status: Status
    contests: tuple[ContestOutcome, ...]

    @property
    def elected(self) -> tuple[Elected, ...]:
        return tuple(one for contest in self.contests for one in contest.elected) if self.status == "valid" else ()

    @property
    def next(self) -> Next:
        """What must follow before every seat is filled; ties first, since they fill seats of this round."""
        if self.status != "valid":
            return "again"
        if any(contest.tied for contest in self.contests):
            return "repeat"
        return "rerun" if any(contest.open_seats for contest in self.contests) else "none"


def outcome(state: State, setup: Setup, number: int) -> Outcome | None:
    """The outcome of a called round as the books stand now; None before the lead's log says that it was called."""
    page = lead_page(state, setup, number)
    if page is None or not page.kind:
        return None
    kind: RoundKind = page.kind  # type: ignore[assignment]
    rule = setup.procedure.rule(kind)
    ledgers = {paper: ledger(state, setup, number, paper) for paper in papers_of(state, setup, number)}
    known = [contest for contest in page.contests if any(contest.post in paper.posts for paper in setup.papers)]
    contests = tuple(_contest(state, setup, number, (rule, contest, ledgers)) for contest in known)
    if any(_too_many(line, rule) for line in ledgers.values()):
        status: Status = "void"
    else:
        status = "valid" if all(check.met for one in contests for check in one.checks) else "not_valid"
    return Outcome(number, kind, status, contests)


def paper_of(setup: Setup, post: str) -> PaperType:
    """The paper type that holds the contest of a post."""
    return next(paper for paper in setup.papers if post in paper.posts)


def _too_many(line: Ledger, rule: RoundRule) -> bool:
    return line.in_boxes > (line.issued if rule.void_when_over == "issued" else line.rights)


def _contest(
    state: State, setup: Setup, number: int, asked: tuple[RoundRule, Contest, dict[str, Ledger]]
) -> ContestOutcome:
    rule, contest, ledgers = asked
    count = contest_count(state, setup, number, contest.post)
    line = ledgers[paper_of(setup, contest.post).id]
    page = lead_page(state, setup, number)
    bases = {
        "eligible": setup.eligible,
        "expected": page.expected if page else 0,
        "present": page.present if page else 0,
        "cast": line.in_boxes,
        "valid": count.valid,
        "issued": line.issued,
    }
    checks = tuple(Check(one, bases[one.measure], bases[one.base]) for one in rule.validity if one.measure != "votes")
    ranked = sorted(
        (Standing(name, votes, _passes(votes, rule, bases)) for name, votes in count.votes.items() if name != "other"),
        key=lambda standing: (-standing.votes, standing.candidate),
    )
    needed = max((one.least(bases[one.base]) for one in rule.win), default=1)
    return _seat(contest, count, ranked, (needed, checks))


def _passes(votes: int, rule: RoundRule, bases: dict[str, int]) -> bool:
    return votes > 0 and all(one.met(votes, bases[one.base]) for one in rule.win)


def _seat(
    contest: Contest, count: ContestCount, ranked: list[Standing], asked: tuple[int, tuple[Check, ...]]
) -> ContestOutcome:
    passing = [standing for standing in ranked if standing.passes]
    seated, tied, tied_seats = passing, list[Standing](), 0
    if len(passing) > contest.seats:
        edge = passing[contest.seats - 1].votes
        seated = passing[: contest.seats]
        if passing[contest.seats].votes == edge:
            seated = [standing for standing in passing if standing.votes > edge]
            tied = [standing for standing in passing if standing.votes == edge]
            tied_seats = contest.seats - len(seated)
    return ContestOutcome(
        post=contest.post,
        seats=contest.seats,
        count=count,
        needed=asked[0],
        checks=asked[1],
        standings=tuple(ranked),
        elected=tuple(Elected(contest.post, one.candidate, one.votes) for one in seated),
        tied=tuple(one.candidate for one in tied),
        tied_seats=tied_seats,
        open_seats=contest.seats - len(seated) - tied_seats,
    )


def repeat_contests(found: Outcome) -> tuple[Contest, ...]:
    """The repeat ballot: the tied, for the seats they tie for; empty where nobody tied."""
    if found.status != "valid":
        return ()
    return tuple(Contest(one.post, one.tied_seats, tuple(sorted(one.tied))) for one in found.contests if one.tied)


def rerun_contests(found: Outcome) -> tuple[Contest, ...]:
    """另行选举: for each open seat the highest not elected, one name more than seats, and whoever ties with the last of
    them (the surplus of one is a parameter that the office must confirm); empty where the round does not stand."""
    if found.status != "valid":
        return ()
    return tuple(Contest(one.post, one.open_seats, _highest(one)) for one in found.contests if one.open_seats)


def _highest(contest: ContestOutcome) -> tuple[str, ...]:
    seated = {one.candidate for one in contest.elected}
    rest = [one for one in contest.standings if one.candidate not in seated]
    wanted = contest.open_seats + 1
    if len(rest) <= wanted:
        return tuple(sorted(one.candidate for one in rest))
    edge = rest[wanted - 1].votes
    return tuple(sorted(one.candidate for one in rest if one.votes >= edge))
