"""Who stands here: sign-in, the first PIN, change of person; and the start of the station, when two open its log."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from shared import events as ev
from shared.errors import Refusal
from shared.web import PUBLIC, needs, safe_path
from station import access
from station.access import LOOK
from station.commands import log
from station.routes import forms, words
from station.routes.forms import Form, TwoForm, carry_out, done

pages = Blueprint("start", __name__)


def desk_field() -> StringField:
    shortly = Length(max=20, message=lazy_gettext("最多 20 个字。"))
    return StringField(lazy_gettext("这部手机在哪张桌"), [DataRequired(lazy_gettext("请填写桌号。")), shortly])


class SignInForm(Form):
    official = forms.one_of(lazy_gettext("您是谁"), lazy_gettext("请选择您的名字。"))
    desk = desk_field()
    pin = PasswordField(lazy_gettext("密码"), [DataRequired(lazy_gettext("请输入密码。"))])


class FirstForm(Form):
    """The first time: the slip that the office handed out, and a PIN of one's own, twice."""

    official = forms.one_of(lazy_gettext("您是谁"), lazy_gettext("请选择您的名字。"))
    desk = desk_field()
    slip = StringField(lazy_gettext("一次性密码条"), [DataRequired(lazy_gettext("请照密码条填写。"))])
    pin = PasswordField(lazy_gettext("自己的密码（6 位数字）"), [DataRequired(lazy_gettext("请输入密码。"))])
    pin_again = PasswordField(lazy_gettext("再输一次"), [EqualTo("pin", lazy_gettext("两次输入的密码不一样。"))])


@pages.route("/sign-in", methods=["GET", "POST"])
@needs(PUBLIC)
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    error = ""
    if form.validate_on_submit():
        try:
            access.sign_in(form.said("official"), form.said("desk"), form.said("pin"))
        except Refusal as refusal:
            if refusal.code == "pin_not_set":
                return redirect(url_for("start.first", official=form.official.data), 303)
            error = forms.in_words(refusal)
        else:
            return redirect(safe_path(request.args.get("next") or url_for("check_in.home")), 303)
    return _sign_in_page("station/sign_in.html", form, error)


@pages.route("/sign-in/first", methods=["GET", "POST"])
@needs(PUBLIC)
def first() -> ResponseReturnValue:
    form = FirstForm()
    error = ""
    if form.validate_on_submit():
        try:
            access.choose_pin(form.said("official"), form.said("slip"), form.said("pin"))
        except Refusal as refusal:
            error = forms.in_words(refusal)
        else:
            access.begin(form.said("official"), form.said("desk"))
            return redirect(url_for("check_in.home"), 303)
    return _sign_in_page("station/first.html", form, error)


def _sign_in_page(template: str, form: Form, error: str) -> ResponseReturnValue:
    official, desk = access.last_person()
    setup = access.keeper().setup
    return render_template(
        template,
        form=form,
        error=error,
        officials=[(one.id, forms.named_duty(one)) for one in access.staff()],
        chosen=form.official.data or request.args.get("official") or official,
        desk=form.desk.data or desk,
        election=setup.election,
    )


@pages.get("/me")
@needs(LOOK)
def person() -> ResponseReturnValue:
    me = access.me()
    return render_template(
        "station/person.html",
        me=me,
        roles=[words.role_word(role) for role in me.official.roles],
        fingerprint=access.keeper().fingerprint(),
    )


@pages.post("/sign-out")
@needs(LOOK)
def sign_out() -> ResponseReturnValue:
    access.sign_out()
    return redirect(url_for("start.sign_in"), 303)


@pages.route("/start", methods=["GET", "POST"])
@needs(LOOK)
@forms.comes_back
def begin() -> ResponseReturnValue:
    """Two officials compare what the station was given, and open its log with it."""
    keeper = access.keeper()
    form = TwoForm()
    may = access.me().may(ev.EpochOpened.ROLES)
    if form.validate_on_submit():
        if not may:
            raise Refusal("not_allowed")
        carry_out(log.start, form.who, token=form.token)
        return done(_("本站记录已开启。"), "check_in.home")
    with keeper.lock:
        setup = keeper.enrolment.newest.setup
        begun = bool(keeper.head.epoch)
        here = setup.station_of_device[keeper.device]
        homes = sum(1 for voter in setup.roll if voter.home == here.id)
    return render_template(
        "station/start.html",
        form=form,
        setup=setup,
        station=here,
        begun=begun,
        homes=homes,
        root=keeper.enrolment.trust.root.fingerprint,
        colleagues=forms.colleagues(),
        may=may,
    )


@pages.route("/package", methods=["GET", "POST"])
@needs(ev.PackageTaken.ROLES)
@forms.comes_back
def package() -> ResponseReturnValue:
    """A newer package was loaded: from here on it counts."""
    keeper = access.keeper()
    form = TwoForm()
    if form.validate_on_submit():
        carry_out(log.take_package, form.who, token=form.token)
        return done(_("已采用新的选举资料。"), "exchange.overview")
    newest = max(keeper.setups)
    said = _("第 %(new)s 版，现在用的是第 %(old)s 版。", new=newest, old=keeper.setup.version)
    notes = [forms.Note("warn", said, _("名册、委托和流动名单以新版为准；已经登记的不变。"))]
    return forms.ask(form, _("采用新的选举资料"), _("采用新资料"), back=url_for("exchange.overview"), notes=notes)
