"""Papers that come to this desk, counted by type before two officials; and a wrong figure put right."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from shared.election import Setup
from shared.events import PapersCorrected, PapersReceived
from shared.figures import number
from shared.ledger import papers_of
from shared.web import needs
from station import access
from station.commands import ballots
from station.routes import forms, words
from station.routes.forms import Note, TwoForm, carry_out, counted, with_papers

pages = Blueprint("papers", __name__, url_prefix="/papers")
SPARE: Final = (
    500  # printed beyond twice the roll, for a small unit: no delivery is larger, but a slip of the finger is
)


class CorrectForm(TwoForm):
    """``papers-<type>``: all that this desk received of the type."""

    reason = forms.reason_field(lazy_gettext("原因"))


def most_papers(setup: Setup) -> int:
    """More papers of one type than this are a slip: a sheet for every voter of the unit, all of them spoiled once, and
    what a printer adds."""
    return 2 * len(setup.roll) + SPARE


@pages.route("/receive", methods=["GET", "POST"])
@needs(PapersReceived.ROLES)
@forms.comes_back
def receive() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        kinds = papers_of(keeper.state, keeper.setup, forms.current_round())
    form = with_papers(TwoForm, kinds, most_papers(keeper.setup))()
    if form.validate_on_submit():
        papers = counted(form, kinds)
        carry_out(ballots.receive, form.who, papers=papers, round_=forms.round_of_form(), token=form.token)
        return forms.done(_("选票已登记。"), "ledger.overview")
    note = Note("warn", _("两人当面清点。"), _("第二次送来的填这一次的张数，会加到前一次上。"))
    none = Note("no", _("还没有召集本轮。"), _("召集之后才知道用哪些选票。"))
    return forms.ask(
        form,
        _("登记领到的选票"),
        _("登记选票"),
        back=url_for("boxes.overview"),
        notes=[note] if kinds else [none],
    )


@pages.route("/correct", methods=["GET", "POST"])
@needs(PapersCorrected.ROLES)
@forms.comes_back
def correct() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        state, setup = keeper.state, keeper.setup
        kinds = papers_of(state, setup, forms.current_round())
        page = state.mine.rounds.get(forms.current_round())
        known = {kind: page.paper[kind].received if page and kind in page.paper else 0 for kind in kinds}
    form = with_papers(CorrectForm, kinds, most_papers(setup))()
    if form.validate_on_submit():
        carry_out(
            ballots.correct,
            form.who,
            papers=counted(form, kinds),
            reason=form.said("reason"),
            round_=forms.round_of_form(),
            token=form.token,
        )
        return forms.done(_("领到的张数已更正；原来的登记保留在记录里。"), "ledger.overview")
    entered = _("、").join(f"{words.paper_name(setup, kind)} {number(count)}" for kind, count in known.items())
    note = Note("warn", _("现在登记的：%(papers)s。", papers=entered), _("填写各次合计的正确总张数，没有错的照填。"))
    none = Note("no", _("还没有召集本轮。"), _("召集之后才知道用哪些选票。"))
    return forms.ask(
        form,
        _("更正领到的张数"),
        _("两人更正"),
        back=url_for("ledger.overview"),
        notes=[note] if kinds else [none],
        fields=("reason",),
    )
