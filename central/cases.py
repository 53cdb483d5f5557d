"""Every case of a unit: what a person must look at, computed from the view. Pure.

A case has an id that says what it is about, so the same matter is the same case however often it is computed. It is
open until a decision settles it; what was settled stays in the list, with the decision beside it. A case that the
facts have settled by themselves (a late batch came) is not there any more, and what was decided about it is.
A difference, a margin and a result declared otherwise are decided under the facts of that day: when a later batch
changes them, the decision is kept and shown, and the case is open again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from central import adjudication
from central.decisions import Decision
from central.merge import Conflict
from central.view import LogView, View
from shared import canonical, codec
from shared.book import RoundBook
from shared.ledger import lead_page, ledger, papers_of
from shared.rules.outcome import Outcome, outcome

Kind = Literal["right", "fork", "epoch", "finding", "equation", "declared", "quarantine", "margin"]
KINDS: Final[tuple[Kind, ...]] = (
    "right", "margin", "fork", "quarantine", "equation", "declared", "finding", "epoch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that an event broke. ``at``: when the event says it happened."""

    device: str
    epoch: str
    seq: int
    code: str
    facts: dict[str, Any]
    type: str
    at: str


@dataclass(frozen=True, slots=True)
class Case:
    """``facts``: plain values that tell what it is about. ``decision``: what settled it; None while it is open.
    ``at``: a time that sorts the list and decides nothing. ``digest``: of what a decision must have known to stand, ""
    where it need not say. ``earlier``: the last decision, where it does not stand any more."""

    id: str
    kind: Kind
    facts: dict[str, Any]
    decision: Decision | None
    at: str = ""
    digest: str = ""
    earlier: Decision | None = None

    @property
    def open(self) -> bool:
        return self.decision is None


def cases(view: View, findings: Iterable[Finding]) -> list[Case]:
    """All cases of a unit, what needs a person first at the front."""
    found = {one.id: one for one in _all(view, findings)}
    for decision in view.docket.decisions:
        if decision.case not in found:
            kind: Kind = decision.case.partition("/")[0]  # type: ignore[assignment]
            found[decision.case] = Case(decision.case, kind, {}, decision, decision.at)
    return sorted(found.values(), key=lambda one: (not one.open, KINDS.index(one.kind), one.at, one.id))


def _all(view: View, findings: Iterable[Finding]) -> Iterator[Case]:
    for conflict in view.conflicts:
        yield _right(view, conflict)
    for log in view.logs:
        yield from _of_log(view, log)
    for number in view.rounds:
        yield from _of_round(view, number)
    yield from _findings(view, findings)


def _right(view: View, conflict: Conflict) -> Case:
    """Settled as long as a decision stands and no further use has come that it did not know of."""
    decision = view.docket.of(conflict.id)
    left = len(view.state.uses(conflict.round, conflict.voter))
    stands = decision is not None and left <= max(1, decision.settlement.count)
    facts = {"round": conflict.round, "voter": conflict.voter, "uses": len(conflict.uses), "knew": conflict.knowledge}
    at = max(use.at for use in conflict.uses)
    if stands:
        return Case(conflict.id, "right", facts, decision, at)
    return Case(conflict.id, "right", facts, None, at, earlier=decision)


def _of_log(view: View, log: LogView) -> Iterator[Case]:
    for fork in (*log.decided, *([log.fork] if log.fork else [])):
        id_ = f"fork/{log.device}/{fork.epoch or 'first'}/{fork.seq}"
        facts = {"device": log.device, "epoch": fork.epoch, "seq": fork.seq, "branches": len(fork.branches)}
        yield Case(id_, "fork", facts, view.docket.of(id_) if fork in log.decided else None)
    for head in log.epochs[1:]:
        id_ = f"epoch/{log.device}/{head.epoch}"
        yield Case(id_, "epoch", {"device": log.device, "epoch": head.epoch}, view.docket.of(id_))
    if log.stop is not None and log.stop.status == "quarantined":
        piece = log.waiting[-1][0] if log.waiting else None
        code, facts = log.stop.refusal.code, log.stop.refusal.facts
        last = log.epochs[-1] if log.epochs else None
        id_ = f"quarantine/{log.device}/{last.epoch if last else 'first'}/{last.through if last else 0}"
        noted = view.docket.of(id_)
        decision = noted if noted and noted.settlement.kind == "noted" else None
        yield Case(
            id_, "quarantine", {"device": log.device, "code": code, "batches": 1 if piece else 0} | facts, decision
        )


def _of_round(view: View, number: int) -> Iterator[Case]:
    page = lead_page(view.state, view.setup, number)
    found = outcome(view.state, view.setup, number)
    if adjudication.reached(view.state, view.setup, number) and _both_stay(view, number):
        yield _case(
            view,
            f"margin/{number}",
            _told(found) if found else (),
            round=number,
            papers=adjudication.doubtful(view.state, number),
            margin=adjudication.margin(view.state, view.setup, number),
        )
    if page is None or not page.declared:
        return
    for paper in papers_of(view.state, view.setup, number):
        for where, difference in ledger(view.state, view.setup, number, paper).open_differences().items():
            id_ = f"equation/{number}/{paper}/{where}"
            yield _case(view, id_, (), round=number, paper=paper, where=where, difference=difference)
    if found and (page.declared, page.elected, page.next) != (found.status, found.elected, found.next):
        both = (*_told(page), *_told(found))
        yield _case(view, f"declared/{number}", both, round=number, declared=page.declared, computed=found.status)


def _told(result: Outcome | RoundBook) -> tuple[Any, ...]:
    """A result in plain values: as computed, or as the lead declared it."""
    status = result.declared if isinstance(result, RoundBook) else result.status
    return status, [codec.write(one) for one in result.elected], result.next


def _case(view: View, id_: str, beside: tuple[Any, ...], **facts: Any) -> Case:
    """Settled by a decision taken under the same facts. ``beside``: what it must have known beside them."""
    kind: Kind = id_.partition("/")[0]  # type: ignore[assignment]
    digest = hashlib.sha256(canonical.encode({"facts": facts, "beside": list(beside)})).hexdigest()
    decision = view.docket.under(id_, digest)
    return Case(id_, kind, facts, decision, digest=digest, earlier=None if decision else view.docket.of(id_))


def _both_stay(view: View, number: int) -> bool:
    prefix = f"right/{number}/"
    return any(one.case.startswith(prefix) for one in view.docket.all_of("two_papers_cast"))


def _findings(view: View, findings: Iterable[Finding]) -> Iterator[Case]:
    """One case an event, whatever number of rules it broke."""
    by_event: dict[tuple[str, str, int], list[Finding]] = {}
    for one in findings:
        by_event.setdefault((one.device, one.epoch, one.seq), []).append(one)
    for (device, epoch, seq), broken in sorted(by_event.items()):
        id_ = f"finding/{device}/{epoch}/{seq}"
        facts = {
            "device": device,
            "epoch": epoch,
            "seq": seq,
            "type": broken[0].type,
            "broken": [{"code": one.code, "facts": one.facts} for one in broken],
        }
        yield Case(id_, "finding", facts, view.docket.of(id_), broken[0].at)
