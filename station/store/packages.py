"""The packages that were loaded, and the few settings of the station."""

import sqlite3


def add(connection: sqlite3.Connection, version: int, data: bytes, hash_: str) -> None:
    connection.execute(
        "INSERT INTO package (version, bytes, hash) VALUES (?, ?, ?) ON CONFLICT (version) DO NOTHING",
        (version, data, hash_),
    )


def every(connection: sqlite3.Connection) -> list[bytes]:
    """The signed packages, unsealed, oldest first."""
    return [bytes(row[0]) for row in connection.execute("SELECT bytes FROM package ORDER BY version")]


def hash_of(connection: sqlite3.Connection, version: int) -> str:
    """Empty where this version was not loaded."""
    row = connection.execute("SELECT hash FROM package WHERE version = ?", (version,)).fetchone()
    return str(row[0]) if row else ""


def setting(connection: sqlite3.Connection, name: str) -> str:
    """Empty where it was never set."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def set_(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
