"""How often something arrived from outside: a receipt, a batch of another log.

Several processes may file what arrives (the running station, a command beside it); by this count each keeper notices
what another one filed, without reading it all again.
"""

import sqlite3


def count(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM settings WHERE name = 'arrivals'").fetchone()
    return int(row[0]) if row else 0


def add(connection: sqlite3.Connection) -> None:
    """Goes into the transaction that files the arrival."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES ('arrivals', '1')"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )
