"""Checking what the office keeps: every batch opened again, every row made again, and compared with what stands."""

from dataclasses import dataclass
from typing import Final

from central.config import Program
from central.intake import change_of
from central.store.envelopes import Change


@dataclass(frozen=True, slots=True)
class Checked:
    """One unit. ``differs``: the tables whose rows are not what the batches give."""

    unit: str
    batches: int
    events: int
    findings: int
    fingerprint: str
    differs: tuple[str, ...]


def check(program: Program, unit: str) -> Checked:
    """Everything re-done from the bytes. Refuses what an altered batch, package or decision would be refused for."""
    kept = program.store.kept(unit)
    loaded, rows = program.units.read(kept, unit)
    made = change_of(loaded, rows, whole=True)
    program.units.forget(unit)
    view = program.views.get(unit)
    standing = program.store.rows(unit)
    differs = tuple(table for table, wanted in rows_of(made).items() if standing[table] != wanted)
    return Checked(
        unit=unit,
        batches=len(kept.batches),
        events=len(made.events),
        findings=len(made.findings),
        fingerprint=view.fingerprint if view else "",
        differs=differs,
    )


TABLES: Final = ("head", "event", "claim", "finding", "waiting")


def rows_of(change: Change) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table that a whole change would leave behind, sorted."""
    dead = {tuple(row) for row in change.dead}
    claims = [(*row[:7], 0 if tuple(row[:6]) in dead else row[7]) for row in change.claims]
    made = {
        "head": change.heads,
        "event": change.events,
        "claim": claims,
        "finding": change.findings,
        "waiting": change.waiting or (),
    }
    return {table: sorted(tuple(row) for row in made[table]) for table in TABLES}
