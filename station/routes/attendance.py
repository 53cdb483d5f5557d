"""Who came, who left, who is excused: the sitting, apart from the papers."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length, StopValidation

from shared.events.kind import DESK
from shared.rules.rounds import sitting
from shared.web import needs
from station import access
from station.access import LOOK
from station.commands import check_in
from station.routes import forms, words
from station.routes.forms import Form, carry_out

pages = Blueprint("attendance", __name__, url_prefix="/attendance")
A_PAGE: Final = 40
MARKS: Final = ("present", "left", "excused")


class AttendanceForm(Form):
    """``reason`` only where somebody is excused."""

    mark = forms.one_of(lazy_gettext("到会情况"), lazy_gettext("请选择一项。"))
    reason = StringField(lazy_gettext("请假原因"), [Length(max=200, message=lazy_gettext("最多 200 个字。"))])

    def validate_mark(self, field: Any) -> None:
        if field.data not in MARKS:
            raise StopValidation(_("请选择一项。"))

    def validate_reason(self, field: Any) -> None:
        if self.mark.data == "excused" and not (field.data or "").strip():
            raise StopValidation(_("请写明请假原因。"))


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    show = request.args.get("show", "present")
    page = max(request.args.get("page", 1, type=int), 1)
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        expected, present = sitting(state, setup)
        marked = [setup.roll[no] for no, mark in state.mine.attendance.items() if mark == show and no in setup.roll]
        counts = {kind: list(state.mine.attendance.values()).count(kind) for kind in MARKS}
    marked.sort(key=lambda voter: (voter.group, voter.no))
    pages_ = max((len(marked) + A_PAGE - 1) // A_PAGE, 1)
    page = min(page, pages_)
    people = [(one, words.details(one)) for one in marked[(page - 1) * A_PAGE : page * A_PAGE]]
    return render_template(
        "station/attendance.html",
        show=show,
        people=people,
        counts=counts,
        expected=expected,
        present=present,
        page=page,
        pages=pages_,
    )


@pages.route("/<int:no>", methods=["GET", "POST"])
@needs(DESK)
def mark(no: int) -> ResponseReturnValue:
    keeper = access.keeper()
    form = AttendanceForm()
    if form.validate_on_submit():
        if form.mark.data == "present":
            carry_out(check_in.arrive, form.who, no, token=form.token)
        elif form.mark.data == "left":
            carry_out(check_in.leave, form.who, no, token=form.token)
        else:
            carry_out(check_in.excuse, form.who, no, reason=form.said("reason"), token=form.token)
        flash(_("到会情况已登记。"), "ok")
        return redirect(url_for("attendance.mark", no=no), 303)
    with keeper.lock:
        voter = access.voter(no)
        now = keeper.state.mine.attendance.get(no, "")
    return render_template(
        "station/attendance_mark.html", form=form, voter=voter, details=words.full_details(voter), now_is=now
    )
