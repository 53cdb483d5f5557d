"""People at the phones of a running station: real HTTP, forms as the pages bring them, everybody with a PIN."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from werkzeug.serving import make_server

from rehearsal.phone import Page, Phone
from station import create_app
from station.courier import Courier
from station.keeper import Keeper
from station.pins import Pins
from tests.station.place import Place

PIN = "135790"


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

    def with_(self, second: str, path: str, **values: str | list[str]) -> Page:
        """An act of two: the second official types a PIN on the same phone."""
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


def app_of(keeper: Keeper) -> Flask:
    return create_app(keeper, Courier(keeper, central="", peers=()), secret=b"s" * 32, now=_clock(keeper))


def _clock(keeper: Keeper) -> "type[datetime] | object":
    return keeper.now


def give_pins(keeper: Keeper, *officials: str) -> None:
    pins = Pins(keeper)
    for official, slip in pins.make_slips(officials).items():
        pins.choose(official, slip, PIN)


@contextmanager
def served(place: Place, *officials: str) -> Iterator[Office]:
    """The station at a free port of this machine; ``officials`` have their PIN."""
    give_pins(place.keeper, *officials)
    app = app_of(place.keeper)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Office(place, f"http://127.0.0.1:{server.server_port}", app)
    finally:
        server.shutdown()
        thread.join()
