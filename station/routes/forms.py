"""What the station's forms are made of: the second official, counted papers, the tokens, and how they are answered."""

from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, StopValidation

from shared import canonical
from shared.errors import Refusal
from shared.rules import By
from shared.web import STATUS, Site, current_language, once
from station import access
from station.commands.rounds import current
from station.keeper import Keeper
from station.routes import words
from station.routes.names import for_people

MOST_PAPERS: Final = 999_999
OF_A_ROUND: Final = frozenset({"rounds", "boxes", "papers", "ledger", "counting", "roaming", "result"})
Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")


class Form(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A form with its one-time token; errors stand beside the fields they are about."""

    class Meta:
        """What WTForms asks of a form's class."""

        csrf = False  # `shared.web` has asked for the token before the view began; the form need not ask again

    @property
    def token(self) -> str:
        """The name of this rendering, and a digest of who sends what to where: the same form with another content is
        another act, and must not be answered as if it were done. Refuses ``form_expired``."""
        return f"{once()}.{_content(self.who)}"

    @property
    def who(self) -> tuple[By, ...]:
        return (access.me().by,)

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Not once more for a form that comes back after a refusal: the page is drawn again with what was typed."""
        return "refused" not in g and bool(super().validate_on_submit(extra_validators))

    def said(self, name: str) -> str:
        """What stands in a text field."""
        return str(self[name].data or "").strip()

    def first_error(self, name: str) -> str:
        errors = self[name].errors if name in self else ()
        return str(errors[0]) if errors else ""


def _content(who: Sequence[By]) -> str:
    """Of the fields that people filled in. A PIN is no part of an act, nor is what names the rendering."""
    left_out = {"csrf_token", "once", "second_pin"}
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name not in left_out)
    said = [request.path, [one.official for one in who], [list(field) for field in fields]]
    return sha256(canonical.encode(said)).hexdigest()[:32]


class SecondOfficial:
    """Mixed into the form of an act that one person must not do alone."""

    second = SelectField(lazy_gettext("第二名工作人员"), validate_choice=False)
    second_pin = PasswordField(lazy_gettext("第二名工作人员的密码"))
    confirmed: By | None = None

    def validate_second(self, field: Field) -> None:
        """The PIN is looked at here, so that a wrong one costs nobody what was typed above it."""
        if not field.data:
            raise StopValidation(_("请选择第二名工作人员。"))

    def validate_second_pin(self, field: Field) -> None:
        if not self.second.data:
            return
        if not field.data:
            raise StopValidation(_("请第二名工作人员输入自己的密码。"))
        try:
            self.confirmed = access.second(self.second.data, field.data)
        except Refusal as refusal:
            raise StopValidation(in_words(refusal)) from refusal


class TwoForm(SecondOfficial, Form):
    """An act of two officials."""

    @property
    def who(self) -> tuple[By, ...]:
        mine = access.me().by
        return (mine, self.confirmed) if self.confirmed else (mine,)


def in_words(refusal: Refusal) -> str:
    """A refusal as one line under a field."""
    with access.keeper().lock:
        said = for_people(refusal, access.keeper().setup)
    blank = " " if current_language() == "en" else ""
    return f"{said.sentence(current_language())}{blank}{said.advice(current_language())}"


def colleagues() -> list[tuple[str, str]]:
    """(id, name and duty) of everybody else at this station who may confirm an act."""
    mine = access.me().official.id
    return [(one.id, named_duty(one)) for one in access.staff() if one.id != mine and set(one.roles) != {"observer"}]


def named_duty(official: Any) -> str:
    return f"{official.name} · {_('、').join(words.role_word(role) for role in official.roles)}"


def reason_field(label: str) -> TextAreaField:
    return TextAreaField(
        label, [DataRequired(lazy_gettext("请写明原因。")), Length(max=200, message=lazy_gettext("最多 200 个字。"))]
    )


def seal_field() -> StringField:
    return StringField(
        lazy_gettext("封条号"),
        [DataRequired(lazy_gettext("请填写封条号。")), Length(max=40, message=lazy_gettext("封条号太长。"))],
    )


def one_of(label: str, missing: str) -> SelectField:
    """A choice whose options the page prints; the command judges what was chosen."""
    return SelectField(label, [DataRequired(missing)], validate_choice=False)


def some_of(label: str, missing: str, kind: Callable[[str], Any] = str) -> SelectMultipleField:
    return SelectMultipleField(label, [InputRequired(missing)], coerce=kind, validate_choice=False)


class Count(IntegerField):
    """A number of papers. What is no number is said in the language of the page."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请填写整数。")) from error


def count_field(label: str, most: int = MOST_PAPERS) -> IntegerField:
    whole = NumberRange(0, None, lazy_gettext("请填写 0 或更大的整数。"))
    likely = NumberRange(None, most, lazy_gettext("最多 %(max)s 张，请核对是否多打了数字。"))
    return Count(label, [InputRequired(lazy_gettext("请填写张数，没有就填 0。")), whole, likely])


def with_papers(base: type[Form], papers: tuple[str, ...], most: int = MOST_PAPERS) -> type[Form]:
    """The form once more with one field ``papers-<type>`` for each paper type, of at most ``most`` papers."""
    setup = access.keeper().setup
    fields = {f"papers-{paper}": count_field(words.paper_name(setup, paper), most) for paper in papers}
    return type(base.__name__, (base,), fields)


def counted(form: Form, papers: tuple[str, ...]) -> dict[str, int]:
    return {paper: int(form[f"papers-{paper}"].data) for paper in papers}


def carry_out(
    command: Callable[Concatenate[Keeper, Arguments], Answer], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Answer:
    """Run a command on the keeper; its refusal names people, papers and places instead of identifiers."""
    keeper = access.keeper()
    try:
        return command(keeper, *args, **kwargs)
    except Refusal as refusal:
        with keeper.lock:
            raise for_people(refusal, keeper.setup) from refusal


def round_of_form() -> int:
    """The round that the form was printed for. Refuses ``bad_form``: an act must not slip into another round."""
    given = request.form.get("round", "")
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 1000):
        raise Refusal("bad_form")
    return int(given)


def comes_back(view: Callable[Arguments, ResponseReturnValue]) -> Callable[Arguments, ResponseReturnValue]:
    """What the rules refuse brings the same form back, with all that was typed but the PINs, and the sentence above.

    A lost token, a form of another round and whatever refuses the page itself stay pages of their own."""

    @wraps(view)
    def once_more(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            if request.method != "POST" or refusal.code in STATUS or not _is_of_now():
                raise
            with access.keeper().lock:
                g.refused = for_people(refusal, access.keeper().setup)
            site: Site = current_app.extensions["site"]
            return make_response(view(*args, **kwargs)), site.statuses.get(refusal.code, 409)

    return once_more


def _is_of_now() -> bool:
    return request.form.get("round", str(current_round())) == str(current_round())


class Note(NamedTuple):
    """What stands above the fields of a form: tone (ok, no, warn), what is so, what to do."""

    tone: str
    strong: str
    words: str = ""


def ask(
    form: Form, heading: str, button: str, *, back: str, notes: Sequence[Note] = (), fields: Sequence[str] = ()
) -> ResponseReturnValue:
    """The page of an act: heading, notes, the named fields and those of papers, the second official, one button."""
    if not current_round() and request.blueprint in OF_A_ROUND and request.endpoint != "rounds.call":
        return render_template("station/uncalled.html", heading=heading, back=back, lead=access.here().lead)
    papers = [name for name in form._fields if name.startswith("papers-")]  # wtforms offers no other list
    return render_template(
        "station/act.html",
        form=form,
        heading=heading,
        button=button,
        back=back,
        notes=notes,
        names=[*fields, *papers],
        round=request.form.get("round") or current_round(),
        colleagues=colleagues() if isinstance(form, SecondOfficial) else [],
    )


def current_round() -> int:
    keeper = access.keeper()
    with keeper.lock:
        return current(keeper.state, keeper.setup)


def done(sentence: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    """An act was taken: say so on the page that shows it."""
    flash(sentence, "ok")
    return redirect(url_for(endpoint, **values), 303)
