"""Only one process at a time may let a station's log grow."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from shared.database import make_private
from shared.errors import Refusal


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this process. Refuses station_runs, folder_not_begun.

    The lock is that of an empty SQLite file: it works on every system, and a killed process leaves none behind.
    """
    if not folder.is_dir():
        raise Refusal("folder_not_begun", folder=folder.name)
    make_private(folder / "running.lock")
    with closing(sqlite3.connect(folder / "running.lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise Refusal("station_runs", folder=folder.name) from error
        yield
