"""Batches of a county merged by the real intake into SQLite, against bare inserts of the very rows that it made.

363 logs of 193 events, a log a batch, a batch a transaction. Units are loaded before the clock starts, as the office's
pages do: a package is read once, however many batches follow. What is inserted bare has the same tables, the same
transactions and the same settings of the database, and no question asked.
"""

import gc
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from sqlalchemy import Engine

from benchmarks.county import Town, make_town
from benchmarks.office import Office
from benchmarks.pairing import Figures, alternate
from central.intake import Intake
from central.store import envelopes
from central.store.envelopes import Envelopes
from central.store.tables import create
from central.units import Units
from shared import receipt
from shared.database import connect, writing
from shared.keys import SigningKey
from shared.serving import collect_seldom

NAME: Final = "merge_sqlite"
FLOOR: Final = 0.2
GOAL: Final = 0.5
TOWNS: Final = 33
STATIONS: Final = 11
ADMISSIONS: Final = 93  # 7 + 2 × 93 = 193 lines
EVENTS: Final = TOWNS * STATIONS * (7 + 2 * ADMISSIONS)
NOW: Final = datetime(2026, 11, 8, 12, 0, tzinfo=UTC)
STATEMENTS: Final = {
    "event": envelopes.EVENTS,
    "claim": envelopes.CLAIMS,
    "head": envelopes.HEADS,
    "batch": envelopes.BATCH,
    "receipt": envelopes.RECEIPT,
}
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Sent:
    """A file on its way in, and the answer that it must get."""

    data: bytes
    status: str = "accepted"
    code: str = ""


@dataclass
class Merge:
    """The county and what it sends; one database a turn."""

    folder: Path
    office: Office
    towns: list[Town]
    files: list[Sent]
    transactions: list[Rows]
    resend: list[float]
    turn: int = 0

    def ours(self) -> float:
        """Events a second through the intake."""
        engine = self._database()
        intake = Intake(Units(Envelopes(engine), self.office.root, self.office.key.public), self.office.key)
        for town in self.towns:
            intake.units.get(town.unit)
        gc.collect()
        first, seconds = _send(intake, [one.data for one in self.files])
        self._check(engine, first)
        again, once_more = _send(intake, [one.data for one in self.files if one.status == "accepted"])
        assert again == [answer for answer, one in zip(first, self.files, strict=True) if one.status == "accepted"]
        self._check(engine, first)
        self.resend.append(seconds / once_more)
        self.transactions = list(_by_batch(engine))
        engine.dispose()
        return EVENTS / seconds

    def bare(self) -> float:
        """Events a second where the rows are only inserted."""
        engine = self._database()
        gc.collect()
        began = perf_counter()
        for rows in self.transactions:
            with writing(engine) as connection:
                for table, statement in STATEMENTS.items():
                    connection.executemany(statement, rows[table])
                connection.execute(envelopes.BUMP, (rows["batch"][0][0], 0))
        seconds = perf_counter() - began
        assert _count(engine, "event") == EVENTS
        engine.dispose()
        return EVENTS / seconds

    def _database(self) -> Engine:
        self.turn += 1
        engine = connect(self.folder / f"{self.turn}.db")
        create(engine)
        with writing(engine) as connection:
            rows = [(town.unit, 1, town.hash, town.package, "") for town in self.towns]
            connection.executemany("INSERT INTO package VALUES (?,?,?,?,?)", rows)
        return engine

    def _check(self, engine: Engine, answers: list[bytes]) -> None:
        """Rows, receipts and refusals; a benchmark that did not do its work stops here."""
        for sent, answer in zip(self.files, answers, strict=True):
            found = receipt.open_(answer, [self.office.key.public])
            code = found.reasons[0].code if found.reasons else ""
            assert (found.status, code) == (sent.status, sent.code), (found, sent.status, sent.code)
        logs = TOWNS * STATIONS
        rows = {table: _count(engine, table) for table in ("event", "claim", "head", "finding", "waiting", "batch")}
        assert rows == {
            "event": EVENTS,
            "claim": logs * ADMISSIONS,
            "head": logs,
            "finding": 0,
            "waiting": 0,
            "batch": logs + 1,  # the one that waited for its gap to close is kept too
        }


def measure(folder: Path) -> Figures:
    office = Office()
    collect_seldom()  # as both programs do when they begin to serve
    towns = [make_town(office, f"town-{number}", stations=STATIONS, admissions=ADMISSIONS) for number in range(TOWNS)]
    merge = Merge(folder, office, towns, list(_files(office, towns)), [], [])
    ratio = alternate(merge.ours, merge.bare)
    more: dict[str, float | int | str] = {
        "unit": "events/s",
        "events": EVENTS,
        "logs": TOWNS * STATIONS,
        "resend": round(median(merge.resend), 2),
    }
    return Figures(ratio=ratio, more=more)


def _files(office: Office, towns: list[Town]) -> Iterator[Sent]:
    """Every log as one batch, the lead's first; three that must not be merged lie in the middle of the pile."""
    stranger = SigningKey.generate(office.random)
    for number, town in enumerate(towns):
        if number == len(towns) // 2:
            planted = town.logs[-1]
            whole = planted.batch()
            yield Sent(_flipped(whole), "refused", "broken_chain")
            yield Sent(planted.batch(key=stranger), "refused", "missing_signature")
            yield Sent(planted.batch(100), "held", "gap")
        for log in town.logs:
            yield Sent(log.batch())


def _flipped(batch: bytes) -> bytes:
    """One bit of the last line is another."""
    place = len(batch) - 40
    return batch[:place] + bytes([batch[place] ^ 1]) + batch[place + 1 :]


def _send(intake: Intake, files: list[bytes]) -> tuple[list[bytes], float]:
    began = perf_counter()
    answers = [intake.receive(data, NOW) for data in files]
    return answers, perf_counter() - began


def _count(engine: Engine, table: str) -> int:
    with writing(engine) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _by_batch(engine: Engine) -> Iterator[Rows]:
    """All rows as they stand, those of a log together, in the order in which the logs came."""
    found: dict[str, Rows] = defaultdict(lambda: defaultdict(list))
    device_of: dict[str, str] = {}
    with writing(engine) as connection:
        for row in connection.execute("SELECT * FROM batch ORDER BY rowid"):
            device_of[row[1]] = row[2]
            found[row[2]]["batch"].append(row)
        for row in connection.execute("SELECT * FROM receipt ORDER BY rowid"):
            found[device_of[row[1]]]["receipt"].append(row)
        for table, place in (("event", 1), ("claim", 3), ("head", 1)):
            for row in connection.execute(f"SELECT * FROM {table}"):
                found[row[place]][table].append(row)
    yield from found.values()
