"""The office's folder: its keys, its root and certificate, its database. Keys are files that only their owner may
read."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from central.store.tables import create
from shared import dsse
from shared.certificate import Root, Subject, Trust, read_root
from shared.database import connect
from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import SigningKey

DATABASE: Final = "central.db"


@dataclass(frozen=True, slots=True)
class Office:
    """What `open_office` finds. ``secret`` signs cookies; ``id_key`` makes the keyed hashes of identity numbers."""

    folder: Path
    root: Root
    root_signed: Signed
    certificate: Signed
    key: SigningKey
    secret: bytes
    id_key: bytes

    @property
    def name(self) -> str:
        return Trust(self.root).device([self.certificate]).subject.name

    @property
    def database(self) -> Path:
        return self.folder / DATABASE


def found_office(folder: Path, name: str, today: date, random: Callable[[int], bytes]) -> Office:
    """Make a new office: root key 1 of 1, office key and certificate, an empty database. Refuses
    office_folder_in_use."""
    if folder.exists() and any(folder.iterdir()):
        raise Refusal("office_folder_in_use", folder=str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "keys").mkdir(mode=0o700)
    root_key, office_key = SigningKey.generate(random), SigningKey.generate(random)
    root = Root(1, (root_key.public.base64,), 1, name)
    subject = Subject("office", office_key.public.base64, name, today.isoformat())
    _write_private(folder / "keys" / "root.pem", root_key.pem)
    _write_private(folder / "keys" / "office.pem", office_key.pem)
    _write_private(folder / "keys" / "session.bin", random(32))
    _write_private(folder / "keys" / "persons.bin", random(32))
    (folder / "root.json").write_bytes(bytes(root.sign([root_key])))
    (folder / "office.json").write_bytes(bytes(subject.issue([root_key])))
    create(connect(folder / DATABASE))
    return open_office(folder)


def open_office(folder: Path) -> Office:
    """Refuses ``no_office`` for a folder that `found_office` did not make."""
    missing = [name for name in ("root.json", "office.json", DATABASE) if not (folder / name).is_file()]
    if missing or not (folder / "keys" / "office.pem").is_file():
        raise Refusal("no_office", folder=str(folder))
    root_signed = dsse.parse((folder / "root.json").read_bytes())
    return Office(
        folder=folder,
        root=read_root(root_signed),
        root_signed=root_signed,
        certificate=dsse.parse((folder / "office.json").read_bytes()),
        key=SigningKey.from_pem((folder / "keys" / "office.pem").read_bytes()),
        secret=(folder / "keys" / "session.bin").read_bytes(),
        id_key=(folder / "keys" / "persons.bin").read_bytes(),
    )


def _write_private(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
