"""Settling a case: one person proposes an outcome, another decides it, and the decision is signed into central's log.

The result under each outcome is shown before anybody decides; nothing is deleted by a decision.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from central import adjudication, decisions
from central.cases import Case, Finding, cases
from central.decisions import Decision, Settlement
from central.intake import Intake
from central.store.cases import Cases, Proposal
from central.store.envelopes import Kept
from central.view import View, Views
from shared import codec
from shared.election import Setup
from shared.errors import Refusal
from shared.events import Elected
from shared.keys import SigningKey
from shared.ledger import Ledger, ledger, papers_of, participants
from shared.rules.outcome import outcome
from shared.state import State


@dataclass(frozen=True, slots=True)
class Figures:
    """A round in figures, as it would stand. ``papers``: the equation of each paper type."""

    status: str
    elected: tuple[Elected, ...]
    next: str
    participants: int
    papers: tuple[Ledger, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a settlement would change: the round before and after; None where it is about no round."""

    before: Figures | None
    after: Figures | None

    @property
    def turns(self) -> bool:
        """Whether the outcome of the round would be another."""
        return self.before is not None and self.after is not None and told(self.before) != told(self.after)


def told(found: Figures) -> tuple[Any, ...]:
    return found.status, found.elected, found.next


def figures_of(state: State, setup: Setup, number: int) -> Figures | None:
    found = outcome(state, setup, number)
    if found is None:
        return None
    papers = tuple(ledger(state, setup, number, paper) for paper in papers_of(state, setup, number))
    return Figures(found.status, found.elected, found.next, participants(state, number), papers)


class Settling:
    """``key``: the office's; ``views`` and ``store`` of one database."""

    def __init__(self, intake: Intake, views: Views, store: Cases, key: SigningKey) -> None:
        self._intake: Final = intake
        self._views: Final = views
        self._store: Final = store
        self._key: Final = key

    def cases(self, view: View) -> list[Case]:
        """All cases of a unit; what the rules found stands in the store."""
        return cases(view, [Finding(**_fields(one)) for one in self._store.findings(view.unit)])

    def case(self, unit: str, id_: str) -> tuple[View, Case]:
        """Refuses ``case_unknown``."""
        view = self._views.get(unit)
        found = next((one for one in self.cases(view) if one.id == id_), None) if view else None
        if view is None or found is None:
            raise Refusal("case_unknown", case=id_[:200])
        return view, found

    def effect(self, view: View, case: Case, chosen: Settlement) -> Effect:
        number = case.facts.get("round", 0)
        if not number:
            return Effect(None, None)
        after = figures_of(view.under(chosen), view.setup, number)
        if after is not None and chosen.kind == "voided":
            after = replace(after, status="void", elected=(), next="again")
        return Effect(figures_of(view.state, view.setup, number), after)

    def propose(self, unit: str, id_: str, chosen: Settlement, *, by: str, once: str, now: datetime) -> None:
        """Binds it to the facts of the case as they stand. Refuses case_settled, outcome_not_fitting and what
        `adjudication.objections` finds."""
        view, case = self.case(unit, id_)
        chosen = replace(chosen, facts=case.digest)
        self._hold(view, case, chosen)
        made = Proposal(unit, id_, once, by, now.isoformat(timespec="seconds"), codec.write(chosen), "open")
        self._store.propose(made)

    def withdraw(self, unit: str, id_: str, once: str, *, by: str) -> None:
        """Take one's own proposal back. Refuses ``proposal_gone``."""
        if not any(one.once == once and one.by == by for one in self.proposals(unit, id_)):
            raise Refusal("proposal_gone")
        self._store.withdraw(unit, id_, once)

    def proposals(self, unit: str, id_: str) -> list[Proposal]:
        """Those that nobody has taken or withdrawn."""
        return [one for one in self._store.proposals(unit, id_) if one.state == "open"]

    def decide(self, unit: str, id_: str, once: str, *, by: str, now: datetime) -> None:
        """Take a proposal. Refuses proposal_gone, second_person_needed, case_settled, case_changed,
        outcome_not_fitting."""
        view, case = self.case(unit, id_)
        made = next((one for one in self.proposals(unit, id_) if one.once == once), None)
        if made is None:
            raise Refusal("proposal_gone")
        if made.by == by:
            raise Refusal("second_person_needed", name=by)
        chosen = codec.read(Settlement, made.outcome)
        if case.open and chosen.facts != case.digest:
            raise Refusal("case_changed", case=case.id)
        self._hold(view, case, chosen)
        self._intake.refold(unit, self._signed(made, chosen, by=by, at=now.isoformat(timespec="seconds")))

    def _hold(self, view: View, case: Case, chosen: Settlement) -> None:
        if not case.open:
            raise Refusal("case_settled", case=case.id)
        if chosen.kind not in adjudication.MAY_SETTLE[case.kind]:
            raise Refusal("outcome_not_fitting", outcome=chosen.kind)
        right = case.facts.get("round", 0), case.facts.get("voter", 0)
        for refusal in adjudication.objections(view.state, view.setup, right, chosen):
            raise refusal

    def _signed(
        self, made: Proposal, chosen: Settlement, *, by: str, at: str
    ) -> Callable[[Kept], tuple[Kept, dict[str, Any]]]:
        def amend(kept: Kept) -> tuple[Kept, dict[str, Any]]:
            docket = decisions.read(made.unit, kept.decisions, self._key.public)
            if docket.under(made.case, chosen.facts) is not None and not made.case.startswith("right/"):
                raise Refusal("case_settled", case=made.case)
            decision = Decision(
                unit=made.unit,
                device=self._key.public.id,
                seq=len(kept.decisions) + 1,
                prev=docket.head or decisions.first(made.unit, self._key.public),
                at=at,
                by=(made.by, by),
                case=made.case,
                settlement=chosen,
            )
            signed = decisions.write(decision, self._key)
            rows = {
                "decision": (made.unit, decision.seq, decisions.hash_of(decision), signed),
                "proposal": (made.unit, made.case, made.once),
            }
            return replace(kept, decisions=(*kept.decisions, signed)), rows

        return amend


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("device", "epoch", "seq", "code", "facts", "type", "at")}
