"""The station's own log and the tokens of the forms that wrote it."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.errors import Refusal
from shared.replay import Entry


@dataclass(frozen=True, slots=True)
class Written:
    """Where an act stands in the log: events ``first`` to ``last`` of ``epoch``, written at ``at``.

    ``repeated``: the same form had been taken before; this is its first answer.
    """

    epoch: str
    first: int
    last: int
    at: str
    repeated: bool = False


def append(connection: sqlite3.Connection, epoch: str, first: int, entries: Sequence[Entry]) -> None:
    """Add lines ``first``, ``first + 1``, … of an epoch; the hot path of every act."""
    connection.executemany(
        "INSERT INTO log (epoch, seq, line, hash) VALUES (?, ?, ?, ?)",
        [(epoch, first + offset, line, hash_) for offset, (line, hash_) in enumerate(entries)],
    )


def all_lines(connection: sqlite3.Connection) -> Iterator[tuple[str, Entry]]:
    """(epoch, (line, hash)) of the whole log in the order in which it was written."""
    for epoch, line, hash_ in connection.execute("SELECT epoch, line, hash FROM log ORDER BY place"):
        yield epoch, (line, hash_)


def lines_between(connection: sqlite3.Connection, epoch: str, first: int, last: int) -> list[Entry]:
    query = "SELECT line, hash FROM log WHERE epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq"
    return list(connection.execute(query, (epoch, first, last)))


def hash_at(connection: sqlite3.Connection, epoch: str, seq: int) -> str:
    """The chain's hash at one event; empty where the log does not reach."""
    row = connection.execute("SELECT hash FROM log WHERE epoch = ? AND seq = ?", (epoch, seq)).fetchone()
    return str(row[0]) if row else ""


def epochs(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """(epoch, last seq) in the order in which the epochs were opened."""
    query = "SELECT epoch, max(seq) FROM log GROUP BY epoch ORDER BY min(place)"
    return [(str(epoch), int(last)) for epoch, last in connection.execute(query)]


def remembered(connection: sqlite3.Connection, token: str) -> Written | None:
    """What the form called ``token`` wrote, if it was taken before.

    A token is the form's name, or ``name.content`` with a digest of what was sent. Refuses token_of_another_act where
    the form of that name was taken with another content.
    """
    query = "SELECT epoch, first, last, at FROM tokens WHERE token = ?"
    row = connection.execute(query, (token,)).fetchone()
    if row is not None:
        return Written(row[0], row[1], row[2], row[3], repeated=True)
    name = token.partition(".")[0]
    others = "SELECT 1 FROM tokens WHERE token > ? AND token < ?"
    if name != token and connection.execute(others, (f"{name}.", f"{name}/")).fetchone():  # "/" follows "."
        raise Refusal("token_of_another_act")
    return None


def remember(connection: sqlite3.Connection, token: str, written: Written) -> None:
    connection.execute(
        "INSERT INTO tokens (token, epoch, first, last, at) VALUES (?, ?, ?, ?, ?)",
        (token, written.epoch, written.first, written.last, written.at),
    )
