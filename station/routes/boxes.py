"""The boxes of this station: sealed, opened, counted face down; handed over, received at the lead, written off."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from shared import events as ev
from shared.book import BoxBook, Lease, RoundBook
from shared.election import Box, Setup
from shared.errors import Refusal
from shared.figures import number
from shared.ledger import box_book, papers_of
from shared.state import State
from shared.web import needs
from station import access
from station.access import LOOK
from station.commands import boxes
from station.commands.roaming import lease_of_box
from station.routes import forms, words
from station.routes.forms import Note, TwoForm, carry_out, counted, done, with_papers
from station.routes.rights import Mark

pages = Blueprint("boxes", __name__, url_prefix="/boxes")
Steps = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A box on the overview. ``steps``: (endpoint, label) of what may be done with it next."""

    box: Box
    kind: str
    seal: str
    mark: Mark
    steps: Steps


class SealForm(TwoForm):
    seal = forms.seal_field()


class IntactForm(TwoForm):
    """``intact``: the seal is whole and its number is the one of the sealing."""

    seal = forms.seal_field()
    intact = BooleanField(lazy_gettext("封条完好，号码与封箱时一致"), default=True)


class CountForm(TwoForm):
    again = StringField(lazy_gettext("为什么重新清点"), [Length(max=200, message=lazy_gettext("最多 200 个字。"))])


class ReasonForm(TwoForm):
    reason = forms.reason_field(lazy_gettext("原因"))


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        here = setup.station_of_device[state.own]
        own = [_shown(state, setup, now, box) for box in setup.boxes if box.station == here.id]
        guests = [_guest(state, setup, now.number, box) for box in setup.boxes if here.lead and box.station != here.id]
    return render_template(
        "station/boxes.html", round=now, boxes=own, guests=[one for one in guests if one is not None]
    )


@pages.route("/<box>/seal", methods=["GET", "POST"])
@needs(ev.BoxSealed.ROLES)
@forms.comes_back
def seal(box: str) -> ResponseReturnValue:
    form = SealForm()
    if form.validate_on_submit():
        carry_out(boxes.seal, form.who, box, seal=form.said("seal"), round_=forms.round_of_form(), token=form.token)
        return done(_("票箱已封好。"), "boxes.overview")
    note = Note("warn", _("先当众开箱检查，确认箱内没有选票。"), _("贴好封条后，照封条上的号码填写。"))
    return _ask(form, box, _("封箱"), _("登记封箱"), note=note, fields=("seal",))


@pages.route("/<box>/open", methods=["GET", "POST"])
@needs(ev.BoxOpened.ROLES)
@forms.comes_back
def open_(box: str) -> ResponseReturnValue:
    form = IntactForm()
    if form.validate_on_submit():
        carry_out(
            boxes.open_,
            form.who,
            box,
            seal=form.said("seal"),
            intact=form.intact.data,
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("票箱已打开，请背面朝上清点。"), "boxes.overview")
    note = Note("warn", _("当众检查封条，再开箱。"), _("封条破损或号码不符，取消下面的勾选并请总监票人到场。"))
    return _ask(form, box, _("开箱"), _("登记开箱"), note=note, fields=("seal", "intact"))


@pages.route("/<box>/count", methods=["GET", "POST"])
@needs(ev.BoxCounted.ROLES)
@forms.comes_back
def count(box: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        kinds = papers_of(keeper.state, keeper.setup, forms.current_round())
        page = keeper.state.mine.rounds.get(forms.current_round()) or RoundBook()
        again = bool((page.box.get(box) or BoxBook()).counts)
    form = with_papers(CountForm, kinds)()
    if form.validate_on_submit():
        carry_out(
            boxes.count,
            form.who,
            box,
            papers=counted(form, kinds),
            again=form.said("again"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("箱内张数已登记。"), "boxes.overview")
    note = Note("warn", _("背面朝上清点，不看票面。"), _("按颜色分开，只数张数；两人各数一遍。"))
    return _ask(form, box, _("清点"), _("登记张数"), note=note, fields=("again",) if again else ())


@pages.route("/<box>/hand-over", methods=["GET", "POST"])
@needs(ev.BoxHandedOver.ROLES)
@forms.comes_back
def hand_over(box: str) -> ResponseReturnValue:
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(boxes.hand_over, form.who, box, round_=forms.round_of_form(), token=form.token)
        return done(_("票箱已移交。"), "boxes.overview")
    note = Note("warn", _("不开箱，连同封条移交中心会场。"), _("至少两人护送，途中不离人。"))
    return _ask(form, box, _("移交票箱"), _("登记移交"), note=note)


@pages.route("/<box>/receive", methods=["GET", "POST"])
@needs(ev.BoxReceived.ROLES)
@forms.comes_back
def receive(box: str) -> ResponseReturnValue:
    form = IntactForm()
    if form.validate_on_submit():
        carry_out(
            boxes.receive,
            form.who,
            box,
            seal=form.said("seal"),
            intact=form.intact.data,
            round_=forms.round_of_form(),
            token=form.token,
        )
        return done(_("票箱已接收。"), "boxes.overview")
    note = Note("warn", _("当面核对封条。"), _("封条破损或号码不符，取消下面的勾选并请总监票人到场。"))
    return _ask(form, box, _("接收票箱"), _("登记接收"), note=note, fields=("seal", "intact"))


@pages.route("/<box>/write-off", methods=["GET", "POST"])
@needs(ev.BoxWrittenOff.ROLES)
@forms.comes_back
def write_off(box: str) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        carry_out(
            boxes.write_off, form.who, box, reason=form.said("reason"), round_=forms.round_of_form(), token=form.token
        )
        return done(_("票箱已注销。"), "boxes.overview")
    note = Note("no", _("注销后，箱内选票不计入本轮。"), _("以后找到也不开箱，封存并交选举委员会。"))
    return _ask(form, box, _("注销票箱"), _("注销票箱"), note=note, fields=("reason",))


def _ask(
    form: TwoForm, box: str, heading: str, button: str, *, note: Note, fields: tuple[str, ...] = ()
) -> ResponseReturnValue:
    setup = access.keeper().setup
    if box not in setup.box:
        raise Refusal("box_unknown", box=box)
    title = f"{heading} · {words.box_name(setup, box)}"
    return forms.ask(form, title, button, back=url_for("boxes.overview"), notes=[note], fields=fields)


def _shown(state: State, setup: Setup, now: words.Round, box: Box) -> Shown:
    page = state.mine.rounds.get(now.number) or RoundBook()
    found = page.box.get(box.id)
    steps = _steps(setup, page, box, lead=setup.station_of_device[state.own].lead) if now.number else ()
    return Shown(box, words.box_kind(box.kind), found.seal if found else "", _mark(page, box, found), steps)


def _mark(page: RoundBook, box: Box, found: BoxBook | None) -> Mark:
    """How far a box is; what happened last counts."""
    if found is None:
        return Mark(_("未封箱"))
    ended = ((found.written_off, Mark(_("已注销"), "no")), (found.handed_over, Mark(_("已移交"), "ok")))
    for happened, mark in ended:
        if happened:
            return mark
    if found.counts:
        return Mark(_("%(n)s 张", n=number(sum(found.counts[-1].values()))), "ok")
    return Mark(_("已开箱，待清点"), "warn") if found.opened else _road_mark(lease_of_box(page, box.id))


def _road_mark(lease: Lease | None) -> Mark:
    if lease is None or not lease.sent:
        return Mark(_("已封箱"), "ok")
    if lease.complete:
        return Mark(_("已回站"), "ok")
    return Mark(_("上门待录完"), "warn") if lease.returned else Mark(_("外出中"), "warn")


def _steps(setup: Setup, page: RoundBook, box: Box, *, lead: bool) -> Steps:
    """What comes next for a box of this station; the rules are asked again at the act."""
    found = page.box.get(box.id)
    if found is None:
        return () if page.doors == "closed" else (("boxes.seal", _("封箱")),)
    if found.written_off or found.handed_over or found.opened:
        return _count_steps(page, box, found)
    lease = lease_of_box(page, box.id)
    if box.kind == "roaming" and (lease is None or not lease.complete) and (lease or page.doors != "closed"):
        away = (("boxes.write_off", _("注销票箱")),) if lease else ()
        return (("roaming.box", _("名单与回站") if lease else _("名单与出发")), *away)
    return _closing_steps(setup, lead=lead) if page.doors == "closed" else ()


def _count_steps(page: RoundBook, box: Box, found: BoxBook) -> Steps:
    mixed = any(box.id in pile.boxes for piles in page.piles.values() for pile in piles)
    if found.written_off or found.handed_over or mixed:
        return ()
    return (("boxes.count", _("重新清点") if found.counts else _("清点选票")),)


def _closing_steps(setup: Setup, *, lead: bool) -> Steps:
    """A sealed box behind shut doors."""
    opened = (("boxes.open_", _("开箱")),) if lead or setup.procedure.parameters.sub_venue == "count" else ()
    handed = () if lead else (("boxes.hand_over", _("移交中心会场")),)
    return (*opened, *handed, ("boxes.write_off", _("注销票箱")))


def _guest(state: State, setup: Setup, round_: int, box: Box) -> Shown | None:
    """A box that a sub-venue handed over to the lead."""
    page = state.mine.rounds.get(round_) or RoundBook()
    mine = page.box.get(box.id)
    theirs = box_book(state, setup, round_, box.id)
    if mine is None and (theirs is None or not theirs.handed_over):
        return None
    from_ = words.station_name(setup, box.station)
    if mine is None:
        return Shown(
            box, from_, theirs.seal if theirs else "", Mark(_("待接收"), "warn"), (("boxes.receive", _("接收票箱")),)
        )
    return Shown(box, from_, mine.seal, _mark(page, box, mine), _guest_steps(page, box, mine))


def _guest_steps(page: RoundBook, box: Box, mine: BoxBook) -> Steps:
    if mine.written_off or mine.opened:
        return _count_steps(page, box, mine)
    return (("boxes.open_", _("开箱")), ("boxes.write_off", _("注销票箱"))) if page.doors == "closed" else ()
