"""What machines say to the office: batches and questions, both signed, so no session and no form token; and the result
of a unit as JSON, for people who are signed in."""

from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from central import access, report
from central.routes.units import view_of
from shared.web import PUBLIC, needs

pages = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_BATCH: Final = 9 * 2**20  # bytes; intake itself refuses more than 8 MiB, and says so in a receipt
MOST_QUESTION: Final = 2**20
STATUS: Final = {"accepted": 200, "held": 202, "quarantined": 202, "refused": 422}
STATUS_OF_CODE: Final = {"batch_too_large": 413, "quota": 429}


@pages.post("/envelopes")
@needs(PUBLIC)
def envelopes() -> ResponseReturnValue:
    """A batch file in either form; the answer is a signed receipt, whatever it says."""
    program = access.program()
    request.max_content_length = MOST_BATCH
    answer = program.intake.answer(request.get_data(cache=False), program.now())
    status = STATUS_OF_CODE.get(answer.code, STATUS[answer.status])
    return Response(answer.data, status, mimetype="application/json")


@pages.post("/queries")
@needs(PUBLIC)
def queries() -> ResponseReturnValue:
    """A signed question by an enrolled device about its own unit. Refusals come as JSON with code and facts."""
    program = access.program()
    request.max_content_length = MOST_QUESTION
    data = program.questions.answer(request.get_data(cache=False), program.now())
    return Response(data, mimetype="application/json")


@pages.get("/result/<election>/<unit>")
@needs(access.ANYONE)
def result(election: str, unit: str) -> ResponseReturnValue:
    """Papers, contests, elected, conflicts, open cases, fingerprints: all of it from the office's own state."""
    program, view = access.program(), view_of(election, unit)
    found = report.report(view, program.settling.cases(view))
    batches, receipts = program.cases.counts(view.unit)
    return jsonify(report.result(found, stations=view.stations, batches=batches, receipts=receipts))
