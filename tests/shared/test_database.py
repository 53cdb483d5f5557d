import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import connect, for_writing, hold_format, make_database, session_for_writing, writing
from shared.errors import Refusal


class Base(DeclarativeBase):
    pass


class Desk(Base):
    __tablename__ = "desk"
    name: Mapped[str] = mapped_column(primary_key=True)
    papers: Mapped[int]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = connect(tmp_path / "hall.db")
    Base.metadata.create_all(engine)
    with session_for_writing(engine) as session:
        session.add(Desk(name="one", papers=0))
    return engine


def papers(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT papers FROM desk")).scalar_one()


def test_every_connection_keeps_what_was_answered(engine: Engine):
    with engine.connect() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in SETTINGS]

    assert dict(zip(SETTINGS, settings, strict=True)) == SETTINGS


SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_write_commits_when_its_block_ends(engine: Engine):
    with writing(engine) as connection:
        connection.execute("UPDATE desk SET papers = 7")

    assert papers(engine) == 7


def test_a_failed_write_leaves_nothing_and_lets_the_next_one_in(engine: Engine):
    def fail_half_way() -> None:
        with writing(engine) as connection:
            connection.execute("UPDATE desk SET papers = 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert papers(engine) == 0
    with writing(engine) as connection:
        connection.execute("UPDATE desk SET papers = 1")
    assert papers(engine) == 1


def test_a_failed_session_leaves_nothing(engine: Engine):
    def fail_half_way() -> None:
        with session_for_writing(engine) as session:
            session.get_one(Desk, "one").papers = 7
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert papers(engine) == 0


def test_two_desks_that_read_before_they_write_lose_nothing(engine: Engine):
    def issue_one_by_one() -> None:
        for _ in range(40):
            with writing(engine) as connection:
                (so_far,) = connection.execute("SELECT papers FROM desk").fetchone()
                connection.execute("UPDATE desk SET papers = ?", (so_far + 1,))

    together(issue_one_by_one, issue_one_by_one)

    assert papers(engine) == 80


def test_a_session_takes_the_lock_before_it_reads(engine: Engine):
    def issue_one_by_one() -> None:
        for _ in range(25):
            with session_for_writing(engine) as session:
                session.get_one(Desk, "one").papers += 1

    together(issue_one_by_one, issue_one_by_one)

    assert papers(engine) == 50


def test_a_reader_is_not_held_up_by_a_writer(engine: Engine):
    with writing(engine) as connection:
        connection.execute("UPDATE desk SET papers = 7")

        assert papers(engine) == 0


def together(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_format_opens_again(tmp_path: Path):
    hold_format(connect(tmp_path / "new.db"), program="station", number=1)
    hold_format(connect(tmp_path / "new.db"), program="station", number=1)


@pytest.mark.parametrize(("program", "number"), [("station", 2), ("central", 1)])
def test_another_format_or_program_does_not_open(tmp_path: Path, program: str, number: int):
    hold_format(connect(tmp_path / "hall.db"), program="station", number=1)

    with pytest.raises(Refusal) as refused:
        hold_format(connect(tmp_path / "hall.db"), program=program, number=number)

    assert refused.value == Refusal("other_format", found="station 1", expected=f"{program} {number}")


def test_a_stranger_s_database_does_not_open(engine: Engine):
    with pytest.raises(Refusal, match="other_format"):
        hold_format(engine, program="station", number=1)


def test_a_file_that_is_no_database_does_not_open(tmp_path: Path):
    (tmp_path / "roll.xlsx").write_bytes(b"PK\x03\x04" + b"not a database" * 100)

    with pytest.raises(Refusal, match="other_format"):
        hold_format(connect(tmp_path / "roll.xlsx"), program="station", number=1)


def test_the_flask_extension_opens_the_same_way(tmp_path: Path, engine: Engine):
    database = make_database(Base)
    app = Flask("desk")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'hall.db'}"
    database.init_app(app)

    with app.app_context():
        assert database.session.get_one(Desk, "one").papers == 0
        assert database.session.execute(text("PRAGMA synchronous")).scalar_one() == 2
        impatient = sqlite3.connect(tmp_path / "hall.db", timeout=0)
        with for_writing(database.engine).begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
        impatient.close()
