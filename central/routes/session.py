"""Coming in: sign-in with back-off, the invitation that sets a password, signing out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from central import access
from shared.errors import Refusal
from shared.web import PUBLIC, RefusalPage, needs, on_refusal, safe_path

pages = Blueprint("session", __name__)


@pages.get("/sign-in")
@needs(PUBLIC)
def sign_in() -> ResponseReturnValue:
    return render_template("central/sign_in.html", next=request.args.get("next", ""), name="", refusal=None)


@pages.post("/sign-in")
@needs(PUBLIC)
def sign_in_now() -> ResponseReturnValue:
    """Form fields: ``name``, ``password``, ``next``. What was wrong stands in the form, with the name as it was
    typed."""
    on_refusal(RefusalPage(title=_("没有登录"), back=url_for("session.sign_in"), back_label=_("再试一次")))
    program = access.program()
    name, onward = request.form.get("name", "").strip(), request.form.get("next", "")
    password, address = request.form.get("password", ""), request.remote_addr or ""
    try:
        account = program.desk.sign_in(name, password, address=address, now=program.now())
    except Refusal as refusal:
        shown = render_template("central/sign_in.html", next=onward, name=name[:60], refusal=refusal)
        return shown, 429 if refusal.code == "too_many_tries" else 401
    access.sign_in(account)
    return redirect(safe_path(onward or url_for("wall.home")), 303)


@pages.post("/sign-out")
@needs(access.ANYONE)
def sign_out() -> ResponseReturnValue:
    session.clear()
    return redirect(url_for("session.sign_in"), 303)


@pages.get("/invitation/<secret>")
@needs(PUBLIC)
def invitation(secret: str) -> ResponseReturnValue:
    on_refusal(RefusalPage(title=_("邀请链接无效"), back=url_for("session.sign_in"), back_label=_("去登录")))
    program = access.program()
    found = program.desk.invitation(secret, program.now())
    return render_template("central/invitation.html", invited=found.name, secret=secret)


@pages.post("/invitation/<secret>")
@needs(PUBLIC)
def accept(secret: str) -> ResponseReturnValue:
    on_refusal(RefusalPage(title=_("密码没有设好"), back=url_for("session.invitation", secret=secret)))
    program = access.program()
    password, again = request.form.get("password", ""), request.form.get("again", "")
    name = program.desk.accept(secret, password, again, program.now())
    account = program.desk.account(name)
    if account is None:
        raise Refusal("invitation_over")
    access.sign_in(account)
    return redirect(url_for("wall.home"), 303)
