"""What stands on every page of the office: its name, who is signed in, the tabs with what waits."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from central import access
from central.routes import words


def of_request() -> dict[str, Any]:
    """The context of every page (`shared/office.html` names what it needs)."""
    person = access.person()
    head = {"title": access.program().office.name, "who": ""}
    if person is None:
        return {"head": head, "navigation": [], "person": None, "may": access.may}
    head["who"] = " · ".join([person.name, *(words.role_word(role) for role in person.roles)])
    return {"head": head, "navigation": _navigation(), "person": person, "may": access.may}


def _navigation() -> list[dict[str, Any]]:
    store = access.program().cases
    tabs = [
        ("wall.home", _("今天"), 0),
        ("cases.list_", _("待裁定"), store.count_open()),
        ("result.list_", _("结果"), 0),
        ("files.drop", _("收文件"), 0),
        ("waiting.list_", _("未计入"), store.count_waiting()),
    ]
    here = (request.endpoint or "").partition(".")[0]
    return [
        {"href": url_for(endpoint), "label": label, "count": count, "current": endpoint.partition(".")[0] == here}
        for endpoint, label, count in tabs
    ]
