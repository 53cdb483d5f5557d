"""The whole schema of a station. One election, one file; a station never migrates (a new election starts a new one).

``log`` and ``siblings`` hold bytes that are never changed. ``scratch``, ``last_paper`` and ``called`` are no part of
any log: the totals of the tally sheet that is being called, the one paper that can still be taken back, the forms
already sent. They are emptied when the sheet closes.
"""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

FORMAT: Final = 1
metadata: Final = MetaData()

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

settings = Table("settings", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

log = Table(
    "log",
    metadata,
    Column("place", Integer, primary_key=True),  # the order in which lines were written, over all epochs
    Column("epoch", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("line", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("epoch", "seq"),
)

package = Table(
    "package",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),  # the signed package, unsealed
    Column("hash", Text, nullable=False),
)

officials = Table(
    "officials",
    metadata,
    Column("official", Text, primary_key=True),
    Column("pin_hash", Text, nullable=False, server_default=""),
    Column("slip_hash", Text, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Text, nullable=False, server_default=""),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("batch", Text, nullable=False, unique=True),
    Column("epoch", Text, nullable=False),
    Column("from", Integer, nullable=False),
    Column("to", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("cut_at", Text, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("receiver", Text, primary_key=True),  # key id of whoever signed it
    Column("status", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("accepted", Integer, nullable=False),  # how far the receiver holds that epoch
    Column("bytes", LargeBinary, nullable=False),
    ForeignKeyConstraint(["batch"], ["outbox.batch"]),
    sqlite_with_rowid=False,
)

siblings = Table(
    "siblings",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("batch", Text, nullable=False, unique=True),
    Column("device", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("from", Integer, nullable=False),
    Column("to", Integer, nullable=False),
    Column("status", Text, nullable=False),  # accepted, held or quarantined
    Column("bytes", LargeBinary, nullable=False),
)

scratch = Table(
    "scratch",
    metadata,
    Column("round", Integer, primary_key=True),
    Column("paper", Text, primary_key=True),
    Column("count", Integer, primary_key=True),
    Column("post", Text, primary_key=True),  # "" for the sheet itself: how many papers were called
    Column("mark", Text, primary_key=True),  # papers, valid, blank, void or vote
    Column("name", Text, primary_key=True),  # reason of a void, person of a vote
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

last_paper = Table(
    "last_paper",
    metadata,
    Column("round", Integer, primary_key=True),
    Column("paper", Text, primary_key=True),
    Column("count", Integer, primary_key=True),
    Column("marks", Text, nullable=False),
    sqlite_with_rowid=False,
)

called = Table(
    "called",
    metadata,
    Column("token", Text, primary_key=True),  # random names of forms: they say neither order nor mark
    sqlite_with_rowid=False,
)
