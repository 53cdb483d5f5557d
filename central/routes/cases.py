"""Cases: the list with filters and pages; one case with its evidence, the ways to settle it and what each would
change."""

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from central import access
from central.adjudication import MAY_SETTLE
from central.cases import KINDS, Case
from central.decisions import Settlement
from central.routes import words
from central.settling import Effect
from central.view import View
from shared.book import Admission
from shared.errors import Refusal
from shared.web import RefusalPage, needs, on_refusal, once

pages = Blueprint("cases", __name__)
PER_PAGE: Final = 25
STATES: Final = {"open": True, "settled": False, "all": None}


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle a case. ``value`` is what the form sends; ``needs``: further fields that it reads."""

    value: str
    label: str
    note: str
    settlement: Settlement
    effect: Effect
    needs: tuple[str, ...] = ()


@pages.get("/cases")
@needs(access.ANYONE)
def list_() -> ResponseReturnValue:
    program = access.program()
    program.watch.refresh()
    state = request.args.get("state", "open")
    kind = request.args.get("kind", "")
    page = max(1, request.args.get("page", 1, type=int))
    found, total = program.cases.listed(open_=STATES.get(state, True), kind=kind, page=page, size=PER_PAGE)
    lines = [(one, words.case_line(_setup(one.unit), one)) for one in found]
    return render_template(
        "central/cases.html",
        lines=lines,
        total=total,
        state=state if state in STATES else "open",
        kind=kind,
        choices=[(one, words.case_word(one)) for one in KINDS],
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        words=words,
    )


def _setup(unit: str) -> Any:
    view = access.program().views.get(unit)
    return view.setup if view else None


@pages.get("/case/<election>/<unit>/<path:case>")
@needs(access.ANYONE)
def one(election: str, unit: str, case: str) -> ResponseReturnValue:
    on_refusal(RefusalPage(title=_("没有这一页"), back=url_for("cases.list_"), back_label=_("回到列表")))
    program = access.program()
    view, found = program.settling.case(f"{election}/{unit}", case)
    return render_template(
        "central/case.html",
        view=view,
        case=found,
        line=words.case_line(view.setup, found),
        evidence=[words.evidence(view, use) for use in _uses(view, found)],
        options=options(view, found) if found.open else [],
        proposals=[(made, _label(view, found, made.outcome)) for made in program.settling.proposals(view.unit, case)],
        place={"election": election, "unit": unit, "case": case},
        words=words,
        papers=view.setup.papers,
    )


@pages.post("/propose/<election>/<unit>/<path:case>")
@needs("adjudicate")
def propose(election: str, unit: str, case: str) -> ResponseReturnValue:
    """Form fields: ``outcome`` (an option's value), ``reason``; ``voter`` and ``handed_back`` where the option asks."""
    back = url_for("cases.one", election=election, unit=unit, case=case)
    on_refusal(RefusalPage(title=_("没有提交"), back=back, back_label=_("回到这件事项")))
    program = access.program()
    view, found = program.settling.case(f"{election}/{unit}", case)
    chosen = next((one for one in options(view, found) if one.value == request.form.get("outcome", "")), None)
    if chosen is None:
        raise Refusal("outcome_not_fitting", outcome=request.form.get("outcome", "")[:80])
    program.settling.propose(
        view.unit, case, _filled(chosen), by=access.signed_in().name, once=once(), now=program.now()
    )
    return redirect(back, 303)


@pages.post("/decide/<election>/<unit>/<path:case>")
@needs("adjudicate")
def decide(election: str, unit: str, case: str) -> ResponseReturnValue:
    """Form field ``proposal``: the one that the second person takes."""
    back = url_for("cases.one", election=election, unit=unit, case=case)
    on_refusal(RefusalPage(title=_("没有裁定"), back=back, back_label=_("回到这件事项")))
    program = access.program()
    proposal, name = request.form.get("proposal", ""), access.signed_in().name
    program.settling.decide(f"{election}/{unit}", case, proposal, by=name, now=program.now())
    return redirect(back, 303)


@pages.post("/withdraw/<election>/<unit>/<path:case>")
@needs("adjudicate")
def withdraw(election: str, unit: str, case: str) -> ResponseReturnValue:
    """Form field ``proposal``: one's own, taken back."""
    program = access.program()
    proposal, name = request.form.get("proposal", ""), access.signed_in().name
    program.settling.withdraw(f"{election}/{unit}", case, proposal, by=name)
    return redirect(url_for("cases.one", election=election, unit=unit, case=case), 303)


def _filled(chosen: Option) -> Settlement:
    reason = request.form.get("reason", "").strip()[:500]
    settlement = replace(chosen.settlement, reason=reason)
    if "voter" in chosen.needs:
        settlement = replace(settlement, voter=request.form.get("voter", 0, type=int) or 0)
    if "handed_back" in chosen.needs:
        settlement = replace(settlement, handed_back=tuple(sorted(set(request.form.getlist("handed_back")))))
    return settlement


def options(view: View, case: Case) -> list[Option]:
    """The ways to settle a case, each with what it would change."""
    made = [option for kind in MAY_SETTLE[case.kind] for option in _options(view, case, kind)]
    effect = access.program().settling.effect
    return [replace(one, effect=effect(view, case, one.settlement)) for one in made]


def _options(view: View, case: Case, kind: Any) -> list[Option]:
    none = Effect(None, None)
    label = words.kind_word(kind)
    if kind in ("wrong_person_picked", "no_paper_cast"):
        return [_about_use(view, kind, number, use) for number, use in enumerate(_live(view, case))]
    if kind == "two_papers_cast":
        uses = _live(view, case)
        chosen = Settlement(kind, "", round=case.facts["round"], count=len(uses))
        note = _("%(n)s 份选票都在票箱里，照实计数；选举权只算用了一次。", n=len(uses))
        return [Option(kind, label, note, chosen, none)]
    if kind == "branch":
        return _branches(view, case)
    if kind == "release":
        return _release(view, case)
    chosen = Settlement(kind, "", round=case.facts.get("round", 0))
    return [Option(kind, label, _note(kind), chosen, none)]


def _note(kind: str) -> str:
    return {
        "noted": _("事实照原样保留，写明原因，不再列为待裁定。"),
        "upheld": _("选举委员会认定有疑问的选票不影响结果，维持。"),
        "voided": _("选举委员会认定无法确定结果，本轮无效，需要重新投票。"),
    }[kind]


def _about_use(view: View, kind: Any, number: int, use: Admission) -> Option:
    at, name = use.at[11:16], words.station_name(view.setup, use.device)
    chosen = Settlement(kind, "", device=use.device, epoch=use.epoch, seq=use.seq)
    label = f"{words.kind_word(kind)} · {name} {at}"
    if kind == "wrong_person_picked":
        note = _("%(station)s %(at)s 的领票改到实际到场的人名下；那人本轮必须还没有领票。", station=name, at=at)
        return Option(f"{kind}:{number}", label, note, chosen, Effect(None, None), ("voter",))
    note = _("取消 %(station)s %(at)s 的领票；选票退回的勾选，没有勾选的算没有发出。", station=name, at=at)
    return Option(f"{kind}:{number}", label, note, chosen, Effect(None, None), ("handed_back",))


def _branches(view: View, case: Case) -> list[Option]:
    log = next((one for one in view.logs if one.device == case.facts["device"]), None)
    if log is None or log.fork is None:
        return []
    made = []
    for number, branch in enumerate(log.fork.branches):
        chosen = Settlement("branch", "", device=log.device, parent=log.fork.parent, hash=branch)
        label, told = f"{words.kind_word('branch')} {branch[:8].upper()}", _told(view, log.device, branch)
        made.append(Option(f"branch:{number}", label, told, chosen, Effect(None, None)))
    return made


def _told(view: View, device: str, branch: str) -> str:
    """How much hangs on a branch."""
    log = next(one for one in view.logs if one.device == device)
    pieces = [piece for piece, _stop in log.waiting if branch in piece.hashes]
    last = max((piece.to for piece in pieces), default=0)
    return _("含这一版本的批次 %(n)s 个，到第 %(to)s 条", n=len(pieces), to=last)


def _release(view: View, case: Case) -> list[Option]:
    log = next((one for one in view.logs if one.device == case.facts["device"]), None)
    if log is None or not log.waiting:
        return []
    last = max((piece for piece, _stop in log.waiting), key=lambda piece: piece.to)
    chosen = Settlement("release", "", device=log.device, epoch=last.epoch, seq=last.to, hash=last.head)
    note = _("这台设备到第 %(to)s 条为止的记录都计入结果。", to=last.to)
    return [Option("release", words.kind_word("release"), note, chosen, Effect(None, None))]


def _uses(view: View, case: Case) -> tuple[Admission, ...]:
    """All uses of the right, as the stations wrote them."""
    return next((one.uses for one in view.conflicts if one.id == case.id), ())


def _live(view: View, case: Case) -> list[Admission]:
    return view.state.uses(case.facts["round"], case.facts["voter"])


def _label(view: View, case: Case, outcome: dict[str, Any]) -> str:
    """What a proposal says, in words."""
    device = outcome.get("device", "")
    where = f" · {words.station_name(view.setup, device)}" if device else ""
    voter = f" → {words.voter_label(view.setup, outcome['voter'])}" if outcome.get("voter") else ""
    back = outcome.get("handed_back", [])
    papers = f" · {_('退回')} {words.papers_words(view.setup, tuple(back))}" if back else ""
    branch = f" {outcome['hash'][:8].upper()}" if case.kind == "fork" else ""
    return f"{words.kind_word(outcome['kind'])}{branch}{where}{voter}{papers}"
