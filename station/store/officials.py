"""What the station keeps of each official's sign-in."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """Hashes in PHC form, empty where there is none; ``locked_until`` is RFC 3339 or empty."""

    official: str
    pin_hash: str = ""
    slip_hash: str = ""
    failures: int = 0
    locked_until: str = ""


def find(connection: sqlite3.Connection, official: str) -> Kept:
    query = "SELECT official, pin_hash, slip_hash, failures, locked_until FROM officials WHERE official = ?"
    row = connection.execute(query, (official,)).fetchone()
    return Kept(*row) if row else Kept(official)


def set_pin(connection: sqlite3.Connection, official: str, pin_hash: str) -> None:
    """The PIN is chosen and the slip used up."""
    connection.execute(
        "UPDATE officials SET pin_hash = ?, slip_hash = '', failures = 0, locked_until = '' WHERE official = ?",
        (pin_hash, official),
    )


def add_slips(connection: sqlite3.Connection, hashes: Mapping[str, str]) -> None:
    """A slip takes the place of whatever was there."""
    connection.executemany(
        "INSERT INTO officials (official, slip_hash) VALUES (?, ?) ON CONFLICT (official) DO UPDATE SET"
        " slip_hash = excluded.slip_hash, pin_hash = '', failures = 0, locked_until = ''",
        list(hashes.items()),
    )


def count_failure(connection: sqlite3.Connection, official: str, failures: int, locked_until: str) -> None:
    connection.execute(
        "UPDATE officials SET failures = ?, locked_until = ? WHERE official = ?", (failures, locked_until, official)
    )


def clear_failures(connection: sqlite3.Connection, official: str) -> None:
    connection.execute("UPDATE officials SET failures = 0, locked_until = '' WHERE official = ?", (official,))
