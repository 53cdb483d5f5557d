"""Opening the station's file, and reading it on the driver's own connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, event

from shared.database import connect, hold_format
from station.store.tables import FORMAT, metadata

__all__ = ["Engine", "open_store", "reading"]


def open_store(path: Path) -> Engine:
    """Open the station's file, or begin it. Refuses ``other_format``.

    What is deleted is overwritten (``secure_delete``): the running strokes of a tally sheet must not outlive it.
    """
    engine = connect(path)
    event.listen(engine, "connect", _forget_what_is_deleted)
    hold_format(engine, program="station", number=FORMAT)
    metadata.create_all(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[sqlite3.Connection]:
    """The driver's connection inside one read transaction: every statement sees the same moment."""
    pooled = engine.raw_connection()
    try:
        connection = cast("sqlite3.Connection", pooled.driver_connection)
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()
    finally:
        pooled.close()


def _forget_what_is_deleted(connection: Any, _entry: Any) -> None:
    connection.execute("PRAGMA secure_delete = ON")
