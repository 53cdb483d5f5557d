"""Batches that do not count: held ones, which merge by themselves, and quarantined ones, which two people decide on."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from central import access
from central.cases import Case
from central.routes import words
from central.store.cases import WaitingRow
from central.view import View
from shared.web import needs

pages = Blueprint("waiting", __name__)


@pages.get("/waiting")
@needs(access.ANYONE)
def list_() -> ResponseReturnValue:
    program = access.program()
    program.watch.refresh()
    rows = []
    for row in program.cases.waiting():
        view = program.views.get(row.unit)
        rows.append(_shown(row, view, program.settling.cases(view) if view else []))
    return render_template("central/waiting.html", rows=rows, words=words)


def _shown(row: WaitingRow, view: View | None, cases: list[Case]) -> dict[str, Any]:
    """``case``: where it can be decided, "" where it merges by itself."""
    case = next(
        (one.id for one in cases if one.kind in ("quarantine", "fork") and one.facts.get("device") == row.device), ""
    )
    name = words.station_name(view.setup, row.device) if view else row.device[:16].upper()
    why = words.sentence(row.code, row.facts)
    return {"row": row, "station": name, "why": why, "case": case if row.status == "quarantined" else ""}
