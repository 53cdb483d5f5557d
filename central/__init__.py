"""The office: takes in what stations send, shows it, settles what does not agree, and reports.

`create_app` wires the parts and does nothing else; clock, keys and database are handed in by whoever starts it.
"""

from typing import Final

from flask import Flask

from central import access
from central.config import MOST_FILES, Program
from central.routes import api, cases, files, frame, result, session, waiting, wall
from shared.web import Site, guard, prepare

PAGES: Final = (api, cases, files, result, session, waiting, wall)
STATUSES: Final = {
    "wrong_password": 401,
    "invitation_over": 404,
    "case_unknown": 404,
    "page_of_no_unit": 404,
    "page_of_no_station": 404,
    "too_many_tries": 429,
    "quota": 429,
    "question_too_old": 400,
    "wrong_unit": 403,
}


def create_app(program: Program, *, tls: bool = False) -> Flask:
    """One office's Flask application."""
    app = Flask("central")
    site = Site(
        area="central",
        secret=program.office.secret,
        now=program.now,
        check=access.check,
        tls=tls,
        home="wall.home",
        sign_in="session.sign_in",
        instance=program.office.root.id[:8],
        signed=frozenset({"api.envelopes", "api.queries"}),
        statuses=STATUSES,
        max_bytes=MOST_FILES,
        random=program.random,
    )
    prepare(app, site)
    app.extensions["central"] = program
    app.context_processor(frame.of_request)
    for part in PAGES:
        app.register_blueprint(part.pages)
    guard(app)
    return app
