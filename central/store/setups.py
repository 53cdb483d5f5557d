"""Elections, units, their plans and rolls, the stations that were approved, and the packages signed for them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, text

from shared.database import for_writing


@dataclass(frozen=True, slots=True)
class UnitRow:
    """``plan`` and ``roll``: the files as the office brought them."""

    unit: str
    name: str
    plan: bytes
    roll: bytes


@dataclass(frozen=True, slots=True)
class StationRow:
    unit: str
    station: str
    request: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class PackageRow:
    version: int
    hash: str
    signed: bytes


class Setups:
    """The store of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Final = engine

    def add_unit(self, row: UnitRow, *, election: str, voting_day: str, now: str) -> None:
        """A unit's plan and roll; brought again, they take the place of the earlier ones until the next package."""
        told = {"election": election, "day": voting_day, "now": now}
        with for_writing(self.engine).begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO election VALUES (:election, :name, :day, :now) "
                    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, voting_day = excluded.voting_day"
                ),
                told | {"name": row.name},
            )
            connection.execute(
                text(
                    "INSERT INTO unit VALUES (:unit, :name, :plan, :roll) ON CONFLICT (unit) DO UPDATE SET "
                    "name = excluded.name, plan = excluded.plan, roll = excluded.roll"
                ),
                {"unit": row.unit, "name": row.name, "plan": row.plan, "roll": row.roll},
            )

    def unit(self, unit: str) -> UnitRow | None:
        query = text("SELECT unit, name, plan, roll FROM unit WHERE unit = :unit")
        with self.engine.connect() as connection:
            row = connection.execute(query, {"unit": unit}).one_or_none()
        return UnitRow(row[0], row[1], bytes(row[2]), bytes(row[3])) if row else None

    def units(self) -> list[str]:
        with self.engine.connect() as connection:
            return [str(row[0]) for row in connection.execute(text("SELECT unit FROM unit ORDER BY unit"))]

    def approve(self, row: StationRow, now: str) -> None:
        with for_writing(self.engine).begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO station VALUES (:unit, :station, :request, :certificate, :now) "
                    "ON CONFLICT (unit, station) DO UPDATE SET request = excluded.request, "
                    "certificate = excluded.certificate, approved = excluded.approved"
                ),
                {
                    "unit": row.unit,
                    "station": row.station,
                    "request": row.request,
                    "certificate": row.certificate,
                    "now": now,
                },
            )

    def stations(self, unit: str) -> dict[str, StationRow]:
        query = text("SELECT unit, station, request, certificate FROM station WHERE unit = :unit ORDER BY station")
        with self.engine.connect() as connection:
            rows = connection.execute(query, {"unit": unit}).all()
        return {str(row[1]): StationRow(row[0], row[1], bytes(row[2]), bytes(row[3])) for row in rows}

    def newest_package(self, unit: str) -> PackageRow | None:
        query = text("SELECT version, hash, signed FROM package WHERE unit = :unit ORDER BY version DESC LIMIT 1")
        with self.engine.connect() as connection:
            row = connection.execute(query, {"unit": unit}).one_or_none()
        return PackageRow(int(row[0]), str(row[1]), bytes(row[2])) if row else None
