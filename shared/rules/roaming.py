"""Rules of the roaming box (流动票箱): who may be on its list, who goes with it, and that their rights go with it.

A lease is on the right of a roll entry for one round: while it is open the desk refuses that voter, so offline double
voting is prevented, not only found. It never ends by time. Witnesses and who may be listed are parameters (provincial
rules ask for three scrutineers, or one committee member and two scrutineers; lists are published beforehand).
"""

from collections.abc import Iterator

from shared import events as ev
from shared.book import Lease, RoundBook
from shared.errors import Refusal
from shared.ledger import papers_of, visits_of
from shared.rules.act import Bench
from shared.rules.ballots import desk_left, doors, reason_given
from shared.rules.check_in import lease_of, leased, unused, used
from shared.rules.officials import is_concerned


def objections(bench: Bench) -> Iterator[Refusal]:
    """Refuses box_unknown, box_not_sealed, box_written_off, box_out_already, device_unknown, lease_number, list_empty,
    voter_unknown, other_home, not_applied, too_few_witnesses, witness_unfit, wrong_papers, no_papers_left,
    lease_unknown, box_away, not_on_list, visit_twice, visits_complete, visits_missing, lease_over, seal_differs,
    too_many_papers, too_few_papers, visits_exceed_papers, count_differs, reason_missing, and what the doors and the
    right itself refuse."""
    match bench.act.event:
        case ev.LeaseGranted() as event:
            yield from _granted(bench, event)
        case ev.BoxSent() as event:
            yield from _sent(bench, event)
        case ev.VisitRecorded() as event:
            yield from _visit(bench, event)
        case ev.BoxReturned() as event:
            yield from _returned(bench, event)
        case ev.VisitsCompleted() as event:
            yield from _completed(bench, event)
        case ev.LeaseTakenBack() as event:
            yield from _taken_back(bench, event)
        case _:
            pass


def _granted(bench: Bench, event: ev.LeaseGranted) -> Iterator[Refusal]:
    box = bench.setup.box.get(event.box)
    if box is None or box.kind != "roaming" or box.station != bench.station.id:
        yield Refusal("box_unknown", box=event.box)
        return
    page = bench.page(event.round)
    found = page.box.get(event.box)
    if found is None or not found.seal:
        yield Refusal("box_not_sealed", box=event.box)
    elif found.written_off:
        yield Refusal("box_written_off", box=event.box)
    if any(lease.box == event.box and not lease.complete for lease in page.leases.values()):
        yield Refusal("box_out_already", box=event.box)
    if event.device and bench.book.enrolled.get(event.device, ("", ""))[0] != event.box:
        yield Refusal("device_unknown", device=event.device)
    if event.lease != len(page.leases) + 1:
        yield Refusal("lease_number", lease=event.lease, next=len(page.leases) + 1)
    if not event.voters or len(set(event.voters)) != len(event.voters):
        yield Refusal("list_empty", box=event.box)
    yield from doors(bench, event.round)
    for voter in event.voters:
        yield from _may_go(bench, event.round, voter)


def _may_go(bench: Bench, round_: int, no: int) -> Iterator[Refusal]:
    voter = bench.setup.roll.get(no)
    if voter is None:
        yield Refusal("voter_unknown", voter=no)
        return
    if voter.home != bench.station.id:
        yield Refusal("other_home", voter=no, home=voter.home)
    if not any(one.voter == no for one in bench.setup.applications):
        yield Refusal("not_applied", voter=no)
    yield from unused(bench, round_, no)


def _sent(bench: Bench, event: ev.BoxSent) -> Iterator[Refusal]:
    lease = bench.page(event.round).leases.get(event.lease)
    if lease is None or lease.box != event.box or lease.sent:
        yield Refusal("lease_unknown", lease=event.lease, box=event.box)
        return
    yield from doors(bench, event.round)
    wanted = bench.setup.procedure.parameters.roaming_witnesses
    if len(set(event.team)) < wanted:
        yield Refusal("too_few_witnesses", needed=wanted, given=len(set(event.team)))
    for name in event.team:
        person = bench.setup.official.get(name)
        if person is None or person.station != bench.station.id or is_concerned(person, bench.setup):
            yield Refusal("witness_unfit", official=name)
    yield from _papers(bench, event.round, event.papers)
    for paper, count in event.papers.items():
        if count > desk_left(bench, event.round, paper):
            yield Refusal("no_papers_left", paper=paper)
        if count < len(lease.voters):
            yield Refusal("too_few_papers", paper=paper, given=count, needed=len(lease.voters))


def _papers(bench: Bench, round_: int, papers: ev.Papers) -> Iterator[Refusal]:
    known = papers_of(bench.state, bench.setup, round_)
    if set(papers) != set(known):
        yield Refusal("wrong_papers", round=round_, papers=list(known))


def _lease(bench: Bench, round_: int, number: int, box: str) -> Lease | None:
    """The lease as this log or, for a phone, the station's log wrote it."""
    for book in (bench.book, *bench.state.books.values()):
        page = book.rounds.get(round_)
        lease = page.leases.get(number) if page else None
        if lease is not None and lease.box == box:
            return lease
    return None


def _visit(bench: Bench, event: ev.VisitRecorded) -> Iterator[Refusal]:
    lease = _lease(bench, event.round, event.lease, event.box)
    if lease is None or not lease.sent or (bench.is_phone and lease.device != bench.act.device):
        yield Refusal("lease_unknown", lease=event.lease, box=event.box)
        return
    if event.voter not in lease.voters:
        yield Refusal("not_on_list", voter=event.voter, box=event.box)
    if lease.complete:
        yield Refusal("visits_complete", box=event.box)
    elif not bench.is_phone and not lease.returned:
        yield Refusal("box_away", box=event.box)
    if _visited(bench, event, lease) in ("voted", event.outcome):
        yield Refusal("visit_twice", voter=event.voter)
    wanted = papers_of(bench.state, bench.setup, event.round) if event.outcome == "voted" else ()
    if event.types != wanted:
        yield Refusal("wrong_papers", round=event.round, papers=list(wanted))
    if event.outcome == "voted":
        yield from _right_on_the_road(bench, event, lease)


def _visited(bench: Bench, event: ev.VisitRecorded, lease: Lease) -> str:
    """What this log says of the voter so far. A team may call again on somebody who was not at home. What phone and
    paper form say apart from each other is not compared here: both stay, and people settle a difference."""
    visits = bench.page(event.round).visits.get(lease.number, {}) if bench.is_phone else lease.visits
    return visits.get(event.voter, "")


def _right_on_the_road(bench: Bench, event: ev.VisitRecorded, lease: Lease) -> Iterator[Refusal]:
    """What the paper form says has happened. Where the right was taken back or used meanwhile, two officials may still
    record it: both uses then stand, and people decide."""
    if len(bench.act.by) == 2:
        return
    if event.voter in lease.voters and event.voter not in lease.open:
        yield Refusal("lease_over", voter=event.voter, box=event.box)
    if not bench.is_phone:
        yield from _papers_of_visits(bench, event, lease)
    uses = bench.state.uses(event.round, event.voter)
    elsewhere = [use for use in uses if (use.box, use.lease) != (lease.box, lease.number)]
    if elsewhere:
        yield used(bench, elsewhere[0])
    other = lease_of(bench.state, event.round, event.voter)
    if other is not None and (other.box, other.number) != (lease.box, lease.number):
        yield leased(event.voter, other)


def _papers_of_visits(bench: Bench, event: ev.VisitRecorded, lease: Lease) -> Iterator[Refusal]:
    """More votes than papers that stayed out is a wrong line of the form, or a paper that nobody knows about."""
    visits = visits_of(bench.state, event.round, lease)
    voted = {voter for voter, outcome in visits.items() if outcome == "voted"} | {event.voter}
    for paper in event.types:
        gone = papers_gone(lease, paper)
        if len(voted) + replaced_on(bench.page(event.round), lease, paper) > gone:
            yield Refusal("visits_exceed_papers", paper=paper, gone=gone)


def papers_gone(lease: Lease, paper: str) -> int:
    """Papers of a type that the team took and did not bring back."""
    return lease.papers.get(paper, 0) - lease.brought_back.get(paper, 0)


def replaced_on(page: RoundBook, lease: Lease, paper: str) -> int:
    """Papers of a type that went out on the lease in place of spoiled ones."""
    replaced = page.paper[paper].roaming_replaced if paper in page.paper else {}
    return sum(n for (box, voter), n in replaced.items() if box == lease.box and voter in lease.voters)


def _returned(bench: Bench, event: ev.BoxReturned) -> Iterator[Refusal]:
    page = bench.page(event.round)
    lease = page.leases.get(event.lease)
    if lease is None or lease.box != event.box or not lease.sent or lease.returned:
        yield Refusal("lease_unknown", lease=event.lease, box=event.box)
        return
    found = page.box.get(event.box)
    if event.intact and (found is None or event.seal != found.seal):
        yield Refusal("seal_differs", box=event.box)
    yield from _papers(bench, event.round, event.papers)
    for paper, count in event.papers.items():
        if count > lease.papers.get(paper, 0):
            yield Refusal("too_many_papers", paper=paper, taken=lease.papers.get(paper, 0))


def _completed(bench: Bench, event: ev.VisitsCompleted) -> Iterator[Refusal]:
    lease = bench.page(event.round).leases.get(event.lease)
    if lease is None or lease.box != event.box or not lease.returned:
        yield Refusal("box_away", box=event.box)
        return
    if lease.complete:
        yield Refusal("visits_complete", box=event.box)
    visits = visits_of(bench.state, event.round, lease)
    entered = visits.keys() | (set(lease.voters) - lease.open)
    if lease.device and lease.device not in bench.book.taken and not entered >= set(lease.voters):
        yield Refusal("visits_missing", box=event.box)
    voted = sum(outcome == "voted" for outcome in visits.values())
    if event.voted != voted:
        yield Refusal("count_differs", given=event.voted, found=voted)


def _taken_back(bench: Bench, event: ev.LeaseTakenBack) -> Iterator[Refusal]:
    lease = bench.page(event.round).leases.get(event.lease)
    if lease is None or lease.box != event.box:
        yield Refusal("lease_unknown", lease=event.lease, box=event.box)
        return
    if not event.voters or len(set(event.voters)) != len(event.voters):
        yield Refusal("list_empty", box=event.box)
    yield from reason_given(event.reason)
    for voter in event.voters:
        if voter not in lease.open:
            yield Refusal("lease_over", voter=voter, box=event.box)
