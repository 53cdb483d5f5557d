"""The tally sheet that is being called: running totals, durable, outside every log, emptied when the sheet closes.

Only totals and the one paper that can still be taken back are kept; no order, no time, no earlier single paper.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final

from station.store.opening import Engine

Pile = tuple[int, str, int]  # round, paper type, which count of it
Stroke = tuple[str, str, str]  # post, mark (valid, blank, void, vote), name
PAPERS: Final[Stroke] = ("", "papers", "")
_KEY: Final = "round = ? AND paper = ? AND count = ?"


def totals(connection: sqlite3.Connection, pile: Pile) -> dict[Stroke, int]:
    """How often each stroke was made on the open sheet."""
    query = f"SELECT post, mark, name, times FROM scratch WHERE {_KEY} AND times > 0"  # noqa: S608
    return {(post, mark, name): times for post, mark, name, times in connection.execute(query, pile)}


def add_paper(connection: sqlite3.Connection, pile: Pile, strokes: Iterable[Stroke]) -> None:
    """One more paper was called; it becomes the one that can be taken back."""
    made = [PAPERS, *strokes]
    _add(connection, pile, made, 1)
    connection.execute("INSERT OR REPLACE INTO last_paper VALUES (?, ?, ?, ?)", (*pile, json.dumps(made)))


def last(connection: sqlite3.Connection, pile: Pile) -> list[Stroke]:
    """The strokes of the paper that can be taken back; none where there is no such paper."""
    row = connection.execute(f"SELECT marks FROM last_paper WHERE {_KEY}", pile).fetchone()  # noqa: S608
    return [(post, mark, name) for post, mark, name in json.loads(row[0])] if row else []


def take_back(connection: sqlite3.Connection, pile: Pile) -> None:
    """The last paper was not called after all."""
    _add(connection, pile, last(connection, pile), -1)
    connection.execute(f"DELETE FROM last_paper WHERE {_KEY}", pile)  # noqa: S608


def empty(connection: sqlite3.Connection, pile: Pile) -> None:
    """The sheet is closed, or is called anew."""
    connection.execute(f"DELETE FROM scratch WHERE {_KEY}", pile)  # noqa: S608
    connection.execute(f"DELETE FROM last_paper WHERE {_KEY}", pile)  # noqa: S608
    connection.execute("DELETE FROM called")


def was_called(connection: sqlite3.Connection, token: str) -> bool:
    """Whether this form was sent before."""
    return connection.execute("SELECT 1 FROM called WHERE token = ?", (token,)).fetchone() is not None


def remember(connection: sqlite3.Connection, token: str) -> None:
    connection.execute("INSERT INTO called VALUES (?)", (token,))


def forget_for_good(engine: Engine) -> None:
    """Empty the write-ahead file too: it still holds the strokes that were deleted from the tables.

    Where somebody reads for longer than the busy timeout it stays until the next sheet or the next start.
    """
    pooled = engine.raw_connection()
    try:
        pooled.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        pooled.close()


def _add(connection: sqlite3.Connection, pile: Pile, strokes: Iterable[Stroke], times: int) -> None:
    connection.executemany(
        "INSERT INTO scratch VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (round, paper, count, post, mark, name) DO UPDATE SET times = times + excluded.times",
        [(*pile, *stroke, times) for stroke in strokes],
    )
