"""A station's folder on disk: its keys, its request, its database, its slips. Private files have mode 0600."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared import package, request
from shared.certificate import Root, Trust
from shared.database import make_private, writing
from shared.errors import Refusal
from shared.keys import SealingKey, SigningKey, fingerprint
from shared.package import Package
from station.enrolment import Enrolment
from station.keeper import Clock, Keeper, Random, Surroundings
from station.store import packages
from station.store.opening import Engine, open_store, reading

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """A package as it came, unsealed, before anybody trusts it; ``root`` is what people compare."""

    data: bytes
    root: Root


@dataclass(frozen=True, slots=True)
class Folder:
    """Where one station lives."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "station.db"

    @property
    def request(self) -> Path:
        return self.path / "request.json"

    @property
    def slips(self) -> Path:
        return self.path / "slips.txt"

    def begin(self, name: str, random: Random) -> str:
        """Make keys and the request to be enrolled; gives the fingerprint to compare. Refuses folder_in_use."""
        if self._key.exists():
            raise Refusal("folder_in_use", folder=self.path.name)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        key, sealing = SigningKey.generate(random), SealingKey.generate(random)
        write_private(self.path / "sealing.pem", sealing.pem)
        write_private(self._key, key.pem)
        self.request.write_bytes(request.write(key, sealing, name, nonce=random(16).hex()))
        return key.public.fingerprint

    def key(self) -> SigningKey:
        """Refuses folder_not_begun."""
        return SigningKey.from_pem(self._read(self._key))

    def secret(self, random: Random) -> bytes:
        """What signs the session cookies; made when it is first asked for."""
        path = self.path / "session.key"
        if not path.exists():
            write_private(path, random(SECRET_BYTES))
        return path.read_bytes()

    def unseal(self, data: bytes) -> Opened:
        """Open a sealed package. Refuses folder_not_begun and what `shared.package.open_sealed` does."""
        sealing = SealingKey.from_pem(self._read(self.path / "sealing.pem"))
        opened = package.open_sealed(data, sealing)
        return Opened(opened, package.root_of(opened))

    def trusted_root(self) -> str:
        """The id of the root that people once compared; empty before the first package."""
        if not self.database.exists():
            return ""
        engine = open_store(self.database)
        with reading(engine) as connection:
            return packages.setting(connection, "root")

    def load(self, opened: Opened) -> Package:
        """Verify a package whose root people compared, and keep it. Refuses wrong_root where another root was compared
        before, not_enrolled where it is for another key, package_differs, and what `shared.package.read` does."""
        engine = open_store(self.database)
        known = _packages(engine)
        trust = Trust(opened.root, election=known[0].setup.election.id if known else "")
        found = package.read(opened.data, trust)
        found.certificate_of(self.key().public.id)
        with writing(engine) as connection:
            _keep(connection, found, opened)
        engine.dispose()
        return found

    def keeper(self, now: Clock, random: Random) -> Keeper:
        """The running book. Refuses folder_not_begun, package_not_loaded, and what a damaged file gives."""
        key = self.key()
        if not self.database.exists():
            raise Refusal("package_not_loaded")
        engine = open_store(self.database)
        loaded = {one.setup.version: one for one in _packages(engine)}
        if not loaded:
            raise Refusal("package_not_loaded")
        return Keeper(engine, Enrolment(key, loaded), Surroundings(now, random, self.path))

    def add_slips(self, lines: Iterable[str]) -> None:
        """Keep what was printed, for the owner's eyes only."""
        number = os.open(self.slips, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def back_up(self, target: Path) -> None:
        """A whole copy of the database while the station runs. Refuses file_exists, folder_not_begun,
        package_not_loaded."""
        if target.exists():
            raise Refusal("file_exists", file=target.name)
        self.key()
        if not self.database.exists():
            raise Refusal("package_not_loaded")
        make_private(target)
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)

    @property
    def _key(self) -> Path:
        return self.path / "device.pem"

    def _read(self, path: Path) -> bytes:
        if not path.exists():
            raise Refusal("folder_not_begun", folder=self.path.name)
        return path.read_bytes()


def write_private(path: Path, data: bytes) -> None:
    """Only the owner may read it; nothing is ever written over."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _packages(engine: Engine) -> list[Package]:
    """Verified again at every start, against the root that people compared: the file is only a file."""
    with reading(engine) as connection:
        stored, root = packages.every(connection), packages.setting(connection, "root")
    found = []
    for data in stored:
        brought = package.root_of(data)
        if brought.id != root:
            raise Refusal("wrong_root", trusted=fingerprint(root), found=brought.fingerprint)
        found.append(package.read(data, Trust(brought)))
    return found


def _keep(connection: sqlite3.Connection, found: Package, opened: Opened) -> None:
    root = packages.setting(connection, "root")
    if root and root != opened.root.id:
        raise Refusal("wrong_root", trusted=fingerprint(root), found=opened.root.fingerprint)
    known = packages.hash_of(connection, found.setup.version)
    if known and known != found.hash:
        raise Refusal("package_differs", version=found.setup.version)
    packages.set_(connection, "root", opened.root.id)
    packages.add(connection, found.setup.version, opened.data, found.hash)
