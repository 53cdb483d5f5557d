"""How far this station's log once reached, written down outside the database: it may lag, it never leads.

A database that does not hold what stands here was replaced by an older copy. Going on with it would make two events of
one number, so it is read-only until `station.resuming` has led out of it.
"""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final

from shared import canonical, codec
from shared.chain import Head
from shared.errors import Refusal
from station.store import log
from station.store.opening import Engine, reading

EVERY_SECONDS: Final = 1.0


class HighWater:
    """The file ``high-water.json``. A thread of its own writes it, at most once a second, never on the hot path."""

    def __init__(self, path: Path, device: str) -> None:
        self._path: Final = path
        self._device: Final = device
        self._lock: Final = threading.Lock()
        self._stop: Final = threading.Event()
        self._reached: Head | None = None
        self._written: Head | None = self.read()
        self._thread = threading.Thread(target=self._serve, name="high-water", daemon=True)
        self._thread.start()

    def read(self) -> Head | None:
        """The mark on the disk; None before the first one. Refuses ``high_water_unreadable``."""
        if not self._path.exists():
            return None
        try:
            return codec.read(Head, canonical.decode(self._path.read_bytes()))
        except Refusal as refusal:
            raise Refusal("high_water_unreadable", file=self._path.name) from refusal

    def objection(self, engine: Engine) -> Refusal | None:
        """Why this database must not grow: it lacks what the mark says it once held."""
        mark = self._written
        if mark is None:
            return None
        with reading(engine) as connection:
            return behind(connection, mark)

    def reached(self, head: Head) -> None:
        """The log is durable up to here."""
        self._reached = head

    def flush(self) -> None:
        """Write the mark now, if it moved; at every cut of a batch."""
        with self._lock:
            head = self._reached
            if head is None or not head.epoch or head == self._written or self._is_behind(head):
                return
            _replace(self._path, canonical.encode(codec.write(head)))
            self._written = head

    def _is_behind(self, head: Head) -> bool:
        """Another process (a command beside the running station) may know more; the mark never goes back."""
        known = self.read()
        return known is not None and known.epoch == head.epoch and known.through > head.through

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self.flush()

    def _serve(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self.flush()


def behind(connection: sqlite3.Connection, mark: Head) -> Refusal | None:
    """What is wrong with a database that should hold ``mark``; None where it does."""
    found = log.hash_at(connection, mark.epoch, mark.through)
    if found == mark.hash:
        return None
    if found:
        return Refusal("database_forked", epoch=mark.epoch, through=mark.through)
    held = dict(log.epochs(connection)).get(mark.epoch, 0)
    return Refusal("database_behind", epoch=mark.epoch, through=mark.through, held=held, missing=mark.through - held)


def _replace(path: Path, data: bytes) -> None:
    """So that a power cut leaves the old file or the new one."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
