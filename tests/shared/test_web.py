import logging
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask, flash, session
from flask.testing import FlaskClient

from shared.election import Text
from shared.errors import Refusal
from shared.web import PUBLIC, ROOT, MissingAccessRule, RefusalPage, Site, guard, needs, on_refusal, once, prepare, text

CHINA = timezone(timedelta(hours=8))


def check(rule: object) -> None:
    """Zhou is a scrutineer; Ma has signed in but has no duty; nobody else is known."""
    if "name" not in session:
        raise Refusal("not_signed_in")
    if session["name"] == "Ma":
        raise Refusal("not_allowed", needs=rule)


@needs(PUBLIC)
def home() -> str:
    return "home"


@needs(PUBLIC)
def sign_in(name: str) -> str:
    session["name"] = name
    return "signed in"


@needs("scrutineer")
def seal() -> str:
    return f"sealed {once()}"


@needs("scrutineer")
def boxes() -> str:
    return "boxes"


@needs(PUBLIC)
def receive() -> str:
    return "received"


@needs(PUBLIC)
def crash() -> str:
    raise ZeroDivisionError("secret inside")


@needs(PUBLIC)
def refuse() -> str:
    on_refusal(RefusalPage(title="不能发票", explain=lambda _: ["2 号桌"], appeal=("/", "有异议")))
    raise Refusal("too_large", limit=8)


def make_app(**changes: Any) -> Flask:
    app = Flask("desk")
    given = {
        "area": "station", "secret": b"s" * 32, "check": check, "tls": False, "home": "home", "sign_in": "home",
        "now": lambda: datetime(2026, 12, 20, 9, 42, tzinfo=CHINA), "signed": frozenset({"receive"}), "max_bytes": 5000,
    }  # fmt: skip
    prepare(app, Site(**(given | changes)))
    for view in (home, seal, boxes, receive, crash, refuse):
        methods = ["POST"] if view in (seal, receive) else ["GET"]
        app.add_url_rule("/" if view is home else f"/{view.__name__}", view.__name__, view, methods=methods)
    app.add_url_rule("/sign-in/<name>", "sign_in", sign_in)
    app.add_url_rule("/token", "token", needs(PUBLIC)(lambda: app.jinja_env.from_string(FORM).render()))
    return app


FORM = "{% import 'shared/macros.html' as m %}{{ m.form_fields() }}"


@pytest.fixture
def app() -> Flask:
    app = make_app()
    guard(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def zhou(client: FlaskClient) -> FlaskClient:
    client.get("/sign-in/Zhou")
    return client


def form_of(client: FlaskClient) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)" value="([^"]+)"', client.get("/token").text))


def test_an_endpoint_without_a_rule_stops_the_start():
    app = make_app()
    app.add_url_rule("/forgotten", "forgotten", lambda: "anybody")

    with pytest.raises(MissingAccessRule, match="forgotten"):
        guard(app)


def test_a_signed_endpoint_must_exist():
    with pytest.raises(MissingAccessRule, match="recieve"):
        guard(make_app(signed=frozenset({"recieve"})))


def test_every_endpoint_stands_in_the_table(app: Flask):
    rules = app.extensions["access_rules"]

    assert rules.keys() == app.view_functions.keys()
    assert (rules["seal"], rules["home"], rules["static"]) == ("scrutineer", PUBLIC, PUBLIC)


def test_nothing_is_served_before_the_guard_has_looked():
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    assert app.test_client().get("/").status_code == 500


def test_a_stranger_is_led_to_the_sign_in(client: FlaskClient):
    answer = client.get("/boxes")

    assert answer.status_code == 303
    assert answer.location == "/?next=/boxes"


def test_someone_without_the_duty_is_told_so(client: FlaskClient):
    client.get("/sign-in/Ma")

    answer = client.get("/boxes")

    assert answer.status_code == 403
    assert Refusal("not_allowed").sentence("zh") in answer.text


def test_a_form_without_its_token_changes_nothing(zhou: FlaskClient):
    answer = zhou.post("/seal", data={"once": "A" * 22})

    assert answer.status_code == 400
    assert Refusal("form_expired").sentence("zh") in answer.text


def test_a_form_with_its_tokens_is_taken(zhou: FlaskClient):
    form = form_of(zhou)

    assert zhou.post("/seal", data=form).text == f"sealed {form['once']}"


def test_two_renderings_of_a_form_have_two_names(zhou: FlaskClient):
    assert form_of(zhou)["once"] != form_of(zhou)["once"]


@pytest.mark.parametrize("token", ["", "short", "A" * 21 + "!", "A" * 23])
def test_a_form_name_of_another_shape_is_refused(zhou: FlaskClient, token: str):
    assert zhou.post("/seal", data=form_of(zhou) | {"once": token}).status_code == 400


def test_only_the_signed_endpoint_goes_without_a_csrf_token(client: FlaskClient):
    assert client.post("/receive", data=b"{}").text == "received"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/shared/base.css", "/refuse"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str):
    headers = client.get(path).headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Permissions-Policy"].startswith("camera=(self)")


def test_pages_are_not_kept_and_versioned_files_are(client: FlaskClient):
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert client.get("/static/shared/base.css").headers["Cache-Control"] == "no-cache"
    assert "immutable" in client.get("/static/shared/base.css?v=1").headers["Cache-Control"]


def test_the_cookie_is_strict_and_bound_to_the_host_under_tls():
    app = make_app(tls=True, instance="hall")
    guard(app)

    cookie = app.test_client().get("/sign-in/Zhou").headers["Set-Cookie"]

    assert cookie.startswith("__Host-poll-station-hall=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"))


def test_the_two_programs_use_different_cookies(app: Flask):
    assert app.config["SESSION_COOKIE_NAME"] != make_app(area="central").config["SESSION_COOKIE_NAME"]


def test_the_language_is_chinese_until_chosen(client: FlaskClient):
    assert "没有这一页" in client.get("/nowhere").text

    assert client.get("/language/en?next=/boxes").location == "/boxes"

    assert "There is no such page" in client.get("/nowhere").text


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\evil", "javascript:alert(1)", "boxes", "",
     "/\n/evil.example", "/%09/evil.example".replace("%09", "\t"), "///evil.example"],
)  # fmt: skip
def test_a_way_out_of_the_site_is_refused(client: FlaskClient, address: str):
    answer = client.get("/language/en", query_string={"next": address})

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_the_switch_leads_back_to_any_address_as_it_was(client: FlaskClient):
    page = client.get("/nowhere/a b?name=张 三&page=2").text

    switch = re.search(r'href="(/language/en[^"]+)"', page)

    assert switch is not None
    assert client.get(switch[1]).location == "/nowhere/a%20b?name=%E5%BC%A0%20%E4%B8%89&page=2"


def test_another_language_is_no_page(client: FlaskClient):
    assert client.get("/language/fr").status_code == 404


def test_a_refusal_says_what_why_and_what_next(client: FlaskClient):
    page = client.get("/refuse")

    assert page.status_code == 413
    for words in ("不能发票", "2 号桌", "有异议", Refusal("too_large").advice("zh")):
        assert words in page.text


def test_a_program_gets_the_refusal_as_json(client: FlaskClient):
    answer = client.get("/refuse", headers={"Accept": "application/json"})

    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["code"] == "too_large"
    assert answer.json["facts"] == {"limit": 8}
    assert answer.json.keys() == {"code", "sentence", "advice", "facts"}


def test_the_wrong_method_is_answered_in_words(client: FlaskClient):
    answer = client.get("/seal")

    assert answer.status_code == 405
    assert Refusal("wrong_method").advice("zh") in answer.text


def test_a_body_over_the_limit_is_not_read(zhou: FlaskClient):
    assert zhou.post("/seal", data={"once": "A" * 6000}).status_code == 413


def test_our_own_fault_shows_a_number_and_no_trace(client: FlaskClient, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/crash")

    number = re.search(r"编号 ([0-9a-f]{8})", answer.text)
    assert answer.status_code == 500
    assert number is not None
    assert f"request {number[1]} failed" in caplog.text
    assert "secret inside" not in answer.text
    assert "Traceback" not in answer.text


def test_text_of_the_set_up_follows_the_language(app: Flask):
    post = Text("主任", "Director")

    with app.test_request_context("/"):
        assert text(post) == "主任"
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        assert text(post) == "Director"


def test_what_was_just_done_is_said_on_the_next_page(app: Flask):
    with app.test_request_context("/"):
        flash("已保存", "ok")
        page = app.jinja_env.from_string(
            "{% import 'shared/macros.html' as m with context %}{{ m.flashes() }}"
        ).render()

    assert "已保存" in page


def messages(folder: Path) -> set[str]:
    found = (re.findall(r"""_\((?:'([^']+)'|"([^"]+)")""", path.read_text()) for path in sorted(folder.rglob("*.html")))
    return {single or double for pairs in found for single, double in pairs}


def test_every_shared_sentence_has_its_english():
    with (ROOT / "translations" / "en" / "shared.po").open("rb") as file:
        english = {message.id for message in read_po(file) if message.string}

    assert messages(ROOT / "templates" / "shared") - english == set()
