"""The own log, checked from its bytes: the chain, the rules, the signatures of what was cut from it."""

from dataclasses import dataclass

from shared import chain, envelope
from shared.errors import Refusal
from shared.replay import Finding, Replay
from shared.state import fingerprint
from station.keeper import Keeper
from station.store import log, outbox, siblings
from station.store.opening import reading


@dataclass(frozen=True, slots=True)
class Checked:
    """``fingerprint``: of the state that the log adds up to; ``findings``: rules that were broken, none if honest."""

    events: int
    epochs: int
    batches: int
    findings: tuple[Finding, ...]
    fingerprint: str


def check(keeper: Keeper) -> Checked:
    """Everything anew from the database. Refuses broken_chain, log_not_here, and what an unreadable line gives."""
    with reading(keeper.engine) as connection:
        replay = Replay(keeper.device, keeper.setups, lambda head, since: siblings.lines_after(connection, head, since))
        findings: list[Finding] = []
        ends: dict[str, tuple[int, str]] = {}
        for epoch, (raw, hash_) in log.all_lines(connection):
            seq, before = ends.get(epoch, (0, chain.genesis(keeper.device, keeper.setup.election.id, epoch)))
            if chain.extend(before, raw) != hash_:
                raise Refusal("broken_chain", device=keeper.device)
            judged = replay.feed(epoch, (raw, hash_))
            if judged.line.seq != seq + 1:
                raise Refusal("broken_chain", device=keeper.device)
            ends[epoch] = (seq + 1, hash_)
            findings += [Finding(keeper.device, epoch, seq + 1, refusal) for refusal in judged.findings]
        cuts = outbox.every(connection)
    for cut in cuts:
        batch = envelope.open_(cut.raw, keeper.enrolment.trust)
        _hold_cut(keeper, batch)
    events = sum(seq for seq, _ in ends.values())
    return Checked(events, len(ends), len(cuts), tuple(findings), fingerprint(replay.state, replay.setup.hash))


def _hold_cut(keeper: Keeper, batch: envelope.Batch) -> None:
    """The batch says what the log says."""
    with reading(keeper.engine) as connection:
        if log.hash_at(connection, batch.header.epoch, batch.header.to) != batch.header.head:
            raise Refusal("broken_chain", device=keeper.device)
