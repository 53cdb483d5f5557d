"""What machines say to the station: batches and questions, both signed, so no session and no form token.

Bytes in, bytes out; the answers are signed, or canonical JSON (`station.receiving`).
"""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from shared.web import PUBLIC, needs
from station import access, receiving

pages = Blueprint("api", __name__, url_prefix="/api/v1")


@pages.post("/envelopes")
@needs(PUBLIC)
def envelopes() -> ResponseReturnValue:
    """A batch file of another log of the unit; the answer is a signed receipt, whatever it says."""
    return _json(receiving.receive(access.keeper(), request.get_data(cache=False)))


@pages.post("/queries")
@needs(PUBLIC)
def queries() -> ResponseReturnValue:
    """A signed question by a station of the unit. Refusals come as JSON with code and facts."""
    program = access.program()
    return _json(receiving.answer(program.keeper, request.get_data(cache=False), program.now()))


def _json(data: bytes) -> Response:
    return Response(data, mimetype="application/json")
