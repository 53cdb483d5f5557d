"""What stands on every screen of the desk: round and state, the figures, the navigation, what needs a person."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from flask import g, request, url_for
from flask_babel import gettext as _

from shared.election import Setup
from shared.events.kind import ANYONE
from shared.ledger import ledger, papers_of
from shared.state import State
from shared.web import current_language
from station import access, sending
from station.routes import words

SECTIONS: Final = {
    "check_in": "check_in", "attendance": "check_in", "rounds": "check_in",
    "boxes": "boxes", "papers": "boxes", "roaming": "boxes", "ledger": "boxes",
    "counting": "counting", "result": "counting",
    "exchange": "exchange", "log": "exchange",
}  # fmt: skip


class Figure(NamedTuple):
    """One figure of the strip under the header."""

    value: int
    label: str
    tone: str = ""


class Strip(Sequence[Figure]):
    """The figures, counted when a page draws them: verdicts, of which a busy desk sees most, do not."""

    @cached_property
    def _figures(self) -> list[Figure]:
        keeper = access.keeper()
        with keeper.lock:
            return figures(keeper.state, keeper.setup, words.round_now(keeper.state, keeper.setup))

    def __getitem__(self, place: Any) -> Any:
        return self._figures[place]

    def __len__(self) -> int:
        return len(self._figures)


def of_request() -> dict[str, Any]:
    """The context of every page (`shared/desk.html` names what it needs)."""
    keeper = access.keeper()
    person = access.signed_in()
    with keeper.lock:
        now = words.round_now(keeper.state, keeper.setup)
        head = {
            "title": words.round_title(keeper.state, keeper.setup, now.number),
            "place": words.place(keeper.setup, keeper.station.id),
            "state": words.phase_word(now.phase),
            "tone": "warn" if now.phase in words.WARNS else "",
            "roaming": False,
        }
        warnings = _warnings(keeper.state, now) if person else []
    if keeper.readonly is not None:
        warnings.insert(
            0, ("no", keeper.readonly.sentence(current_language()), keeper.readonly.advice(current_language()))
        )
    if access.program().plain:
        warnings.append(("warn", _("本站今天使用未加密的连接。"), _("只在本站自己的无线网络中使用。")))
    return {
        "head": head,
        "ledger": Strip() if person else (),
        "navigation": _navigation() if person else [],
        "warnings": warnings,
        "person": person,
        "may": access.may,
        "refused": g.get("refused"),
        "by_whom": by_whom,
        "posted": request.method == "POST",
    }


def by_whom(endpoint: str) -> str:
    """The duties that an act belongs to, for whoever may only look."""
    roles = access.rule_of(endpoint)
    if set(roles) == set(ANYONE):
        return _("本站工作人员")
    return _("或").join(words.role_word(role) for role in roles)


def figures(state: State, setup: Setup, now: words.Round) -> list[Figure]:
    """应到, 已领票, 发出 and, while papers go out, 作废换票; once the doors are shut, 收回. All of this station."""
    if not now.number:
        return []
    here = setup.station_of_device[state.own].id
    lines = [ledger(state, setup, now.number, paper, station=here) for paper in papers_of(state, setup, now.number)]
    expected = sum(1 for voter in setup.roll if voter.home == here)
    last = Figure(sum(line.spoiled for line in lines), _("作废换票"))
    if now.phase in ("closed", "counting", "declared"):
        last = Figure(sum(line.in_boxes for line in lines), _("收回"))
    rights = max((line.rights for line in lines), default=0)
    issued = sum(line.issued for line in lines)
    return [Figure(expected, _("应到")), Figure(rights, _("已领票")), Figure(issued, _("发出")), last]


def _warnings(state: State, now: words.Round) -> list[tuple[str, str, str]]:
    """(tone, what is so, what to do) of what nobody may overlook while the round goes on; its result tells it after."""
    doubles = sum(1 for uses in state.doubles() if uses[0].round == now.number)
    if not doubles or now.phase == "declared":
        return []
    strong = _("有 %(n)s 人的选举权被使用了两次。", n=doubles)
    if now.phase == "counting":
        return [("warn", "", strong)]
    return [("warn", strong, _("两次都已记录，由选举委员会裁定；本站照常工作。"))]


def _navigation() -> list[dict[str, Any]]:
    section = SECTIONS.get(request.blueprint or "", "")
    items = (
        ("check_in", "check_in.home", "search", _("签到发票")),
        ("boxes", "boxes.overview", "box", _("票箱")),
        ("counting", "counting.overview", "tally", _("计票")),
        ("exchange", "exchange.overview", "sync", _("同步")),
    )
    unsent = sending.unsent(access.keeper())
    return [
        {
            "href": url_for(endpoint),
            "icon": icon,
            "label": label,
            "count": unsent if name == "exchange" else 0,
            "current": name == section,
        }
        for name, endpoint, icon, label in items
    ]
