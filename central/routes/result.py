"""The result of a unit: turnout, papers, contests, who is elected, what does not agree, what is still open."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from central import access, report
from central.report import Round
from central.routes import words
from central.routes.units import view_of
from shared import figures
from shared.ledger import Ledger
from shared.rules.outcome import Check
from shared.web import RefusalPage, article, needs, on_refusal

pages = Blueprint("result", __name__)


@pages.get("/results")
@needs(access.ANYONE)
def list_() -> ResponseReturnValue:
    return render_template("central/results.html", units=access.program().watch.units(), words=words)


@pages.get("/result/<election>/<unit>")
@needs(access.ANYONE)
def unit(election: str, unit: str) -> ResponseReturnValue:
    on_refusal(RefusalPage(title=_("没有这一页"), back=url_for("result.list_"), back_label=_("回到结果")))
    program, view = access.program(), view_of(election, unit)
    found = report.report(view, program.settling.cases(view))
    batches, receipts = program.cases.counts(view.unit)
    return render_template(
        "central/result.html",
        view=view,
        report=found,
        batches=batches,
        receipts=receipts,
        thresholds={one.number: thresholds(one) for one in found.rounds},
        equation=equation,
        name_of=lambda candidate: report.name_of(view.setup, candidate),
        words=words,
    )


def thresholds(one: Round) -> list[dict[str, Any]]:
    """Every number that the law looks at, with its base."""
    checks = {(check.threshold.measure, check.base): check for found in one.outcome.contests for check in found.checks}
    return [_threshold(check) for check in checks.values()]


def _threshold(check: Check) -> dict[str, Any]:
    measured, base = base_word(check.threshold.measure), base_word(check.threshold.base)
    return {
        "words": f"{measured} {figures.number(check.measured)} ÷ {base} {figures.number(check.base)}",
        "share": figures.percent(check.measured, check.base),
        "met": check.met,
        "note": _("至少 %(n)s", n=figures.number(check.least)) + f" · {article(check.threshold.source)}",
    }


def base_word(base: str) -> str:
    return {
        "eligible": _("登记选民"),
        "expected": _("应到"),
        "present": _("实到"),
        "cast": _("收回选票"),
        "valid": _("有效票"),
        "issued": _("发出选票"),
        "votes": _("得票"),
    }[base]


def equation(line: Ledger) -> list[dict[str, Any]]:
    """The book of one paper type, as rows of the shared macro."""
    return [
        {"label": _("发出选票"), "value": line.issued},
        {"sign": "−", "label": _("作废换票"), "value": line.spoiled},
        {"sign": "−", "label": _("退回"), "value": line.handed_back},
        {"sign": "=", "label": _("用掉的选举权"), "value": line.rights, "line": True},
        {"sign": "−", "label": _("收回（各箱）"), "value": line.in_boxes},
        {"sign": "−", "label": _("未交回"), "value": line.not_returned},
        {
            "sign": "=",
            "label": _("相差"),
            "value": line.difference,
            "line": True,
            "tone": "ok" if line.difference == 0 else "no",
        },
    ]
