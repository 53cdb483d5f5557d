"""What intake keeps: the bytes as they came, and the rows computed from them, in one short transaction a batch.

A transaction is idempotent and guarded by the unit's version: whoever computed from an older state is told so
(`StaleError`), reads again and repeats. Bulk statements only; no object is made per event.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, text

from central.store.tables import PROJECTIONS
from shared.database import writing

Row = tuple[Any, ...]
EVENTS: Final = "INSERT INTO event VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
CLAIMS: Final = "INSERT INTO claim VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
FINDINGS: Final = "INSERT INTO finding VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
DEAD: Final = "UPDATE claim SET live=0 WHERE unit=? AND round=? AND voter=? AND device=? AND epoch=? AND seq=?"
HEADS: Final = (
    "INSERT INTO head VALUES (?,?,?,?,?) "
    "ON CONFLICT (unit, device, epoch) DO UPDATE SET through=excluded.through, hash=excluded.hash"
)
WAITING: Final = "INSERT INTO waiting VALUES (?,?,?,?,?,?,?)"
BATCH: Final = "INSERT INTO batch VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
RECEIPT: Final = "INSERT INTO receipt VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING"
DECISION: Final = "INSERT INTO decision VALUES (?,?,?,?)"
TAKEN: Final = "UPDATE proposal SET state = 'taken' WHERE unit = ? AND case_id = ? AND once = ?"
ENDING: Final = "INSERT INTO ending VALUES (?,?,?) ON CONFLICT DO NOTHING"
PACKAGE: Final = "INSERT INTO package VALUES (?,?,?,?,?)"
BUMP: Final = (
    "INSERT INTO standing VALUES (?, 1) ON CONFLICT (unit) DO UPDATE SET version = standing.version + 1 "
    "WHERE standing.version = ?"
)


class StaleError(Exception):
    """The unit has changed since it was read; read it again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is primary of one unit. ``packages``: (version, signed bytes); ``batches``: raw files."""

    version: int
    packages: tuple[tuple[int, bytes], ...]
    endings: tuple[bytes, ...]
    decisions: tuple[bytes, ...]
    batches: tuple[bytes, ...]


@dataclass(slots=True)
class Change:
    """Everything that one accepted batch, one decision or one rebuilding changes, as rows. ``waiting`` None: as it was.
    ``whole``: all rows of the unit are made anew. ``proposal``: the key of the one that was taken."""

    unit: str
    version: int
    batch: Row | None = None
    receipt: Row | None = None
    events: Sequence[Row] = ()
    claims: Sequence[Row] = ()
    dead: Sequence[Row] = ()
    findings: Sequence[Row] = ()
    heads: Sequence[Row] = ()
    waiting: Sequence[Row] | None = None
    whole: bool = False
    decision: Row | None = None
    proposal: Row | None = None
    ending: Row | None = None
    package: Row | None = None


class Envelopes:
    """The store of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Final = engine

    def version(self, unit: str) -> int:
        with self.engine.connect() as connection:
            found = connection.execute(text("SELECT version FROM standing WHERE unit = :unit"), {"unit": unit})
            return int(found.scalar_one_or_none() or 0)

    def kept(self, unit: str) -> Kept:
        """Everything primary of a unit, read at one moment."""
        with self.engine.connect() as connection:

            def column(query: str) -> tuple[bytes, ...]:
                return tuple(bytes(row[0]) for row in connection.execute(text(query), {"unit": unit}))

            version = connection.execute(text("SELECT version FROM standing WHERE unit = :unit"), {"unit": unit})
            packages = connection.execute(
                text("SELECT version, signed FROM package WHERE unit = :unit ORDER BY version"), {"unit": unit}
            )
            return Kept(
                version=int(version.scalar_one_or_none() or 0),
                packages=tuple((int(row[0]), bytes(row[1])) for row in packages),
                endings=column("SELECT signed FROM ending WHERE unit IN ('', :unit) ORDER BY id"),
                decisions=column("SELECT signed FROM decision WHERE unit = :unit ORDER BY seq"),
                batches=column("SELECT raw FROM batch WHERE unit = :unit ORDER BY device, epoch, first, last, id"),
            )

    def answered(self, unit: str, batch: str) -> tuple[str, bytes | None] | None:
        """(status now, receipt for that status if one was given) of a batch that is kept; None where it is not."""
        query = text(
            "SELECT b.id, coalesce(w.status, 'accepted') AS status, r.data FROM batch b "
            "LEFT JOIN waiting w ON w.unit = b.unit AND w.batch = b.id "
            "LEFT JOIN receipt r ON r.unit = b.unit AND r.batch = b.id AND r.status = coalesce(w.status, 'accepted') "
            "WHERE b.unit = :unit AND b.id = :batch"
        )
        with self.engine.connect() as connection:
            row = connection.execute(query, {"unit": unit, "batch": batch}).one_or_none()
        return (str(row[1]), bytes(row[2]) if row[2] is not None else None) if row else None

    def commit(self, change: Change) -> None:
        """All of a change or nothing of it; durable when this returns. Raises `StaleError`."""
        with writing(self.engine) as connection:
            self._guard(connection, change)
            if change.whole:
                for table in PROJECTIONS:
                    connection.execute(f"DELETE FROM {table} WHERE unit = ?", (change.unit,))  # noqa: S608 # our names
            self._rows(connection, change)

    def _guard(self, connection: sqlite3.Connection, change: Change) -> None:
        touched = connection.execute(BUMP, (change.unit, change.version)).rowcount
        if touched != 1 or (change.version == 0 and self._now(connection, change.unit) != 1):
            raise StaleError

    def _now(self, connection: sqlite3.Connection, unit: str) -> int:
        return int(connection.execute("SELECT version FROM standing WHERE unit = ?", (unit,)).fetchone()[0])

    def _rows(self, connection: sqlite3.Connection, change: Change) -> None:
        for statement, rows in (
            (EVENTS, change.events),
            (CLAIMS, change.claims),
            (DEAD, change.dead),
            (FINDINGS, change.findings),
            (HEADS, change.heads),
        ):
            if rows:
                connection.executemany(statement, rows)
        if change.waiting is not None and not change.whole:
            connection.execute("DELETE FROM waiting WHERE unit = ?", (change.unit,))
        connection.executemany(WAITING, change.waiting or ())
        for statement, row in (
            (BATCH, change.batch),
            (RECEIPT, change.receipt),
            (DECISION, change.decision),
            (TAKEN, change.proposal),
            (ENDING, change.ending),
            (PACKAGE, change.package),
        ):
            if row is not None:
                connection.execute(statement, row)

    def file_receipt(self, row: Row) -> bytes:
        """Keep an answer that was given for a status that changed by itself; gives the one that stands."""
        with writing(self.engine) as connection:
            connection.execute(RECEIPT, row)
            query = "SELECT data FROM receipt WHERE unit = ? AND batch = ? AND status = ?"
            return bytes(connection.execute(query, row[:3]).fetchone()[0])

    def rows(self, unit: str) -> dict[str, list[Row]]:
        """Every projected row of a unit by table, sorted: to compare with what the batches give."""
        with self.engine.connect() as connection:
            return {
                table: sorted(
                    tuple(row)
                    for row in connection.execute(text(f"SELECT * FROM {table} WHERE unit = :unit"), {"unit": unit})  # noqa: S608  # our names
                )
                for table in PROJECTIONS
            }

    def units(self) -> list[str]:
        """Every unit of which anything is kept."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT unit FROM unit UNION SELECT DISTINCT unit FROM batch ORDER BY 1"))
            return [str(row[0]) for row in rows]

    def raw(self, unit: str, batches: Iterable[str]) -> list[bytes]:
        """Batch files by id, in the order asked for; ids that are not kept are left out."""
        query = text("SELECT raw FROM batch WHERE unit = :unit AND id = :id")
        with self.engine.connect() as connection:
            found = (connection.execute(query, {"unit": unit, "id": one}).scalar_one_or_none() for one in batches)
            return [bytes(raw) for raw in found if raw is not None]

    def batches_from(self, unit: str, device: str, epoch: str, seq: int) -> list[tuple[str, bytes]]:
        """(id, raw) of the batches that hold line ``seq`` of a log or a later one, in order."""
        query = text(
            "SELECT id, raw FROM batch WHERE unit = :unit AND device = :device AND epoch = :epoch AND last >= :seq "
            "ORDER BY first, last, id"
        )
        asked = {"unit": unit, "device": device, "epoch": epoch, "seq": seq}
        with self.engine.connect() as connection:
            return [(str(row[0]), bytes(row[1])) for row in connection.execute(query, asked)]
