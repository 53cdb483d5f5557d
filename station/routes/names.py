"""Refusals for people: what a rule states in identifiers is said with names, places and times before it is shown."""

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from shared import figures
from shared.election import Setup
from shared.errors import Refusal
from shared.web import text
from station.routes import words

Namer = Callable[[Setup, Any], str]


def for_people(refusal: Refusal, setup: Setup) -> Refusal:
    """The same refusal whose facts are words of the request's language."""
    facts = {key: _named(key, value, setup) for key, value in refusal.facts.items()}
    return Refusal(refusal.code, **facts)


def _named(key: str, value: Any, setup: Setup) -> Any:
    if isinstance(value, list | tuple):
        return _("、").join(str(_named(key.removesuffix("s"), one, setup)) for one in value)
    namer = NAMERS.get(key)
    return namer(setup, value) if namer and value not in ("", 0) else value


def _voter(setup: Setup, no: Any) -> str:
    person = setup.roll.get(no) if isinstance(no, int) else None
    if person is None:
        return _("名册第 %(no)s 号", no=no)
    group = words.group_name(person.group)
    return _("%(name)s（%(group)s）", name=person.name, group=group) if group else person.name


def _post(setup: Setup, post: str) -> str:
    return text(setup.post[post].name) if post in setup.post else post


def _act(_setup: Setup, kind: str) -> str:
    """The kind of an event, or of a round."""
    return words.kind_word(kind) if kind in ("main", "repeat", "rerun") else act_word(kind)


def act_word(kind: str) -> str:
    """What an event of this kind is, as the log of the station says it."""
    return {
        "epoch.opened": _("开启本站记录"),
        "package.taken": _("采用选举资料"),
        "log.taken": _("并入其他站的记录"),
        "device.enrolled": _("登记流动设备"),
        "attendance.arrived": _("到会"),
        "attendance.left": _("离会"),
        "attendance.excused": _("请假"),
        "papers.received": _("领到选票"),
        "papers.corrected": _("更正领到的张数"),
        "desk.recounted": _("重新清点桌上的选票"),
        "papers.issued": _("发给选票"),
        "admission.cancelled": _("撤销领票"),
        "paper.replaced": _("作废换票"),
        "papers.not_returned": _("登记未交回的选票"),
        "difference.explained": _("说明相差"),
        "round.called": _("召集本轮"),
        "round.opened": _("宣布投票开始"),
        "round.closed": _("宣布投票结束"),
        "round.declared": _("宣布结果"),
        "station.written_off": _("注销一个站"),
        "doors.opened": _("开门投票"),
        "doors.paused": _("暂停投票"),
        "doors.resumed": _("恢复投票"),
        "doors.closed": _("本站停止投票"),
        "box.sealed": _("封箱"),
        "lease.granted": _("交付流动名单"),
        "box.sent": _("流动票箱出发"),
        "visit.recorded": _("登记上门"),
        "box.returned": _("流动票箱回站"),
        "visits.completed": _("上门登记完毕"),
        "lease.taken_back": _("收回选举权"),
        "box.handed_over": _("移交票箱"),
        "box.received": _("接收票箱"),
        "box.written_off": _("注销票箱"),
        "box.opened": _("开箱"),
        "box.counted": _("清点票箱"),
        "pile.mixed": _("混合选票"),
        "sheet.called": _("计票单"),
        "pile.closed": _("计票完毕"),
    }.get(kind, kind)


def _right(_setup: Setup, right: str) -> str:
    return {"own": _("本人领票"), "proxy": _("委托投票"), "roaming": _("流动票箱")}.get(right, right)


NAMERS: Final[dict[str, Namer]] = {
    "voter": _voter,
    "holder": _voter,
    "official": words.official_name,
    "station": words.station_name,
    "home": words.station_name,
    "lead": words.station_name,
    "box": words.box_name,
    "paper": words.paper_name,
    "where": words.where_name,
    "name": words.candidate_name,
    "post": _post,
    "kind": _act,
    "due": _act,
    "right": _right,
    "doors": lambda _setup, doors: words.doors_word(doors),
    "status": lambda _setup, status: words.status_word(status),
    "device": lambda _setup, device: figures.fingerprint(device),
    "at": lambda _setup, at: figures.clock(at),
    "until": lambda _setup, until: figures.clock(until),
}
