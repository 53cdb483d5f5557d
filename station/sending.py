"""The station's log leaves it: cut into signed batches, kept in an outbox, sent to whoever should have them, or written
to files; receipts come back and are filed. Nothing is ever deleted.

A batch is cut when enough events wait, when the oldest has waited long enough, or on demand. What is sent is the same
bytes, to everybody and every time, so repeats and mixed ways do no harm.
"""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from shared import chain, envelope, receipt
from shared import line as lines
from shared.chain import Head
from shared.errors import Refusal
from shared.keys import PublicKey
from shared.receipt import Receipt
from station.keeper import Keeper
from station.store import arrivals, log, outbox
from station.store.opening import reading
from station.store.outbox import Cut

ENOUGH: Final = 100  # events
LONG_ENOUGH: Final = timedelta(seconds=5)
MOST_IN_A_BATCH: Final = 500


def unsent(keeper: Keeper) -> int:
    """Events that the office is not known to hold."""
    held = keeper.acknowledged()
    with keeper.lock:
        return sum(max(through - held.get(epoch, 0), 0) for epoch, through, _ in keeper.state.mine.epochs)


def uncut(keeper: Keeper) -> int:
    """Events that are in no batch yet."""
    with reading(keeper.engine) as connection:
        return sum(last - outbox.cut_through(connection, epoch) for epoch, last in log.epochs(connection))


def cut_due(keeper: Keeper) -> int:
    """Cut if enough events wait or the oldest has waited long enough; how many batches were cut."""
    with reading(keeper.engine) as connection:
        waiting, oldest = _waiting(connection)
    if not waiting:
        return 0
    is_old = oldest is not None and keeper.now() - oldest >= LONG_ENOUGH
    return cut_now(keeper) if waiting >= ENOUGH or is_old else 0


def cut_now(keeper: Keeper) -> int:
    """Cut whatever is in no batch yet; how many batches that made. None on a read-only database."""
    if keeper.readonly is not None:
        return 0
    made = keeper.write(lambda connection: _cut_all(keeper, connection))
    keeper.high_water.flush()
    return made


def export(keeper: Keeper, folder: Path) -> list[Path]:
    """Write every own batch to ``folder``, one file each; a file that is there already is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with reading(keeper.engine) as connection:
        cuts = outbox.every(connection)
    paths = []
    for cut in cuts:
        path = folder / file_name(keeper, cut)
        if not path.exists():
            beside = path.with_suffix(".part")
            beside.write_bytes(cut.raw)
            beside.replace(path)
        paths.append(path)
    return paths


def file_name(keeper: Keeper, cut: Cut) -> str:
    """``<unit>-<station>-<epoch8>-<from>-<to>.batch``"""
    unit = keeper.setup.unit.id.partition("/")[2]
    return f"{unit}-{keeper.station.id}-{cut.epoch[:8]}-{cut.first}-{cut.last}.batch"


def file_receipt(keeper: Keeper, data: bytes) -> tuple[Receipt, str]:
    """Verify a receipt by the office or another station of the unit, and file it; gives it, and the signer's key id.

    Refuses what `shared.receipt.open_` does, receipt_of_stranger (a batch that is not ours), and, where it shows that
    this database is an older copy, makes the station read-only and refuses database_behind or database_forked.
    """
    answered, signer = _opened(data, keeper.enrolment.receivers)
    why = _behind(keeper, answered)
    if why is not None:
        keeper.suspect(why)
        raise why

    def work(connection: sqlite3.Connection) -> None:
        cut = outbox.find(connection, answered.batch or "")
        if cut is None:
            raise Refusal("receipt_of_stranger", batch=answered.batch or answered.file or "")
        outbox.file(connection, cut, signer.id, (answered, data))
        arrivals.add(connection)

    keeper.write(work)
    keeper.heard()
    return answered, signer.id


def _opened(data: bytes, keys: tuple[PublicKey, ...]) -> tuple[Receipt, PublicKey]:
    """The receipt and who signed it."""
    for key in keys:
        try:
            return receipt.open_(data, [key]), key
        except Refusal as refusal:
            if refusal.code != "missing_signature":
                raise
    return receipt.open_(data, keys), keys[0]


def _behind(keeper: Keeper, answered: Receipt) -> Refusal | None:
    """Whether the receiver holds more of our log than we do."""
    if answered.device != keeper.device or not answered.accepted or answered.head is None:
        return None
    return keeper.lacks(Head(keeper.device, answered.epoch or "", answered.accepted, answered.head))


def _waiting(connection: sqlite3.Connection) -> tuple[int, datetime | None]:
    """How many events are in no batch, and when the oldest of them was written."""
    waiting, oldest = 0, None
    for epoch, last in log.epochs(connection):
        first = outbox.cut_through(connection, epoch) + 1
        if first <= last:
            waiting += last - first + 1
            raw = log.lines_between(connection, epoch, first, first)[0][0]
            oldest = oldest or datetime.fromisoformat(lines.read(raw).at)
    return waiting, oldest


def _cut_all(keeper: Keeper, connection: sqlite3.Connection) -> int:
    made = 0
    for epoch, last in log.epochs(connection):
        first = outbox.cut_through(connection, epoch) + 1
        while first <= last:
            to = min(last, first + MOST_IN_A_BATCH - 1)
            outbox.add(connection, _cut(keeper, connection, epoch, (first, to)))
            first, made = to + 1, made + 1
    return made


def _cut(keeper: Keeper, connection: sqlite3.Connection, epoch: str, span: tuple[int, int]) -> Cut:
    first, last = span
    entries = [raw for raw, _ in log.lines_between(connection, epoch, first, last)]
    setup = keeper.setup
    before = chain.start(keeper.device, setup.election.id, epoch)
    if first > 1:
        before = Head(keeper.device, epoch, first - 1, log.hash_at(connection, epoch, first - 1))
    header = envelope.header_after(
        before, entries, election=setup.election.id, package=setup.hash, certificates=keeper.enrolment.chain
    )
    raw = envelope.seal(header, entries, keeper.enrolment.key)
    return Cut(envelope.peek(raw), epoch, first, last, raw, keeper.now().isoformat(timespec="seconds"))
