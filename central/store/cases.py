"""What the lists show: findings, cases, summaries of units, what was heard from whom; and the proposals of one
person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, text

from shared.database import for_writing, writing


@dataclass(frozen=True, slots=True)
class FindingRow:
    device: str
    epoch: str
    seq: int
    code: str
    facts: dict[str, Any]
    type: str
    at: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a list shows it; the lowest ``rank`` needs a person first."""

    unit: str
    id: str
    kind: str
    open: bool
    rank: int
    at: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """``batches`` of a device and when the last one came; ``intervals``: seconds between the last ones."""

    device: str
    batches: int
    last: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one person proposes for a case. ``state``: open, taken or withdrawn."""

    unit: str
    case: str
    once: str
    by: str
    at: str
    outcome: dict[str, Any]
    state: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    unit: str
    batch: str
    device: str
    status: str
    code: str
    facts: dict[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: str
    epoch: str
    first: int
    last: int
    at: str
    status: str


class Cases:
    """The store of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Final = engine

    def findings(self, unit: str) -> list[FindingRow]:
        query = text(
            "SELECT f.device, f.epoch, f.seq, f.code, f.facts, e.type, e.at FROM finding f "
            "JOIN event e ON e.unit = f.unit AND e.device = f.device AND e.epoch = f.epoch AND e.seq = f.seq "
            "WHERE f.unit = :unit ORDER BY f.device, f.epoch, f.seq, f.place"
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query, {"unit": unit}).all()
        return [FindingRow(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5], row[6]) for row in rows]

    def doubles(self, unit: str) -> list[tuple[int, int, int]]:
        """(round, roll number, live uses) of every right that the claims show used more than once."""
        query = text(
            "SELECT round, voter, count(*) FROM claim WHERE unit = :unit AND live = 1 "
            "GROUP BY unit, round, voter HAVING count(*) > 1 ORDER BY round, voter"
        )
        with self.engine.connect() as connection:
            return [(int(row[0]), int(row[1]), int(row[2])) for row in connection.execute(query, {"unit": unit})]

    def heard(self, unit: str) -> list[Heard]:
        query = text("SELECT device, at FROM batch WHERE unit = :unit ORDER BY device, at")
        times: dict[str, list[str]] = {}
        with self.engine.connect() as connection:
            for device, at in connection.execute(query, {"unit": unit}):
                times.setdefault(str(device), []).append(str(at))
        return [Heard(device, len(found), found[-1], tuple(found[-9:])) for device, found in times.items()]

    def counts(self, unit: str) -> tuple[int, int]:
        """(batches, receipts) kept of a unit."""
        query = text(
            "SELECT (SELECT count(*) FROM batch WHERE unit = :unit), (SELECT count(*) FROM receipt WHERE unit = :unit)"
        )
        with self.engine.connect() as connection:
            row = connection.execute(query, {"unit": unit}).one()
        return int(row[0]), int(row[1])

    def waiting(self) -> list[WaitingRow]:
        """Every batch that does not count, of all units."""
        query = text("SELECT unit, batch, device, status, code, facts, size FROM waiting ORDER BY unit, device, batch")
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [WaitingRow(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6]) for row in rows]

    def stale(self) -> list[str]:
        """Units whose summary is older than their state."""
        query = text(
            "SELECT s.unit FROM standing s LEFT JOIN summary m ON m.unit = s.unit "
            "WHERE m.version IS NULL OR m.version <> s.version ORDER BY s.unit"
        )
        with self.engine.connect() as connection:
            return [str(row[0]) for row in connection.execute(query)]

    def summarise(self, unit: str, version: int, data: dict[str, Any], cases: Sequence[CaseRow]) -> None:
        """Keep what the lists show of a unit, as it is at ``version``."""
        with writing(self.engine) as connection:
            connection.execute(
                "INSERT INTO summary VALUES (?,?,?) "
                "ON CONFLICT (unit) DO UPDATE SET version = excluded.version, data = excluded.data",
                (unit, version, json.dumps(data, ensure_ascii=False)),
            )
            connection.execute("DELETE FROM opened_case WHERE unit = ?", (unit,))
            connection.executemany("INSERT INTO opened_case VALUES (?,?,?,?,?,?,?)", [_values(one) for one in cases])

    def summaries(self) -> dict[str, dict[str, Any]]:
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT unit, data FROM summary ORDER BY unit"))
            return {str(row[0]): json.loads(row[1]) for row in rows}

    def listed(self, *, open_: bool | None, kind: str, page: int, size: int) -> tuple[list[CaseRow], int]:
        """(one page of cases, how many there are). ``open_`` None and ``kind`` "" mean any."""
        where, asked = "WHERE 1 = 1", dict[str, Any]()
        if open_ is not None:
            where, asked = f"{where} AND open = :open", asked | {"open": int(open_)}
        if kind:
            where, asked = f"{where} AND kind = :kind", asked | {"kind": kind}
        with self.engine.connect() as connection:
            total = connection.execute(text(f"SELECT count(*) FROM opened_case {where}"), asked).scalar_one()  # noqa: S608
            rows = connection.execute(
                text(
                    f"SELECT unit, id, kind, open, rank, at, facts FROM opened_case {where} "  # noqa: S608  # our own words
                    "ORDER BY open DESC, rank, at, unit, id LIMIT :size OFFSET :skip"
                ),
                asked | {"size": size, "skip": (page - 1) * size},
            ).all()
        found = [CaseRow(row[0], row[1], row[2], bool(row[3]), row[4], row[5], json.loads(row[6])) for row in rows]
        return found, int(total)

    def count_open(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM opened_case WHERE open = 1")).scalar_one())

    def count_waiting(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM waiting")).scalar_one())

    def batches(self, unit: str, device: str) -> list[BatchRow]:
        """Every batch of one log, the newest first, with what it was last answered."""
        query = text(
            "SELECT b.id, b.epoch, b.first, b.last, b.at, coalesce(w.status, 'accepted') FROM batch b "
            "LEFT JOIN waiting w ON w.unit = b.unit AND w.batch = b.id "
            "WHERE b.unit = :unit AND b.device = :device ORDER BY b.at DESC, b.epoch, b.first DESC"
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query, {"unit": unit, "device": device}).all()
        return [BatchRow(row[0], row[1], int(row[2]), int(row[3]), row[4], row[5]) for row in rows]

    def propose(self, made: Proposal) -> None:
        """Keep a proposal; the same form sent twice is one."""
        with for_writing(self.engine).begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO proposal VALUES (:unit, :case, :once, :by, :at, :outcome, :state) "
                    "ON CONFLICT DO NOTHING"
                ),
                {
                    "unit": made.unit,
                    "case": made.case,
                    "once": made.once,
                    "by": made.by,
                    "at": made.at,
                    "outcome": json.dumps(made.outcome, ensure_ascii=False),
                    "state": made.state,
                },
            )

    def proposals(self, unit: str, case: str) -> list[Proposal]:
        query = text("SELECT * FROM proposal WHERE unit = :unit AND case_id = :case ORDER BY at, once")
        with self.engine.connect() as connection:
            rows = connection.execute(query, {"unit": unit, "case": case}).all()
        return [Proposal(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6]) for row in rows]

    def withdraw(self, unit: str, case: str, once: str) -> None:
        with for_writing(self.engine).begin() as connection:
            connection.execute(
                text(
                    "UPDATE proposal SET state = 'withdrawn' "
                    "WHERE unit = :unit AND case_id = :case AND once = :once AND state = 'open'"
                ),
                {"unit": unit, "case": case, "once": once},
            )


def _values(case: CaseRow) -> tuple[Any, ...]:
    facts = json.dumps(case.facts, ensure_ascii=False)
    return case.unit, case.id, case.kind, int(case.open), case.rank, case.at, facts
