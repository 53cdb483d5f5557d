"""An office in a folder of its own: the real program over a real database file, its pages through a real client."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from central import create_app
from central.config import wire
from central.office import Office as Keys
from central.store.tables import create
from shared import canonical, codec, dsse, receipt
from shared.database import connect, writing
from shared.package import Payload
from shared.receipt import Receipt
from tests.central.village import OFFICE, OFFICE_CERTIFICATE, PACKAGE, ROOT, ROOT_SIGNED, hash_of

NOON = datetime(2026, 12, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))
PASSWORD = "bamboo lantern river"


class Office:
    """``receive`` answers bytes with the receipt read; ``rows`` is what stands in the store."""

    def __init__(self, folder: Path, *packages: bytes, most_waiting: int = 1 << 26) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.keys = Keys(folder, ROOT, ROOT_SIGNED, OFFICE_CERTIFICATE, OFFICE, b"secret" * 8, b"persons" * 5)
        self.engine = connect(self.keys.database)
        self.most_waiting = most_waiting
        self.now = NOON
        create(self.engine)
        for signed in packages or (PACKAGE,):
            self.add_package(signed)
        self.restart()

    def add_package(self, signed: bytes) -> None:
        """As `central.enrolment` does it, without the plan."""
        said = codec.read(Payload, canonical.decode(dsse.parse(signed).payload))
        with writing(self.engine) as connection:
            row = (said.unit.id, said.version, hash_of(signed), signed, "")
            connection.execute("INSERT INTO package VALUES (?,?,?,?,?)", row)
            connection.execute("UPDATE standing SET version = version + 1")

    def restart(self) -> None:
        """A new process, as far as memory goes."""
        counter = iter(range(1, 1 << 62))
        self.program = wire(self.keys, lambda: self.now, lambda n: next(counter).to_bytes(n, "big"))
        self.program.intake.most_waiting = self.most_waiting
        self.intake, self.units, self.store = self.program.intake, self.program.units, self.program.store

    @classmethod
    def beside(cls, other: "Office") -> "Office":
        """Another process of the same office."""
        second = cls.__new__(cls)
        second.keys, second.engine, second.now, second.most_waiting = other.keys, other.engine, other.now, 1 << 26
        second.restart()
        return second

    @classmethod
    def at(cls, folder: Path) -> "Office":
        """The office that stands in ``folder`` already."""
        found = cls.__new__(cls)
        found.keys = Keys(folder, ROOT, ROOT_SIGNED, OFFICE_CERTIFICATE, OFFICE, b"secret" * 8, b"persons" * 5)
        found.engine, found.now, found.most_waiting = connect(found.keys.database), NOON, 1 << 26
        found.restart()
        return found

    def receive(self, data: bytes) -> Receipt:
        return receipt.open_(self.intake.receive(data, self.now), [OFFICE.public])

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with writing(self.engine) as connection:
            return sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)

    def projection(self) -> dict[str, list[tuple[Any, ...]]]:
        return {table: self.rows(table) for table in ("head", "event", "claim", "finding", "waiting")}

    def fingerprint(self, unit: str) -> str:
        view = self.program.views.get(unit)
        assert view is not None
        return view.fingerprint


class Person:
    """Somebody at a browser: forms are sent with the tokens of the page that they stand on."""

    def __init__(self, office: Office, name: str, *roles: str) -> None:
        self.client: FlaskClient = create_app(office.program).test_client()
        self.name = name
        if roles:
            secret = office.program.desk.invite(name, roles, office.now)
            assert self.post(f"/invitation/{secret}", password=PASSWORD, again=PASSWORD).status_code == 303

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, page: str = "", **fields: Any) -> Any:
        """Send a form of ``page``, or of the page at the same address."""
        shown = self.client.get(page or path).get_data(as_text=True)
        tokens = {name: re.search(rf'name="{name}" value="([^"]+)"', shown) for name in ("csrf_token", "once")}
        hidden = {name: found[1] for name, found in tokens.items() if found}
        return self.client.post(path, data=hidden | fields)
