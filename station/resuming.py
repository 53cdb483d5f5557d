"""The way out of an older copy of the database: fetch what it lacks of its own log, then go on in a new epoch.

What was sent out once exists elsewhere: in the outbox folder, on a stick, at the office, at another station. It is put
back verbatim after its signature and chain were verified. Then two officials open a new epoch, which names the last
event and how many could not be found. Where the old copy already went on, both tails stay, and people decide.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from shared import chain, envelope, query
from shared import events as ev
from shared.election import Setup
from shared.envelope import Batch
from shared.errors import Refusal
from shared.state import State
from station import fetching
from station.fetching import Ask
from station.keeper import By, Keeper, Written
from station.store import log, outbox
from station.store.opening import reading
from station.store.outbox import Cut


@dataclass(frozen=True, slots=True)
class Restored:
    """``events`` were put back; ``missing`` are known to be lacking still; ``forked`` batches contradict this database
    and were left where they are."""

    events: int
    missing: int
    forked: int = 0


def from_files(keeper: Keeper, files: Iterable[bytes]) -> Restored:
    """Put back what the own batches among ``files`` hold, in any order. Batches of other logs are passed over.

    Refuses what `shared.envelope.open_` does. After a batch that contradicts this database it is known as forked.
    """
    opened = (envelope.open_(data, keeper.enrolment.trust) for data in files)
    mine = sorted((one for one in opened if one.header.device == keeper.device), key=lambda one: one.header.from_)
    found = forked = 0
    left = mine
    while left:
        fitting = [one for one in left if one.header.from_ <= _through(keeper, one.header.epoch) + 1]
        left = [one for one in left if one not in fitting]
        put = [keeper.write(partial(_put_back, keeper, batch=one)) for one in fitting]
        found += sum(one for one in put if one is not None)
        forked += put.count(None)
        if not fitting:
            break
    if forked:
        epoch, through, _ = keeper.state.mine.head()
        keeper.suspect(Refusal("database_forked", epoch=epoch, through=through))
    if found:
        keeper.rebuild()
    return Restored(found, missing(keeper), forked)


def from_network(keeper: Keeper, ask: Ask) -> Restored:
    """Put back what the asked side holds of the own log and this database lacks."""
    found = forked = 0
    for head in fetching.heads(keeper, ask):
        while head.device == keeper.device and (through := _through(keeper, head.epoch)) < head.through:
            came = fetching.batches(keeper, ask, query.from_(head.device, head.epoch, through + 1))
            put = from_files(keeper, came)
            found, forked = found + put.events, forked + put.forked
            if not put.events:
                break
    return Restored(found, missing(keeper), forked)


def missing(keeper: Keeper) -> int:
    """How many events this database is known to lack of what it once held."""
    mark = keeper.high_water.read()
    return max(mark.through - _through(keeper, mark.epoch), 0) if mark else 0


def open_epoch(keeper: Keeper, who: tuple[By, ...], *, reason: str, token: str = "") -> Written:
    """Two officials go on in a new epoch; what could not be found is accepted as missing and shown with its length.

    Refuses log_not_begun; the rules of ``epoch.opened`` otherwise. The station is no longer read-only afterwards.
    """

    def build(state: State, _setup: Setup) -> list[ev.Event]:
        epoch, through, head = state.mine.head()
        if not epoch:
            raise Refusal("log_not_begun")
        forked = keeper.readonly is not None and keeper.readonly.code == "database_forked"
        lost = 0 if forked else missing(keeper)
        mark = keeper.high_water.read()
        tail = ev.Tail(epoch, through, head)
        if lost and mark is not None and mark.epoch == epoch:
            tail = ev.Tail(mark.epoch, mark.through, mark.hash)
        newest = keeper.enrolment.newest.setup
        package = [ev.PackageTaken(newest.version, newest.hash)] if newest.version > state.mine.package else []
        return [ev.EpochOpened(reason, tail, lost), *package]

    return keeper.go_on(build, who, token)


def _put_back(keeper: Keeper, connection: sqlite3.Connection, *, batch: Batch) -> int | None:
    """How many events of the batch were lacking; None where it contradicts what is here."""
    header = batch.header
    through = dict(log.epochs(connection)).get(header.epoch, 0)
    if not _says_the_same(keeper, connection, batch, through):
        return None
    entries = zip(batch.lines, batch.hashes, strict=True)
    fresh = [entry for seq, entry in enumerate(entries, header.from_) if seq > through]
    log.append(connection, header.epoch, through + 1, fresh)
    at = keeper.now().isoformat(timespec="seconds")
    outbox.add(connection, Cut(batch.id, header.epoch, header.from_, header.to, batch.raw, at))
    return len(fresh)


def _says_the_same(keeper: Keeper, connection: sqlite3.Connection, batch: Batch, through: int) -> bool:
    """As far as both reach."""
    header = batch.header
    said = {header.from_ - 1: header.prev} | dict(enumerate(batch.hashes, header.from_))
    if header.from_ == 1 and header.prev != chain.genesis(keeper.device, header.election, header.epoch):
        return False
    reach = range(max(header.from_ - 1, 1), min(through, header.to) + 1)
    return all(said[seq] == log.hash_at(connection, header.epoch, seq) for seq in reach)


def _through(keeper: Keeper, epoch: str) -> int:
    with reading(keeper.engine) as connection:
        return dict(log.epochs(connection)).get(epoch, 0)
