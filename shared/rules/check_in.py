"""Rules of attendance and of using a right at the desk: once, in an open round, at the voter's home station.

One voter, one right (选举法 第五条: every voter has one vote in one election). Attendance belongs to the sitting,
papers to the round: they are two events, judged apart.
"""

from collections.abc import Iterator

from shared import events as ev
from shared.book import Admission, Lease
from shared.errors import Refusal
from shared.ledger import papers_of
from shared.rules import proxy
from shared.rules.act import Bench
from shared.rules.ballots import doors, doors_not_closed, enough_papers, reason_given
from shared.state import State


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses voter_unknown, already_present, not_present, nothing_to_cancel, wrong_papers, doors_closed,
    reason_missing, and all that `_admission` lists."""
    match bench.act.event:
        case ev.PapersIssued() as event:
            yield from _admission(bench, event)
        case ev.Arrived() | ev.Left() | ev.Excused() as event:
            yield from _attendance(bench, event)
        case ev.AdmissionCancelled() as event:
            yield from _cancelling(bench, event)
        case _:
            pass


def _attendance(bench: Bench, event: ev.Arrived | ev.Left | ev.Excused) -> Iterator[Refusal]:
    if event.voter not in bench.setup.roll:
        yield Refusal("voter_unknown", voter=event.voter)
        return
    present = bench.book.attendance.get(event.voter) == "present"
    if present and not isinstance(event, ev.Left):
        yield Refusal("already_present", voter=event.voter)
    if not present and isinstance(event, ev.Left):
        yield Refusal("not_present", voter=event.voter)


def _admission(bench: Bench, event: ev.PapersIssued) -> Iterator[Refusal]:
    """Refuses voter_unknown, wrong_papers, right_used, right_leased, other_home, override_needless, no_papers_left, and
    those of `shared.rules.ballots.doors` and `shared.rules.proxy`."""
    voter = bench.setup.roll.get(event.voter)
    if voter is None:
        yield Refusal("voter_unknown", voter=event.voter)
        return
    yield from doors(bench, event.round)
    expected = papers_of(bench.state, bench.setup, event.round)
    if event.types != expected:
        yield Refusal("wrong_papers", round=event.round, papers=list(expected))
    yield from unused(bench, event.round, event.voter)
    if voter.home != bench.station.id:
        if not event.override or len(bench.act.by) < 2:
            yield Refusal("other_home", voter=event.voter, home=voter.home)
    elif event.override:
        yield Refusal("override_needless", voter=event.voter)
    yield from enough_papers(bench, event.round, event.types)
    yield from proxy.objections(bench, event)


def unused(bench: Bench, round_: int, voter: int) -> Iterator[Refusal]:
    """Refuses right_used (by whom, when, where) and right_leased (with which box)."""
    uses = bench.state.uses(round_, voter)
    if uses:
        yield used(bench, uses[0])
    lease = lease_of(bench.state, round_, voter)
    if lease is not None:
        yield leased(voter, lease)


def lease_of(state: State, round_: int, voter: int) -> Lease | None:
    """The open lease that holds this right, in whichever book it stands."""
    for book in state.books.values():
        page = book.rounds.get(round_)
        for lease in page.leases.values() if page else ():
            if voter in lease.open:
                return lease
    return None


def leased(voter: int, lease: Lease) -> Refusal:
    return Refusal("right_leased", voter=voter, box=lease.box, lease=lease.number)


def used(bench: Bench, use: Admission) -> Refusal:
    """When, where and with whom the right was used."""
    station = bench.setup.station_of_device.get(use.device)
    return Refusal(
        "right_used",
        voter=use.voter,
        at=use.at,
        station=station.id if station else "",
        desk=use.desk,
        official=use.official,
        right=use.right,
    )


def _cancelling(bench: Bench, event: ev.AdmissionCancelled) -> Iterator[Refusal]:
    yield from doors_not_closed(bench, event.round)
    uses = [one for one in bench.book.admissions.get((event.round, event.voter), ()) if one.live and not one.box]
    if not uses:
        yield Refusal("nothing_to_cancel", voter=event.voter)
    elif not set(event.handed_back) <= set(uses[-1].types):
        yield Refusal("wrong_papers", round=event.round, papers=list(uses[-1].types))
    yield from reason_given(event.reason)
