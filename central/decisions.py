"""Decisions: what two people have settled, as signed statements in central's own log, one chain a unit.

A decision says which case it settles and how. It is signed by the office key and names the hash of the one before it,
so none can be taken out or slipped in. Nothing is ever deleted by one: it is folded over what the stations said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from shared import canonical, chain, codec, dsse
from shared.codec import Hash, KeyId, UnitId
from shared.errors import Refusal
from shared.keys import PublicKey, SigningKey
from shared.line import Moment

DECISION: Final = dsse.type_of("decision")
EPOCH: Final = "0" * 32  # a rebuilt database holds the same decisions, so central's own log has one epoch a unit

Kind = Literal[
    "wrong_person_picked", "no_paper_cast", "two_papers_cast", "branch", "release", "noted", "upheld", "voided"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a case is settled. Only what the kind needs is filled in.

    ``device``, ``epoch``, ``seq``: the admission, or the line, that is meant. ``voter``: the right entry.
    ``handed_back``: paper types that had been in the voter's hand. ``parent``, ``hash``: the branch of a fork, or the
    line up to which a quarantine is lifted. ``round``: of an outcome upheld or voided by the election committee.
    ``count``: how many uses of a right stay, where papers of each are in the boxes. ``facts``: the SHA-256 of what was
    the case when it was proposed, of a kind whose facts may change; under other facts the decision does not stand.
    """

    kind: Kind
    reason: str
    device: str = ""
    epoch: str = ""
    seq: int = 0
    voter: int = 0
    round: int = 0
    count: int = 0
    handed_back: tuple[str, ...] = ()
    parent: str = ""
    hash: str = ""
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Statement ``seq`` of a unit's decisions. ``by``: who proposed and who decided, two accounts. ``prev``: the
    chain."""

    unit: UnitId
    device: KeyId
    seq: int
    prev: Hash
    at: Moment
    by: tuple[str, ...]
    case: str
    settlement: Settlement


@dataclass(frozen=True, slots=True)
class Docket:
    """The decisions of a unit, in order. ``head``: the chain's hash after the last, "" where there is none."""

    decisions: tuple[Decision, ...] = ()
    head: str = ""
    _by_case: dict[str, list[Decision]] = field(default_factory=dict)

    def of(self, case: str) -> Decision | None:
        """The decision that settled a case; the last one where a case was opened again."""
        found = self._by_case.get(case)
        return found[-1] if found else None

    def under(self, case: str, facts: str) -> Decision | None:
        """The last decision that settled a case when its facts were these."""
        return next((one for one in reversed(self._by_case.get(case, [])) if one.settlement.facts == facts), None)

    def all_of(self, kind: Kind) -> tuple[Decision, ...]:
        return tuple(one for one in self.decisions if one.settlement.kind == kind)


def first(unit: str, office: PublicKey) -> str:
    """The hash before the first decision of a unit."""
    return chain.genesis(office.id, unit, EPOCH)


def write(decision: Decision, key: SigningKey) -> bytes:
    return dsse.sign(DECISION, canonical.encode(codec.write(decision)), [key])


def hash_of(decision: Decision) -> str:
    """The chain's hash after a decision."""
    return chain.extend(decision.prev, canonical.encode(codec.write(decision)))


def read(unit: str, statements: Sequence[bytes], office: PublicKey) -> Docket:
    """The docket of a unit. Refuses ``broken_chain`` where one was taken out, changed or slipped in."""
    before, found = first(unit, office), []
    by_case: dict[str, list[Decision]] = {}
    for number, data in enumerate(statements, 1):
        payload = dsse.verify(dsse.parse(data), DECISION, [office])
        decision = codec.read(Decision, canonical.decode(payload))
        if (decision.unit, decision.seq, decision.prev) != (unit, number, before) or len(set(decision.by)) != 2:
            raise Refusal("broken_chain", device=office.id)
        before = chain.extend(before, payload)
        found.append(decision)
        by_case.setdefault(decision.case, []).append(decision)
    return Docket(tuple(found), before if found else "", by_case)
