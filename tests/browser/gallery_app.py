"""A small program of sample screens, made of the shared frames and macros, to look at and to measure."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from flask import Flask, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader

from shared.election import Text
from shared.errors import Refusal
from shared.web import PUBLIC, RefusalPage, Site, guard, needs, on_refusal, prepare

HERE = Path(__file__).parent
CHINA = timezone(timedelta(hours=8))
PHONE_SCREENS = (
    "find", "confirm", "admitted", "sample_refusal", "ledger", "count", "result", "roaming", "forms", "pieces",
)  # fmt: skip
WIDE_SCREENS = ("wall", "sheet", "hall")
ERRORS = ("refuse", "nowhere", "crash")


def say(zh: Any, en: Any) -> Text:
    return Text(zh, en)


@needs(PUBLIC)
def home() -> ResponseReturnValue:
    return screen("find")


@needs(PUBLIC)
def screen(name: str) -> ResponseReturnValue:
    if name == "pieces":
        flash("已保存 · Saved", "ok")
    return render_template(f"{name}.html")


@needs(PUBLIC)
def refuse() -> ResponseReturnValue:
    on_refusal(
        RefusalPage(
            title="不能发票",
            back=url_for("home"),
            back_label="知道了，下一位",
            explain=lambda _refusal: ["2 号桌 · 李秀兰 经手"],
            appeal=(url_for("home"), "本人有异议：记录并请监票人"),
        )
    )
    raise Refusal("not_allowed")


@needs(PUBLIC)
def crash() -> ResponseReturnValue:
    raise ZeroDivisionError("a bug of ours")


@needs(PUBLIC)
def act() -> ResponseReturnValue:
    return "done"


def gallery() -> Flask:
    app = Flask("gallery")
    site = Site(
        area="station",
        secret=b"gallery" * 6,
        now=lambda: datetime(2026, 12, 20, 9, 42, tzinfo=CHINA),
        check=lambda _rule: None,
        tls=False,
        home="home",
    )
    prepare(app, site)
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(HERE / "gallery"), app.jinja_env.loader])
    app.jinja_env.globals["say"] = say
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/screen/<name>", "screen", screen)
    app.add_url_rule("/refuse", "refuse", refuse)
    app.add_url_rule("/crash", "crash", crash)
    app.add_url_rule("/act", "act", act, methods=["POST"])
    guard(app)
    return app
