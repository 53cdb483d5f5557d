"""The whole schema of central on one page.

Every table that intake writes leads with ``unit``: a station belongs to a unit and so do its voters, so one batch is
one transaction on one shard, wherever the tables are spread later. Keys are composite and natural; nothing is
numbered by the database, nothing random leads an index that grows with events.

Primary are the office's own words and what came in: batches, packages, stations, endings, decisions, receipts,
accounts. All else is a projection that ``poll-central rebuild`` makes again, and a test holds it equal.
"""

from typing import Final

from sqlalchemy import Engine, text

from shared.database import for_writing, hold_format

PROGRAM: Final = "poll-central"
FORMAT: Final = 1

PRIMARY: Final = (
    """CREATE TABLE election (
        id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, voting_day TEXT NOT NULL, created TEXT NOT NULL)""",
    """CREATE TABLE unit (
        unit TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, plan BLOB NOT NULL, roll BLOB NOT NULL)""",
    """CREATE TABLE station (
        unit TEXT NOT NULL, station TEXT NOT NULL, request BLOB NOT NULL, certificate BLOB NOT NULL,
        approved TEXT NOT NULL, PRIMARY KEY (unit, station))""",
    """CREATE TABLE package (
        unit TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, signed BLOB NOT NULL, made TEXT NOT NULL,
        PRIMARY KEY (unit, version))""",
    """CREATE TABLE ending (
        unit TEXT NOT NULL, id TEXT NOT NULL, signed BLOB NOT NULL, PRIMARY KEY (unit, id))""",
    """CREATE TABLE batch (
        unit TEXT NOT NULL, id TEXT NOT NULL, device TEXT NOT NULL, epoch TEXT NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, at TEXT NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (unit, id))""",
    """CREATE TABLE receipt (
        unit TEXT NOT NULL, batch TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (unit, batch, status))""",
    """CREATE TABLE decision (
        unit TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, signed BLOB NOT NULL, PRIMARY KEY (unit, seq))""",
    """CREATE TABLE proposal (
        unit TEXT NOT NULL, case_id TEXT NOT NULL, once TEXT NOT NULL, by_account TEXT NOT NULL, at TEXT NOT NULL,
        outcome TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (unit, case_id, once))""",
    """CREATE TABLE account (
        name TEXT NOT NULL PRIMARY KEY, roles TEXT NOT NULL, secret TEXT NOT NULL, created TEXT NOT NULL,
        active INTEGER NOT NULL)""",
    """CREATE TABLE invitation (
        token TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, until TEXT NOT NULL,
        used INTEGER NOT NULL)""",
)
PROJECTED: Final = (
    """CREATE TABLE head (
        unit TEXT NOT NULL, device TEXT NOT NULL, epoch TEXT NOT NULL, through INTEGER NOT NULL, hash TEXT NOT NULL,
        PRIMARY KEY (unit, device, epoch))""",
    """CREATE TABLE event (
        unit TEXT NOT NULL, device TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL,
        at TEXT NOT NULL, voter INTEGER NOT NULL, hash TEXT NOT NULL,
        PRIMARY KEY (unit, device, epoch, seq)){without_rowid}""",
    """CREATE TABLE claim (
        unit TEXT NOT NULL, round INTEGER NOT NULL, voter INTEGER NOT NULL, device TEXT NOT NULL, epoch TEXT NOT NULL,
        seq INTEGER NOT NULL, kind TEXT NOT NULL, live INTEGER NOT NULL,
        PRIMARY KEY (unit, round, voter, device, epoch, seq)){without_rowid}""",
    """CREATE TABLE finding (
        unit TEXT NOT NULL, device TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, place INTEGER NOT NULL,
        code TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (unit, device, epoch, seq, place))""",
    """CREATE TABLE waiting (
        unit TEXT NOT NULL, batch TEXT NOT NULL, device TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
        facts TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (unit, batch))""",
)
# What moves on by itself: `standing` counts the changes of a unit, so that whoever read an older state notices at the
# commit; `summary` is what the lists show of a unit, made from its state when somebody looks and it is older.
MOVING: Final = (
    """CREATE TABLE standing (unit TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL)""",
    """CREATE TABLE summary (
        unit TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, data TEXT NOT NULL)""",
    """CREATE TABLE opened_case (
        unit TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, open INTEGER NOT NULL, rank INTEGER NOT NULL,
        at TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (unit, id))""",
)
INDEXES: Final = (
    "CREATE INDEX batch_of_device ON batch (unit, device, at)",
    "CREATE INDEX case_open ON opened_case (open, kind)",
)
PROJECTIONS: Final = ("head", "event", "claim", "finding", "waiting")


def create(engine: Engine) -> None:
    """Make the tables in an empty database, or check that this one is ours. Refuses ``other_format``."""
    hold_format(engine, program=PROGRAM, number=FORMAT)
    without_rowid = " WITHOUT ROWID" if engine.dialect.name == "sqlite" else ""
    with for_writing(engine).begin() as connection:
        blob = "BLOB" if engine.dialect.name == "sqlite" else "BYTEA"
        for statement in (*PRIMARY, *PROJECTED, *MOVING, *INDEXES):
            wanted = statement.replace("{without_rowid}", without_rowid).replace("BLOB", blob)
            made = wanted.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
            connection.execute(text(made.replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", 1)))
