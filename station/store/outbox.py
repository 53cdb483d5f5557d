"""The station's own batches, as they were cut, and the receipts that came back for them."""

import sqlite3
from dataclasses import dataclass
from typing import Final

from shared.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Cut:
    """One batch file of the own log."""

    batch: str
    epoch: str
    first: int
    last: int
    raw: bytes
    cut_at: str


_COLUMNS: Final = 'batch, epoch, "from", "to", bytes, cut_at'


def add(connection: sqlite3.Connection, cut: Cut) -> None:
    """A batch that stands here already stays as it is."""
    connection.execute(
        f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (batch) DO NOTHING",  # noqa: S608
        (cut.batch, cut.epoch, cut.first, cut.last, cut.raw, cut.cut_at),
    )


def every(connection: sqlite3.Connection) -> list[Cut]:
    return [Cut(*row) for row in connection.execute(f"SELECT {_COLUMNS} FROM outbox ORDER BY place")]  # noqa: S608


def from_on(connection: sqlite3.Connection, epoch: str, seq: int) -> list[Cut]:
    """The batches that hold event ``seq`` of an epoch and what follows."""
    query = f'SELECT {_COLUMNS} FROM outbox WHERE epoch = ? AND "to" >= ? ORDER BY "from", "to"'  # noqa: S608
    return [Cut(*row) for row in connection.execute(query, (epoch, seq))]


def find(connection: sqlite3.Connection, batch: str) -> Cut | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE batch = ?", (batch,)).fetchone()  # noqa: S608
    return Cut(*row) if row else None


def cut_through(connection: sqlite3.Connection, epoch: str) -> int:
    """Up to which event an epoch was cut into batches."""
    row = connection.execute('SELECT max("to") FROM outbox WHERE epoch = ?', (epoch,)).fetchone()
    return int(row[0] or 0)


def unanswered(connection: sqlite3.Connection, receiver: str, *, again: bool = False) -> list[Cut]:
    """The batches to which a receiver has not answered yet, oldest first. ``again``: those too that it held or refused,
    since what they waited for may have come."""
    final = "('accepted', 'quarantined')" if again else "('accepted', 'quarantined', 'held', 'refused')"
    query = (
        f"SELECT {_COLUMNS} FROM outbox WHERE batch NOT IN"  # noqa: S608
        f" (SELECT batch FROM receipts WHERE receiver = ? AND status IN {final}) ORDER BY place"
    )
    return [Cut(*row) for row in connection.execute(query, (receiver,))]


def file(connection: sqlite3.Connection, cut: Cut, receiver: str, answered: tuple[Receipt, bytes]) -> None:
    """Keep a verified receipt; a later one of the same receiver takes the place of an earlier one, unless that said
    ``accepted``."""
    receipt, raw = answered
    connection.execute(
        "INSERT INTO receipts (batch, receiver, status, epoch, accepted, bytes) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (batch, receiver) DO UPDATE SET status = excluded.status, accepted = excluded.accepted,"
        " bytes = excluded.bytes WHERE status != 'accepted' OR excluded.accepted > accepted",
        (cut.batch, receiver, receipt.status, cut.epoch, receipt.accepted, raw),
    )


def acknowledged(connection: sqlite3.Connection, receiver: str) -> dict[str, int]:
    """Epoch -> how far the receiver says that it holds it without gap."""
    query = "SELECT epoch, max(accepted) FROM receipts WHERE receiver = ? GROUP BY epoch"
    return {str(epoch): int(accepted) for epoch, accepted in connection.execute(query, (receiver,))}


def receipts_of(connection: sqlite3.Connection, batch: str) -> list[bytes]:
    query = "SELECT bytes FROM receipts WHERE batch = ? ORDER BY receiver"
    return [bytes(row[0]) for row in connection.execute(query, (batch,))]
