"""Batches that came on a stick: drop several files, see what became of each, take the receipts back."""

import io
import zipfile
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from central import access
from central.intake import Answer
from central.routes import words
from shared import receipt
from shared.errors import Refusal
from shared.web import current_language, needs

pages = Blueprint("files", __name__)
MOST: Final = 500


@pages.get("/files")
@needs(access.ANYONE)
def drop() -> ResponseReturnValue:
    return render_template("central/files.html", answers=[], kept=[], words=words)


@pages.post("/files")
@needs(access.ANYONE)
def take() -> ResponseReturnValue:
    """Form field ``files``, many at once. A file that came before gets its old receipt again."""
    program = access.program()
    given = [one for one in request.files.getlist("files") if one.filename]
    if not given or len(given) > MOST:
        raise Refusal("bad_form")
    answers = [(one.filename or "", program.intake.answer(one.read(), program.now())) for one in given]
    shown = [(name, answer, _told(answer)) for name, answer in answers]
    kept = [answer for _name, answer in answers if answer.batch and answer.status != "refused"]
    return render_template("central/files.html", answers=shown, kept=kept, words=words)


def _told(answer: Answer) -> tuple[str, str]:
    """(what became of it, what to do next) in words."""
    made = receipt.open_(answer.data, [access.program().office.key.public])
    if not made.reasons:
        return "", ""
    refusal = made.reasons[0].refusal()
    return refusal.sentence(current_language()), refusal.advice(current_language())


@pages.post("/files/receipts.zip")
@needs(access.ANYONE)
def receipts() -> ResponseReturnValue:
    """Form field ``batch``, many: ``<unit> <batch id>``. Receipts as files that a station takes in."""
    program = access.program()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in request.form.getlist("batch")[:MOST]:
            unit, _blank, batch = one.partition(" ")
            found = program.intake.answered(unit, batch, program.now())
            if found is not None:
                archive.writestr(f"{batch[:16]}.receipt", found.data)
    headers = {"Content-Disposition": 'attachment; filename="receipts.zip"'}
    return Response(packed.getvalue(), mimetype="application/zip", headers=headers)
