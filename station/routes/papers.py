"""Papers that come to this desk, counted by type before two officials."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shared.events import PapersReceived
from shared.ledger import papers_of
from shared.web import needs
from station import access
from station.commands import ballots
from station.routes import forms
from station.routes.forms import Note, TwoForm, carry_out, counted, with_papers

pages = Blueprint("papers", __name__, url_prefix="/papers")


@pages.route("/receive", methods=["GET", "POST"])
@needs(PapersReceived.ROLES)
def receive() -> ResponseReturnValue:
    keeper = access.keeper()
    with keeper.lock:
        kinds = papers_of(keeper.state, keeper.setup, forms.current_round())
    form = with_papers(TwoForm, kinds)()
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
