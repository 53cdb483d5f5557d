"""The station's program: the book of one polling place, and the screens of the people who keep it.

`create_app` wires the parts and does nothing else; clock, keys and database are handed in by whoever starts it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from flask import Flask

from shared.web import Site, guard, prepare
from station import access
from station.access import Program
from station.courier import Courier
from station.keeper import Keeper
from station.pins import Pins
from station.routes import (
    api,
    attendance,
    boxes,
    check_in,
    counting,
    exchange,
    frame,
    ledger,
    log,
    papers,
    result,
    roaming,
    rounds,
    start,
)

PAGES: Final = (
    api, attendance, boxes, check_in, counting, exchange, ledger, log, papers, result, roaming, rounds, start,
)  # fmt: skip
MOST_BYTES: Final = 9 << 20  # a batch file has at most 8 MiB
IDLE: Final = timedelta(minutes=20)
STATUSES: Final = {"question_too_old": 400, "wrong_unit": 403, "voter_unknown": 404, "quota": 429, "pin_locked": 429}


def create_app(
    keeper: Keeper,
    courier: Courier,
    *,
    secret: bytes,
    now: Callable[[], datetime],
    tls: bool = False,
    plain: bool = False,
) -> Flask:
    """One station's Flask application. ``plain``: two officials switched plain HTTP on, and every screen says so."""
    app = Flask("station")
    site = Site(
        area="station",
        secret=secret,
        now=now,
        check=access.check,
        tls=tls,
        home="check_in.home",
        sign_in="start.sign_in",
        instance=keeper.station.id,
        signed=frozenset({"api.envelopes", "api.queries"}),
        statuses=STATUSES,
        max_bytes=MOST_BYTES,
        random=keeper.random,
    )
    prepare(app, site)
    app.extensions["station"] = Program(
        keeper=keeper, pins=Pins(keeper), now=now, idle=IDLE, plain=plain, courier=courier
    )
    app.context_processor(frame.of_request)
    for part in PAGES:
        app.register_blueprint(part.pages)
    guard(app)
    return app
