"""An office's central program without its pages: a real database file, the real intake."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from central.intake import Intake
from central.store.envelopes import Envelopes
from central.store.tables import create
from central.units import Units
from shared import dsse, package, receipt
from shared.database import connect, writing
from shared.receipt import Receipt
from tests.central.village import OFFICE, PACKAGE, ROOT, UNIT

NOON = datetime(2026, 12, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))


class Office:
    """``received`` answers bytes with the receipt read; ``counts`` is what is in the store."""

    def __init__(self, folder: Path, *packages: bytes, most_waiting: int = 1 << 26) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.engine = connect(folder / "central.db")
        create(self.engine)
        self.store = Envelopes(self.engine)
        for signed in packages or (PACKAGE,):
            self.add_package(signed)
        self.most_waiting = most_waiting
        self.restart()

    def add_package(self, signed: bytes) -> None:
        payload = package.dsse.parse(signed).payload
        version = package.codec.read(package.Payload, package.canonical.decode(payload)).version
        with writing(self.engine) as connection:
            row = (UNIT, version, package.sha256(payload).hexdigest(), signed, "")
            connection.execute("INSERT INTO package VALUES (?,?,?,?,?)", row)

    def restart(self) -> None:
        self.units = Units(self.store, ROOT, OFFICE.public)
        self.intake = Intake(self.units, OFFICE, most_waiting=self.most_waiting)

    def receive(self, data: bytes) -> Receipt:
        return receipt.open_(self.intake.receive(data, NOON), [OFFICE.public])

    def rows(self, table: str) -> list[tuple[object, ...]]:
        with writing(self.engine) as connection:
            return sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)

    def count(self, table: str) -> int:
        return len(self.rows(table))


__all__ = ["NOON", "UNIT", "Office", "dsse"]
