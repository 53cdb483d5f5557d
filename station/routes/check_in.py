"""The desk: find a voter, check the card, use the rights, hand out the papers; and undo or replace what went wrong."""

from typing import Any, Final, NamedTuple, TypeVar

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length, StopValidation

from shared import events as ev
from shared import line as lines
from shared.book import Admission
from shared.errors import Refusal
from shared.events import read as read_event
from shared.events.kind import DESK
from shared.figures import clock
from shared.ledger import papers_of
from shared.roll import Voter
from shared.web import RefusalPage, needs, on_refusal
from station import access, search
from station.access import LOOK
from station.commands import ballots, check_in
from station.routes import forms, rights, words
from station.routes.forms import Form, TwoForm, carry_out
from station.routes.names import for_people
from station.store import log
from station.store.opening import reading

pages = Blueprint("check_in", __name__)
MOST_FOUND: Final = 30
LEAST_REASON: Final = 4  # characters; "事" explains nothing to whoever has to decide about a double use
MOST_AT_ONCE: Final = 20  # rights undone in one act: one person's and those entrusted to them
TAKEN: Final = frozenset({"right_used", "right_leased"})

Told = TypeVar("Told", ev.AdmissionCancelled, ev.PaperReplaced)


class Found(NamedTuple):
    """One line of the answer to a search."""

    voter: Voter
    details: list[str]
    mark: rights.Mark


class AdmitForm(TwoForm):
    """``rights``: roll numbers whose rights are used, the person's own among them. ``override`` and the second official
    only where one of them belongs to another station: then ``elsewhere`` is set before anything is looked at."""

    elsewhere = False

    rights = SelectMultipleField(lazy_gettext("使用的选举权"), coerce=int, validate_choice=False)
    override = StringField(lazy_gettext("为什么在本站发票"), [Length(max=200, message=lazy_gettext("最多 200 个字。"))])

    def validate_override(self, field: Any) -> None:
        if self.elsewhere and len((field.data or "").strip()) < LEAST_REASON:
            raise StopValidation(_("请写明为什么在本站发票，至少 %(n)s 个字。", n=LEAST_REASON))

    def validate_second(self, field: Any) -> None:
        if self.override.data:
            super().validate_second(field)

    def validate_second_pin(self, field: Any) -> None:
        if self.override.data:
            super().validate_second_pin(field)


class CancelForm(Form):
    """``rights``: roll numbers whose admissions are undone. ``handed_back``: paper types that had been in the voter's
    hand and came back."""

    reason = forms.reason_field(lazy_gettext("为什么撤销"))
    rights = SelectMultipleField(lazy_gettext("撤销哪些选举权"), coerce=int, validate_choice=False)
    handed_back = SelectMultipleField(lazy_gettext("已经交到选民手里、现在收回的选票"), validate_choice=False)


class ReplaceForm(Form):
    paper = forms.one_of(lazy_gettext("换哪一种选票"), lazy_gettext("请选择票种。"))
    reason = forms.reason_field(lazy_gettext("为什么换票"))


@pages.get("/")
@needs(LOOK)
def home() -> ResponseReturnValue:
    if not access.keeper().head.epoch:
        return redirect(url_for("start.begin"), 303)
    return render_template("station/check_in.html", query="", found=[], more=0)


@pages.post("/")
@needs(LOOK)
def find() -> ResponseReturnValue:
    """Names are searched for by POST: they must stand in no address and no log."""
    query = request.form.get("q", "").strip()[:60]
    found, more = _found(query) if query else ([], 0)
    template = "station/found.html" if request.headers.get("X-Part") == "found" else "station/check_in.html"
    return render_template(template, query=query, found=found, more=more)


def _found(query: str) -> tuple[list[Found], int]:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        voters = search.find(setup.roll, query)
        now = words.round_now(state, setup)
        lines = [
            Found(one, words.details(one), rights.mark_of(state, setup, now.number, one)) for one in voters[:MOST_FOUND]
        ]
    return lines, len(voters) - len(lines)


@pages.get("/voter/<int:no>")
@needs(LOOK)
def voter(no: int) -> ResponseReturnValue:
    """Somebody who cannot be given papers is refused as unmistakably as by the button."""
    keeper, me = access.keeper(), access.me()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        now = words.round_now(state, setup)
        found = rights.of_person(state, setup, now.number, (access.voter(no), me.by))
        own = found[0].obstacle
        why = for_people(own, setup) if own and own.code in TAKEN and not any(one.usable for one in found) else None
    if why is not None:
        return render_template("station/taken.html", voter=access.voter(no), why=why)
    return _voter_page(no, AdmitForm())


@pages.get("/voter/<int:no>/record")
@needs(LOOK)
def record(no: int) -> ResponseReturnValue:
    """The same page for whoever wants to cancel, to replace a paper, or to look."""
    return _voter_page(no, AdmitForm())


@pages.post("/voter/<int:no>/admit")
@needs(DESK)
def admit(no: int) -> ResponseReturnValue:
    on_refusal(lambda: _page(_("不能发票"), url_for("check_in.record", no=no)))
    form = AdmitForm()
    form.elsewhere = _is_elsewhere(no, form.rights.data or [])
    if not form.validate_on_submit() or not form.rights.data:
        return make_response(_voter_page(no, form, asked=True), 409 if form.override.errors else 200)
    round_ = forms.round_of_form()
    chosen = [int(one) for one in form.rights.data]
    written = carry_out(
        check_in.admit_with_proxies,
        form.who,
        no,
        principals=[one for one in chosen if one != no],
        own=no in chosen,
        override=form.said("override"),
        round_=round_,
        token=form.token,
    )
    return redirect(url_for("check_in.admitted", no=no, round_=round_, first=written.first, last=written.last), 303)


def _is_elsewhere(no: int, chosen: list[int]) -> bool:
    """Does a right that was ticked, and might be used, belong to another station?"""
    keeper, me = access.keeper(), access.me()
    with keeper.lock:
        round_ = words.round_now(keeper.state, keeper.setup).number
        found = rights.of_person(keeper.state, keeper.setup, round_, (access.voter(no), me.by))
    return any(one.elsewhere and one.usable and one.voter.no in chosen for one in found)


@pages.get("/voter/<int:no>/admitted/<int:round_>-<int:first>-<int:last>")
@needs(LOOK)
def admitted(no: int, round_: int, first: int, last: int) -> ResponseReturnValue:
    """What one act handed out, read from the book: the page says the same when it is opened again."""
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        person = access.voter(no)
        uses = [use for voter in _entrusted(no) for use in state.uses(round_, voter)]
        mine = [use for use in uses if use.device == state.own and first <= use.seq <= last]
        papers: dict[str, int] = {}
        for use in mine:
            papers |= {paper: papers.get(paper, 0) + 1 for paper in use.types}
        parts = [
            _("本人 1") if use.voter == no else _("代 %(name)s 1", name=setup.roll[use.voter].name) for use in mine
        ]
        boxes = [words.box_name(setup, box) for box in _fixed_boxes(round_)]
        hand_out = words.hand_out(setup, papers)
    if not mine:
        return redirect(url_for("check_in.voter", no=no), 303)
    return render_template(
        "station/admitted.html", voter=person, hand_out=hand_out, parts=parts, boxes=boxes, at=clock(mine[0].at)
    )


@pages.route("/voter/<int:no>/cancel", methods=["GET", "POST"])
@needs(DESK)
def cancel(no: int) -> ResponseReturnValue:
    """Everything that this person took the papers for is undone in one act, as far as it is ticked."""
    form = CancelForm()
    asked = form.is_submitted()
    chosen = [one for one in form.rights.data or [] if one in _entrusted(no)]
    if form.validate_on_submit() and chosen:
        on_refusal(_page(_("不能撤销"), url_for("check_in.record", no=no)))
        written = carry_out(
            check_in.cancel,
            form.who,
            *chosen,
            reason=form.said("reason"),
            handed_back=form.handed_back.data or [],
            round_=forms.round_of_form(),
            token=form.token,
        )
        return redirect(url_for("check_in.cancelled", no=no, first=written.first, last=written.last), 303)
    return render_template("station/cancel.html", form=form, asked=asked, chosen=chosen, **_admission(no))


@pages.route("/voter/<int:no>/replace", methods=["GET", "POST"])
@needs(DESK)
def replace(no: int) -> ResponseReturnValue:
    form = ReplaceForm()
    if form.validate_on_submit():
        on_refusal(_page(_("不能换票"), url_for("check_in.record", no=no)))
        written = carry_out(
            ballots.replace,
            form.who,
            no,
            paper=form.paper.data,
            reason=form.said("reason"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return redirect(url_for("check_in.replaced", no=no, seq=written.first), 303)
    return render_template("station/replace.html", form=form, **_admission(no))


@pages.get("/voter/<int:no>/cancelled/<int:first>-<int:last>")
@needs(LOOK)
def cancelled(no: int, first: int, last: int) -> ResponseReturnValue:
    """The verdict of an undone admission, read from the log: an address that nothing stands behind says nothing."""
    told = _events_at(first, last, ev.AdmissionCancelled)
    setup, mine = access.keeper().setup, _entrusted(no)
    if any(one.voter not in mine for one in told):
        raise Refusal("page_not_found")
    with access.keeper().lock:
        still = [use.voter for use in _taken(no, told[0].round)]
    return render_template(
        "station/cancelled.html",
        voter=access.voter(no),
        freed=[_whose(no, one.voter) for one in told],
        still=[_whose(no, one) for one in still],
        papers=[words.paper_name(setup, one) for one in told[0].handed_back],
        seq=first,
    )


@pages.get("/voter/<int:no>/replaced/<int:seq>")
@needs(LOOK)
def replaced(no: int, seq: int) -> ResponseReturnValue:
    """The verdict of a replaced paper, read from the log."""
    told = _events_at(seq, seq, ev.PaperReplaced)[0]
    if told.voter != no:
        raise Refusal("page_not_found")
    papers = [words.paper_name(access.keeper().setup, told.paper)]
    return render_template("station/replaced.html", voter=access.voter(no), papers=papers, seq=seq)


def _events_at(first: int, last: int, kind: type[Told]) -> list[Told]:
    """Events ``first`` to ``last`` of the living epoch. Refuses ``page_not_found`` unless all are there and of that
    kind."""
    keeper = access.keeper()
    if not 0 < first <= last <= min(keeper.head.through, first + MOST_AT_ONCE):
        raise Refusal("page_not_found")
    with reading(keeper.engine) as connection:
        raw = log.lines_between(connection, keeper.head.epoch, first, last)
    told = [read_event(one.type, one.data) for one in (lines.read(line) for line, _hash in raw)]
    fitting = [one for one in told if isinstance(one, kind)]
    if len(fitting) != last - first + 1:
        raise Refusal("page_not_found")
    return fitting


def _entrusted(no: int) -> list[int]:
    """Whose papers this person may have taken: their own, and those of whoever entrusted them."""
    return [no, *(one.principal for one in access.keeper().setup.proxies if one.holder == no)]


def _taken(no: int, round_: int) -> list[Admission]:
    """Live uses of rights at this desk for which this person took the papers, or somebody took theirs."""
    state = access.keeper().state
    uses = [use for voter in _entrusted(no) for use in state.uses(round_, voter)]
    return [use for use in uses if use.device == state.own and not use.box and no in (use.voter, use.holder)]


def _whose(no: int, voter: int) -> str:
    return _("本人") if voter == no else _("代 %(name)s", name=access.voter(voter).name)


def _voter_page(no: int, form: AdmitForm, *, asked: bool = False) -> ResponseReturnValue:
    keeper, me = access.keeper(), access.me()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        person = access.voter(no)
        now = words.round_now(state, setup)
        found = rights.of_person(state, setup, now.number, (person, me.by))
        papers = [setup.paper[one] for one in papers_of(state, setup, now.number)]
        shown = [_shown(one) for one in found]
        use = next((one for one in state.uses(now.number, no) if one.device == state.own and not one.box), None)
        entrusted = setup.proxy_of.get(no)
        proxy = setup.roll[entrusted.holder].name if entrusted and entrusted.holder in setup.roll else ""
        taken = bool(_taken(no, now.number))
        attendance = state.mine.attendance.get(no, "")
    chosen = (form.rights.data or []) if asked else _likely(found, setup.procedure.parameters.proxies_per_holder)
    return render_template(
        "station/voter.html",
        form=form,
        voter=person,
        details=words.full_details(person),
        rights=list(zip(found, shown, strict=True)),
        papers=papers,
        round=now,
        chosen=chosen,
        nothing_chosen=asked and not form.rights.data,
        use=use,
        taken=taken,
        proxy=proxy,
        attendance=attendance,
        most_proxies=setup.procedure.parameters.proxies_per_holder,
        elsewhere=any(one.elsewhere and one.usable for one in found),
        homes=sorted({words.station_name(setup, one.voter.home) for one in found if one.elsewhere and one.usable}),
        colleagues=forms.colleagues(),
        may_admit=me.may(DESK),
    )


def _likely(found: list[rights.OneRight], most: int) -> list[int]:
    """What most people come for: their own right, and those entrusted to them as far as one person may."""
    used = sum(1 for one in found if one.kind == "proxy" and one.use and one.use.right == "proxy")
    own = [one.voter.no for one in found if one.kind == "own" and one.usable]
    proxies = [one.voter.no for one in found if one.kind == "proxy" and one.usable and not one.elsewhere]
    return own + proxies[: max(most - used, 0)]


def _shown(right: rights.OneRight) -> str:
    """Why a right cannot be used here now, in words; empty where it can."""
    return forms.in_words(right.obstacle) if right.obstacle else ""


def _admission(no: int) -> dict[str, Any]:
    """What the pages of undoing and replacing show: the person and the papers they hold."""
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        person = access.voter(no)
        now = words.round_now(state, setup)
        taken = _taken(no, now.number)
        use = next((one for one in taken if one.voter == no), None)
        options = [(paper, words.paper_name(setup, paper)) for paper in taken[0].types] if taken else []
        last = max((one.at for one in taken), default="")
    return {
        "voter": person,
        "details": words.full_details(person),
        "use": use,
        "taken": [(one.voter, _whose(no, one.voter), one.at == last) for one in taken],
        "at": last,
        "options": options,
        "round": now,
    }


def _fixed_boxes(round_: int) -> list[str]:
    keeper = access.keeper()
    page = keeper.state.mine.rounds.get(round_)
    return [box for box in page.box if keeper.setup.box[box].kind == "fixed"] if page else []


def _page(title: str, appeal: str) -> RefusalPage:
    return RefusalPage(
        title=title,
        back=url_for("check_in.home"),
        back_label=_("知道了，下一位"),
        appeal=(appeal, _("本人有异议：查看记录，请监票人处理")),
    )
