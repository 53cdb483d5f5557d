"""What may be decided about a case, and what a decision changes: folded over what the stations said, nothing deleted.

Wrong person picked: the admission moves to the right entry, which must be unused. No paper cast: it is cancelled, its
papers accounted for. Two papers cast: both stay counted, the right counts once; where the papers in doubt reach the
deciding margin, the election committee upholds or voids the round. Branch: one version of a forked log. Release: a
quarantine is lifted. Noted: a finding, an epoch, a difference stands as it is, with a reason. Pure.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from central.decisions import Decision, Kind, Settlement
from shared.book import Admission, PaperBook
from shared.election import Setup
from shared.errors import Refusal
from shared.ledger import contest_count
from shared.rules.outcome import Outcome, outcome
from shared.state import State

MAY_SETTLE: Final[dict[str, tuple[Kind, ...]]] = {
    "right": ("wrong_person_picked", "no_paper_cast", "two_papers_cast"),
    "fork": ("branch",),
    "quarantine": ("release", "noted"),
    "margin": ("upheld", "voided"),
    "declared": ("noted",),
    "equation": ("noted",),
    "finding": ("noted",),
    "epoch": ("noted",),
}


def fold(state: State, decided: Iterable[Decision]) -> None:
    """Let decisions have been taken, in their order. What they name and is not there, they do not change."""
    for one in decided:
        apply(state, one.settlement)


def apply(state: State, chosen: Settlement) -> None:
    match chosen.kind:
        case "wrong_person_picked":
            _move(state, chosen)
        case "no_paper_cast":
            _cancel(state, chosen)
        case "two_papers_cast" | "branch" | "release" | "noted" | "upheld" | "voided":
            pass  # the logs, the report and the list of cases look at these


def admission(state: State, chosen: Settlement) -> Admission | None:
    """The live use that a decision names."""
    book = state.books.get(chosen.device)
    for uses in book.admissions.values() if book else ():
        for use in uses:
            if use.live and (use.epoch, use.seq) == (chosen.epoch, chosen.seq):
                return use
    return None


def _move(state: State, chosen: Settlement) -> None:
    use = admission(state, chosen)
    if use is None:
        return
    book, old, new = state.books[use.device], (use.round, use.voter), (use.round, chosen.voter)
    for index in (book.admissions, state.rights):
        index[old].remove(use)
        index.setdefault(new, []).append(use)
    use.voter = chosen.voter


def _cancel(state: State, chosen: Settlement) -> None:
    use = admission(state, chosen)
    if use is None:
        return
    use.live = False
    papers = state.books[use.device].round(use.round).paper
    for kind in use.types:
        entry = papers.setdefault(kind, PaperBook())
        if kind in chosen.handed_back:
            entry.handed_back += 1
        elif use.box:
            entry.roaming_issued[use.box] = entry.roaming_issued.get(use.box, 0) - 1
        else:
            entry.issued -= 1


def objections(state: State, setup: Setup, right: tuple[int, int], chosen: Settlement) -> Iterator[Refusal]:
    """Why an outcome may not settle a case; ``right``: (round, roll number) that it is about. Refuses reason_missing,
    use_gone, voter_unknown, right_used_too, wrong_papers."""
    if not chosen.reason.strip():
        yield Refusal("reason_missing")
    if chosen.kind not in ("wrong_person_picked", "no_paper_cast"):
        return
    use = admission(state, chosen)
    if use is None or (use.round, use.voter) != right:
        yield Refusal("use_gone")
        return
    if chosen.kind == "wrong_person_picked":
        if chosen.voter not in setup.roll:
            yield Refusal("voter_unknown", voter=chosen.voter)
        elif state.uses(use.round, chosen.voter):
            yield Refusal("right_used_too", voter=chosen.voter)
    elif not set(chosen.handed_back) <= set(use.types):
        yield Refusal("wrong_papers", round=use.round, papers=list(use.types))


def doubtful(state: State, round_: int) -> int:
    """Papers of each type in the boxes that no right stands behind: of a right used twice, all uses but one."""
    return sum(len(uses) - 1 for uses in state.doubles() if uses[0].round == round_)


def margin(state: State, setup: Setup, round_: int) -> int | None:
    """How many papers could turn the outcome of a round: the smallest distance of any name from winning or losing its
    seat, or of the round from its threshold. None where nothing could turn it (nobody stands, nothing counted)."""
    found = outcome(state, setup, round_)
    return min(_distances(found, state, setup), default=None) if found else None


def reached(state: State, setup: Setup, round_: int) -> bool:
    """Whether the papers in doubt reach the deciding margin."""
    least = margin(state, setup, round_)
    return least is not None and 0 < least <= doubtful(state, round_)


def _distances(found: Outcome, state: State, setup: Setup) -> Iterator[int]:
    for contest in found.contests:
        if not contest_count(state, setup, found.round, contest.post).papers:
            continue
        votes = [standing.votes for standing in contest.standings]
        if len(votes) > contest.seats:
            yield max(1, votes[contest.seats - 1] - votes[contest.seats])
        for count in votes:
            yield max(1, abs(count - contest.needed) + (1 if count >= contest.needed else 0))
        for check in contest.checks:
            yield max(1, abs(check.measured - check.least) + (1 if check.met else 0))
