"""Verified batches of other logs, byte for byte: what this station may take in, and passes on."""

import sqlite3
from dataclasses import dataclass
from typing import Final

from shared import chain, dsse
from shared import events as ev
from shared import line as lines
from shared.chain import Head
from shared.envelope import Batch, Header, read_header
from shared.errors import Refusal
from shared.replay import Entry

ACCEPTED: Final = "accepted"
HELD: Final = "held"
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True, slots=True)
class Stored:
    """One batch file, and what it says of itself."""

    batch: str
    device: str
    epoch: str
    first: int
    last: int
    status: str
    raw: bytes

    @property
    def header(self) -> Header:
        return read_header(dsse.parse(self.raw.partition(b"\n")[0]))

    @property
    def lines(self) -> list[bytes]:
        return self.raw.split(b"\n")[1:-1]


_COLUMNS: Final = 'batch, device, epoch, "from", "to", status, bytes'


def find(connection: sqlite3.Connection, batch: str) -> Stored | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM siblings WHERE batch = ?", (batch,)).fetchone()  # noqa: S608
    return Stored(*row) if row else None


def of_log(connection: sqlite3.Connection, device: str, epoch: str, *, status: str = ACCEPTED) -> list[Stored]:
    """The batches of one epoch in the order of its events."""
    query = f'SELECT {_COLUMNS} FROM siblings WHERE device = ? AND epoch = ? AND status = ? ORDER BY "from", "to"'  # noqa: S608
    return [Stored(*row) for row in connection.execute(query, (device, epoch, status))]


def add(connection: sqlite3.Connection, batch: Batch, status: str) -> None:
    header = batch.header
    connection.execute(
        f"INSERT INTO siblings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (batch) DO NOTHING",  # noqa: S608
        (batch.id, header.device, header.epoch, header.from_, header.to, status, batch.raw),
    )


def accept(connection: sqlite3.Connection, batch: str) -> None:
    """A held batch fits now."""
    connection.execute("UPDATE siblings SET status = ? WHERE batch = ?", (ACCEPTED, batch))


def logs(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """(device, epoch) of every log that has an accepted beginning, each device's epochs in the order that they name."""
    query = 'SELECT DISTINCT device, epoch FROM siblings WHERE status = ? AND "from" = 1 ORDER BY device, place'
    return [(str(device), str(epoch)) for device, epoch in connection.execute(query, (ACCEPTED,))]


def head_of(connection: sqlite3.Connection, device: str, epoch: str) -> Head | None:
    """How far an epoch is here without gap; None where even its beginning is missing."""
    query = (
        'SELECT bytes FROM siblings WHERE device = ? AND epoch = ? AND status = ? ORDER BY "to" DESC, "from" LIMIT 1'
    )
    row = connection.execute(query, (device, epoch, ACCEPTED)).fetchone()
    if row is None:
        return None
    header = read_header(dsse.parse(row[0].partition(b"\n")[0]))
    return Head(device, epoch, header.to, header.head)


def hashes(connection: sqlite3.Connection, log: tuple[str, str], first: int, last: int) -> dict[int, str]:
    """The chain's hashes of a stretch of one epoch."""
    found: dict[int, str] = {}
    for stored in of_log(connection, *log):
        if stored.first <= last and stored.last >= first:
            found |= dict(enumerate(chain.hashes(stored.header.prev, stored.lines), stored.first))
    return found


def bytes_waiting(connection: sqlite3.Connection, device: str) -> int:
    """How much of a device lies here without counting."""
    query = "SELECT sum(length(bytes)) FROM siblings WHERE device = ? AND status != ?"
    return int(connection.execute(query, (device, ACCEPTED)).fetchone()[0] or 0)


def heads(connection: sqlite3.Connection) -> tuple[Head, ...]:
    """The head of every epoch of every other log stored here, sorted."""
    found = (head_of(connection, device, epoch) for device, epoch in logs(connection))
    return tuple(sorted((head for head in found if head), key=lambda head: (head.device, head.epoch)))


def heads_in_order(connection: sqlite3.Connection) -> dict[str, list[Head]]:
    """Device -> the heads of its epochs, each after the one that its first line names."""
    found: dict[str, list[Head]] = {}
    for device, epoch in logs(connection):
        head = head_of(connection, device, epoch)
        if head is not None:
            found.setdefault(device, []).append(head)
    return {device: _in_order(connection, heads_) for device, heads_ in found.items()}


def _in_order(connection: sqlite3.Connection, heads_: list[Head]) -> list[Head]:
    if len(heads_) == 1:
        return heads_
    before = {head.epoch: _previous(connection, head) for head in heads_}

    def depth(epoch: str) -> int:
        steps = 0
        while epoch in before and steps <= len(before):
            epoch, steps = before[epoch], steps + 1
        return steps

    return sorted(heads_, key=lambda head: (depth(head.epoch), head.epoch))


def _previous(connection: sqlite3.Connection, head: Head) -> str:
    first = of_log(connection, head.device, head.epoch)[0].lines[0]
    line = lines.read(first)
    event = ev.read(line.type, line.data)
    return event.previous.epoch if isinstance(event, ev.EpochOpened) and event.previous else ""


def lines_after(connection: sqlite3.Connection, head: Head, since: Head | None) -> list[Entry]:
    """The lines of another log after ``since`` up to ``head``. Refuses log_not_here: some are missing, or differ."""
    done = since.through if since else 0
    end = since.hash if since else ""
    entries: list[Entry] = []
    for stored in of_log(connection, head.device, head.epoch):
        if stored.last <= done or stored.first > head.through:
            continue
        header = stored.header
        hashes = chain.hashes(header.prev, stored.lines)
        for seq, entry in enumerate(zip(stored.lines, hashes, strict=True), stored.first):
            if done < seq <= head.through:
                entries.append(entry)
                done, end = seq, entry[1]
    if (done, end) != (head.through, head.hash):
        raise Refusal("log_not_here", device=head.device, epoch=head.epoch, through=head.through, held=done)
    return entries


def batches_after(connection: sqlite3.Connection, device: str, epoch: str, seq: int) -> list[Stored]:
    """The accepted batches that reach beyond one event, to be handed on verbatim."""
    return [stored for stored in of_log(connection, device, epoch) if stored.last > seq]
