"""People at the phones of a running station: real HTTP, forms as the pages bring them, everybody with a PIN."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from rehearsal.phone import Page, Phone
from station import create_app
from station.courier import Courier
from station.store import officials
from tests.station.place import Place, lines_of

PIN = "135790"


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # the library calls it so
        """Roll numbers belong in no log, not even in a test's."""


@dataclass
class Desk:
    """One phone with somebody signed in."""

    phone: Phone
    official: str

    def sees(self, path: str) -> Page:
        return self.phone.open(path)

    def does(self, path: str, action: str = "", **values: str | list[str]) -> Page:
        """Open a page, fill in its form, send it. ``action``: the form's address where the page holds several."""
        page = self.phone.open(path)
        return self.phone.send(page.form(action or path), **values)

    def finds(self, query: str) -> Page:
        return self.does("/", q=query)

    def admits(self, voter: int, **values: str | list[str]) -> Page:
        return self.does(f"/voter/{voter}", "/admit", **values)

    def and_(self, second: str, path: str, **values: str | list[str]) -> Page:
        """An act of two: the second official types their PIN on the same phone."""
        return self.does(path, second=second, second_pin=PIN, **values)


@dataclass
class Office:
    """A station that is served, and the way to get a phone in it."""

    place: Place
    address: str
    app: Flask

    def desk(self, official: str, desk: str = "1 号桌", pin: str = PIN) -> Desk:
        phone = Phone(self.address)
        page = phone.open("/sign-in")
        phone.send(page.form("/sign-in"), official=official, desk=desk, pin=pin)
        return Desk(phone, official)

    @property
    def events(self) -> int:
        """How many events the log holds."""
        return len(lines_of(self.place.keeper))


def papers(red: int, white: int) -> dict[str, str | list[str]]:
    return {"papers-red": str(red), "papers-white": str(white)}


@cache
def _hash_of_pin() -> str:
    """The same PIN for everybody, hashed once: how one is chosen with a slip is a test of its own."""
    return Argon2id(salt=b"s" * 16, length=32, iterations=1, lanes=1, memory_cost=8).derive_phc_encoded(PIN.encode())


def _give_pins(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    officials.add_slips(connection, dict.fromkeys(names, ""))
    for name in names:
        officials.set_pin(connection, name, _hash_of_pin())


@contextmanager
def served(place: Place, *names: str) -> Iterator[Office]:
    """The station at a free port of this machine; ``names`` have their PIN."""
    place.keeper.write(lambda connection: _give_pins(connection, names))
    courier = Courier(place.keeper, central="", peers=())
    app = create_app(place.keeper, courier, secret=b"s" * 32, now=place.clock)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Office(place, f"http://127.0.0.1:{server.server_port}", app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
