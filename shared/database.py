"""The SQLAlchemy file of `shared`: opening one database the same way in a server, a command and a writer thread.

On SQLite every connection runs in WAL with ``synchronous=FULL``: what was answered survives a power cut. Whoever writes
takes the write lock at ``BEGIN IMMEDIATE``, before reading what the write rests on; a transaction that read first and
wrote later could lose the lock to another writer and fail after its decision was made.

A database belongs to one program and one format number. Another number is refused, never migrated in place: a new
election starts a new file.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import Refusal

BUSY_SECONDS: Final = 10
CONNECTIONS: Final = 48  # server threads of the largest station, the writer and the sender


class Database(SQLAlchemy):
    """Flask-SQLAlchemy whose engines are opened as `connect` opens them."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return _tuned(super()._make_engine(bind_key, options, app))


def make_database(base: type[DeclarativeBase]) -> Database:
    """The extension object of one app, over that app's own declarative base."""
    return Database(model_class=base)


def connect(address: Path | str) -> Engine:
    """Open a database by the path of its SQLite file, or by a URL such as ``postgresql+psycopg://…``."""
    is_url = isinstance(address, str) and "://" in address
    if not is_url:
        make_private(Path(address))
    url = str(address) if is_url else f"sqlite:///{Path(address).absolute()}"
    return _tuned(create_engine(url, pool_size=CONNECTIONS, max_overflow=0))


def make_private(path: Path) -> None:
    """Have an empty file there before SQLite opens it, which only its owner may read; the files that SQLite puts beside
    it take the same mode. One that is there is left as it is."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _tuned(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    sqlite = cast("sqlite3.Connection", connection)
    sqlite.isolation_level = None  # else the driver begins transactions of its own, late and deferred
    sqlite.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    sqlite.execute("PRAGMA journal_mode = WAL")
    sqlite.execute("PRAGMA synchronous = FULL")
    sqlite.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[sqlite3.Connection]:
    """The hot path on SQLite: the driver's own connection, inside ``BEGIN IMMEDIATE`` … ``COMMIT``.

    The block commits when it ends; any exception rolls all of it back and goes on upwards.
    """
    pooled = engine.raw_connection()
    try:
        connection = cast("sqlite3.Connection", pooled.driver_connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
    finally:
        pooled.close()


def for_writing(engine: Engine) -> Engine:
    """The same engine and pool, whose transactions take the write lock when they begin (on SQLite)."""
    return engine.execution_options(writes=True)


@contextmanager
def session_for_writing(engine: Engine) -> Iterator[Session]:
    """An ORM session in one write transaction, committed at the end of the block, rolled back on any exception."""
    with Session(for_writing(engine)) as session, session.begin():
        yield session


def hold_format(engine: Engine, *, program: str, number: int) -> None:
    """Mark an empty database as ``program`` in format ``number``, or check the mark that it carries.

    Refuses ``other_format`` for a database of another program, of another format number, one that holds tables but no
    mark, and a file that is no database at all.
    """
    expected = f"{program} {number}"
    try:
        found = _found_format(engine, expected)
    except DatabaseError as error:
        if "not a database" not in str(error):
            raise
        found = "?"
    if found != expected:
        raise Refusal("other_format", found=found, expected=expected)


def _found_format(engine: Engine, expected: str) -> str:
    with for_writing(engine).begin() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            connection.execute(text("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"))
            connection.execute(text("INSERT INTO meta VALUES ('format', :value)"), {"value": expected})
            return expected
        if "meta" not in tables:
            return "?"
        row = connection.execute(text("SELECT value FROM meta WHERE name = 'format'")).scalar_one_or_none()
        return str(row) if row is not None else "?"
