"""The Flask file of `shared`: what both programs' pages have in common.

1. Deny first: every endpoint has an access rule, or `guard` stops the start. What a rule means the program decides.
2. Every form carries a CSRF token; only endpoints named in ``signed`` (their bodies carry signatures) go without.
3. A `Refusal` becomes a page that says what is so and what to do, or JSON with its code and facts; never a stack trace.
4. Chinese is the language of the messages in the code; English is read from ``translations/en/*.po`` at the start.
"""

import hashlib
import io
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from urllib.parse import quote, urlsplit

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_request_context, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, Domain
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from shared import figures
from shared.election import Text
from shared.errors import Language, Refusal

ROOT: Final = Path(__file__).resolve().parent.parent
PUBLIC: Final = "public"
LANGUAGE_COOKIE: Final = "lang"
YEAR: Final = 365 * 24 * 3600
ONCE: Final = re.compile(r"[A-Za-z0-9_-]{22}")

STATUS: Final[Mapping[str, int]] = {
    "not_signed_in": 401,
    "not_allowed": 403,
    "form_expired": 400,
    "bad_form": 400,
    "unsafe_address": 400,
    "page_not_found": 404,
    "wrong_method": 405,
    "too_large": 413,
    "too_many": 429,
    "our_fault": 500,
}
CODE_OF_STATUS: Final[Mapping[int, str]] = {
    403: "not_allowed", 404: "page_not_found", 405: "wrong_method", 413: "too_large", 429: "too_many",
}  # fmt: skip

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}

View = TypeVar("View", bound=Callable[..., Any])


class MissingAccessRule(RuntimeError):
    """An endpoint that nobody thought about: the program must not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What one program hands to its pages.

    ``check(rule)`` raises ``not_signed_in`` or ``not_allowed``. ``sign_in`` and ``home`` are endpoints. ``statuses``
    adds HTTP statuses for the program's own codes (409 otherwise). ``instance`` tells apart the cookies of two programs
    of one kind on one host, for cookies do not know ports.
    """

    area: Literal["station", "central"]
    secret: bytes
    now: Callable[[], datetime]
    check: Callable[[Any], None]
    tls: bool
    home: str
    sign_in: str = ""
    instance: str = ""
    signed: frozenset[str] = frozenset()
    statuses: Mapping[str, int] = field(default_factory=dict)
    max_bytes: int = 1 << 20
    random: Callable[[int], bytes] = secrets.token_bytes


def needs(rule: Hashable) -> Callable[[View], View]:
    """State who may use a view; `PUBLIC` for everybody. The rule's meaning is the program's."""

    def mark(view: View) -> View:
        view.__access_rule__ = rule  # type: ignore[attr-defined]
        return view

    return mark


def prepare(app: Flask, site: Site) -> None:
    """Give ``app`` the shared templates, languages, headers, cookies, CSRF and error pages. Call before blueprints."""
    app.extensions["site"] = site
    app.extensions["access_rules"] = {}
    app.template_folder = str(ROOT / "templates")
    app.static_folder = str(ROOT / "static")
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    _configure(app, site)
    _add_languages(app, site)
    _add_template_words(app, site)
    app.before_request(_open_request)
    app.after_request(_close_response)
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(HTTPException, _on_http_error)
    app.add_url_rule("/language/<any(zh, en):code>", "language", needs(PUBLIC)(_switch_language))
    if "static" not in app.view_functions:
        app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)


def guard(app: Flask) -> None:
    """Call last: every endpoint must have a rule, and every name in ``Site.signed`` must be an endpoint."""
    rules: dict[str, Hashable] = app.extensions["access_rules"]
    for endpoint, view in app.view_functions.items():
        rule = PUBLIC if endpoint == "static" else getattr(view, "__access_rule__", None)
        if rule is None:
            raise MissingAccessRule(f"endpoint {endpoint!r} has no access rule: mark its view with needs(…)")
        rules[endpoint] = rule
    unknown = app.extensions["site"].signed - app.view_functions.keys()
    if unknown:
        raise MissingAccessRule(f"signed endpoints that do not exist: {sorted(unknown)}")


def _configure(app: Flask, site: Site) -> None:
    name = f"poll-{site.area}" + (f"-{site.instance}" if site.instance else "")
    app.config.update(
        SECRET_KEY=site.secret,
        SESSION_COOKIE_NAME=f"__Host-{name}" if site.tls else name,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=site.tls,
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=site.max_bytes,
        SEND_FILE_MAX_AGE_DEFAULT=None,
        WTF_CSRF_CHECK_DEFAULT=False,  # `_open_request` asks, after the access rule
        WTF_CSRF_TIME_LIMIT=None,  # a page may lie open from morning to evening; the token ends with the session
        WTF_CSRF_SSL_STRICT=False,  # it would ask for the referrer, which our pages never send
    )
    CSRFProtect(app)
    app.url_defaults(_version_static)


# Each request


def _open_request() -> None:
    site: Site = current_app.extensions["site"]
    g.request_id = site.random(4).hex()
    if request.endpoint is None:
        return
    rule = current_app.extensions["access_rules"][request.endpoint]
    if rule != PUBLIC:
        site.check(rule)
    if request.endpoint not in site.signed:
        current_app.extensions["csrf"].protect()


def _close_response(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        versioned = "v" in request.args and response.status_code == 200
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if versioned else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@cache
def _content_version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    """A phone on slow Wi-Fi keeps style sheets and icons until their bytes change."""
    if endpoint == "static" and "v" not in values:
        path = ROOT / "static" / values["filename"]
        if path.is_file():
            values["v"] = _content_version(path)


def safe_path(path: str) -> str:
    """A path inside this site, as given in ``?next=``. Refuses ``unsafe_address``."""
    parts = urlsplit(path)
    odd = "\\" in path or any(ord(character) <= 32 for character in path)
    if odd or parts.scheme or parts.netloc or not path.startswith("/") or path.startswith("//"):
        raise Refusal("unsafe_address")
    return path


# A second tap is the same act


def form_token() -> str:
    """A new random name for one rendering of one form (templates print it as the field ``once``)."""
    site: Site = current_app.extensions["site"]
    return urlsafe_b64encode(site.random(16)).rstrip(b"=").decode()


def once() -> str:
    """The name of the form that was sent. The program stores it with the act. Refuses ``form_expired``."""
    token = request.form.get("once", "")
    if not ONCE.fullmatch(token):
        raise Refusal("form_expired")
    return token


# Refusals and errors


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalPage:
    """How a view wants its refusals shown. ``explain`` adds lines such as desk, official, rule and source;
    ``appeal`` is (address, words) of the way on for someone who disagrees.
    """

    title: str = ""
    back: str = ""
    back_label: str = ""
    explain: Callable[[Refusal], list[str]] = lambda _refusal: []
    appeal: tuple[str, str] | None = None


def on_refusal(page: RefusalPage | Callable[[], RefusalPage]) -> None:
    """Say, at the start of a view, how a refusal in this request is to be shown. A busy view gives a function: most
    requests are not refused, and words and addresses take time to find."""
    g.refusal_page = page


def _on_refusal(refusal: Refusal) -> ResponseReturnValue:
    site: Site = current_app.extensions["site"]
    status = site.statuses.get(refusal.code, STATUS.get(refusal.code, 409))
    if _wants_json():
        return refusal_json(refusal), status
    if refusal.code == "not_signed_in" and site.sign_in and request.method == "GET":
        return redirect(url_for(site.sign_in, next=here()), 303)
    return _refusal_page(refusal), status


def refusal_json(refusal: Refusal) -> Response:
    """{"code", "sentence", "advice", "facts"} in the language of the request."""
    language = current_language()
    return jsonify(
        code=refusal.code,
        sentence=refusal.sentence(language),
        advice=refusal.advice(language),
        facts=refusal.facts,
    )


def _refusal_page(refusal: Refusal) -> str:
    """Rendered without the program's context processors, which may be what failed."""
    site: Site = current_app.extensions["site"]
    told: RefusalPage | Callable[[], RefusalPage] = g.get("refusal_page", RefusalPage())
    page = told if isinstance(told, RefusalPage) else told()
    sign_in = site.sign_in if refusal.code == "not_signed_in" else ""
    template = current_app.jinja_env.get_template("shared/refused.html")
    return template.render(
        refusal=refusal,
        page=page,
        back=page.back or url_for(sign_in or site.home),
        lines=page.explain(refusal),
        request_id=g.get("request_id", ""),
    )


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, CSRFError):
        refusal = Refusal("form_expired")
    elif status >= 500:
        current_app.logger.error("request %s failed", g.get("request_id", ""))
        refusal = Refusal("our_fault", request=g.get("request_id", ""))
    else:
        refusal = Refusal(CODE_OF_STATUS.get(status, "bad_form"))
    return (refusal_json(refusal) if _wants_json() else _refusal_page(refusal)), status


def _wants_json() -> bool:
    site: Site = current_app.extensions["site"]
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.endpoint in site.signed or request.path.startswith("/api/") or accepted == "application/json"


# Languages


class _Catalogue(Domain):  # type: ignore[misc]  # the library ships no types
    """The English messages, read from the .po files once; Chinese needs none."""

    def __init__(self, english: NullTranslations) -> None:
        super().__init__()
        self._english = english
        self._chinese = NullTranslations()

    def get_translations(self) -> NullTranslations:
        return self._english if current_language() == "en" else self._chinese


def _read_english(area: str) -> Translations:
    english = Translations()
    for path in (ROOT / "translations" / "en" / f"{name}.po" for name in ("shared", area)):
        if not path.exists():
            continue
        compiled = io.BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale="en"))
        compiled.seek(0)
        english.merge(Translations(compiled))
    return english


def current_language() -> Language:
    """The language that this browser chose; Chinese until it chooses."""
    return "en" if has_request_context() and request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def here() -> str:
    """The path to come back to after a detour; the first page if this one was sent and cannot be asked for."""
    if request.method != "GET":
        return url_for(current_app.extensions["site"].home)
    query = quote(request.query_string, safe="=&%+")
    return quote(request.script_root + request.path) + (f"?{query}" if query else "")


def _switch_language(code: str) -> ResponseReturnValue:
    site: Site = current_app.extensions["site"]
    response = redirect(safe_path(request.args.get("next", "/")), 303)
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=YEAR, httponly=True, samesite="Strict", secure=site.tls, path="/"
    )
    return response


def _add_languages(app: Flask, site: Site) -> None:
    babel = Babel(app, default_locale="zh_Hans_CN", locale_selector=_locale)
    babel.domain_instance = _Catalogue(_read_english(site.area))


def _locale() -> str:
    return "en" if current_language() == "en" else "zh_Hans_CN"


# Words and figures in templates


def _add_template_words(app: Flask, site: Site) -> None:
    app.jinja_env.globals.update(
        form_token=form_token, here=here, language=current_language, now=site.now, area=site.area, home=site.home
    )
    app.jinja_env.filters.update(
        clock=figures.clock,
        day=lambda value: figures.day(value, current_language()),
        fingerprint=figures.fingerprint,
        moment=lambda value: figures.moment(value, current_language()),
        number=figures.number,
        percent=figures.percent,
        state_fingerprint=figures.state_fingerprint,
        text=text,
    )


def text(value: Text) -> str:
    return value.en if current_language() == "en" else value.zh


def article(source: Text) -> str:
    """Law and article of a source, without what it says."""
    return text(source).partition("：")[0].partition(": ")[0]
