"""What things are called on the office's pages, in the language of the request."""

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from central.cases import Case
from central.store.cases import CaseRow
from central.view import View
from shared import figures
from shared.book import Admission
from shared.election import Setup
from shared.errors import TABLE, Refusal
from shared.web import current_language, text

Facts = dict[str, Any]
TONES: Final = {"right": "no", "fork": "no", "quarantine": "warn", "equation": "no", "declared": "no", "margin": "no"}


def role_word(role: str) -> str:
    return {"watch": _("查看"), "adjudicate": _("裁定"), "setup": _("筹备")}.get(role, role)


def case_word(kind: str) -> str:
    return {
        "right": _("重复用票"),
        "fork": _("日志分叉"),
        "epoch": _("日志重开"),
        "finding": _("违反规则"),
        "equation": _("账目不平"),
        "declared": _("宣布有出入"),
        "quarantine": _("隔离的批次"),
        "margin": _("影响结果"),
    }.get(kind, kind)


def round_word(kind: str, number: int) -> str:
    name = {"main": _("正式选举"), "repeat": _("重新投票"), "rerun": _("另行选举")}.get(kind, "")
    return _("第 %(n)s 轮 %(name)s", n=number, name=name) if number else _("还没有召集")


def state_word(state: str) -> str:
    return {
        "waiting": _("未开始"),
        "open": _("投票中"),
        "paused": _("暂停"),
        "counting": _("计票中"),
        "counted": _("已计票"),
        "declared": _("已宣布"),
    }[state]


def tone_word(tone: str) -> str:
    return {
        "waiting": _("未开始"),
        "open": _("投票中"),
        "counting": _("计票中"),
        "declared": _("已宣布"),
        "silent": _("无消息"),
        "trouble": _("需要处理"),
    }[tone]


def status_word(status: str) -> str:
    """Of a round's outcome."""
    return {"valid": _("选举有效"), "not_valid": _("参加人数不足，选举无效"), "void": _("选举无效")}[status]


def batch_word(status: str) -> str:
    return {"accepted": _("已并入"), "held": _("等待"), "quarantined": _("隔离"), "refused": _("拒收")}[status]


def kind_word(kind: str) -> str:
    """Of a settlement."""
    return {
        "wrong_person_picked": _("点错了人"),
        "no_paper_cast": _("没有投票"),
        "two_papers_cast": _("两张都投了"),
        "branch": _("采用一个版本"),
        "release": _("准予计入"),
        "noted": _("照实记录"),
        "upheld": _("维持结果"),
        "voided": _("本轮无效"),
    }[kind]


def knowledge_word(knew: str) -> str:
    return {
        "apart": _("两边当时互不知情：都没有收到对方的记录。"),
        "first_received": _("先列的一方登记时，已经收到了后列一方的这条记录，但还没有并入，所以系统没有拦下。"),
        "first_knew": _("先列的一方登记时，已经并入了后列一方的这条记录，系统当时知情。"),
        "second_received": _("后列的一方登记时，已经收到了先列一方的这条记录，但还没有并入，所以系统没有拦下。"),
        "second_knew": _("后列的一方登记时，已经并入了先列一方的这条记录，系统当时知情。"),
        "same_log": _("两次都登记在同一台设备上。"),
    }[knew]


def station_name(setup: Setup, device: str) -> str:
    """The station of a device; a phone that no package names shows its fingerprint."""
    station = setup.station_of_device.get(device)
    return text(station.name) if station else figures.fingerprint(device)


def voter_label(setup: Setup, voter: int) -> str:
    found = setup.roll.get(voter)
    return f"{voter} · {found.label()}" if found else str(voter)


def official_name(setup: Setup, official: str) -> str:
    found = setup.official.get(official)
    return found.name if found else official


def papers_words(setup: Setup, types: tuple[str, ...]) -> str:
    names = [text(setup.paper[one].name) if one in setup.paper else one for one in types]
    return (", " if current_language() == "en" else "、").join(names)


def right_word(right: str) -> str:
    return {"own": _("本人"), "proxy": _("代投"), "roaming": _("流动票箱")}.get(right, right)


def evidence(view: View, use: Admission) -> dict[str, Any]:
    """One side of a right used twice, for the page."""
    setup = view.setup
    return {
        "station": station_name(setup, use.device),
        "at": use.at,
        "desk": use.desk,
        "official": official_name(setup, use.official),
        "right": right_word(use.right),
        "holder": voter_label(setup, use.holder) if use.holder else "",
        "papers": papers_words(setup, use.types),
        "override": use.override,
        "box": text(setup.box[use.box].name) if use.box in setup.box else use.box,
        "seq": use.seq,
        "log": figures.fingerprint(use.device),
    }


def sentence(code: str, facts: dict[str, Any]) -> str:
    """A refusal in words; one that only a newer version knows shows as its code."""
    if code not in TABLE:
        return code
    return Refusal(code, **{key: fact for key, fact in facts.items() if key not in ("self", "code")}).sentence(
        current_language()
    )


def case_line(setup: Setup | None, case: Case | CaseRow) -> str:
    """What a case is about, in one line."""
    say = _LINES.get(case.kind)
    return say(setup, case.facts) if say and setup is not None and case.facts else case.id


def _right_line(setup: Setup, facts: Facts) -> str:
    return _("%(voter)s：选举权用了 %(n)s 次", voter=voter_label(setup, facts["voter"]), n=facts["uses"])


def _fork_line(setup: Setup, facts: Facts) -> str:
    return _("%(station)s：第 %(seq)s 条起有不同的版本", station=_device(setup, facts), seq=facts["seq"])


def _epoch_line(setup: Setup, facts: Facts) -> str:
    return _("%(station)s：换机或恢复后重开了日志", station=_device(setup, facts))


def _finding_line(setup: Setup, facts: Facts) -> str:
    first = facts["broken"][0]
    why = sentence(first["code"], first["facts"])
    return _("%(station)s 第 %(seq)s 条：%(why)s", station=_device(setup, facts), seq=facts["seq"], why=why)


def _quarantine_line(setup: Setup, facts: Facts) -> str:
    return _("%(station)s：%(why)s", station=_device(setup, facts), why=sentence(facts["code"], facts))


def _equation_line(setup: Setup, facts: Facts) -> str:
    return _(
        "%(paper)s：%(where)s 相差 %(n)s 张",
        paper=papers_words(setup, (facts["paper"],)),
        where=where_word(setup, facts["where"]),
        n=figures.number(facts["difference"]),
    )


def _declared_line(_setup: Setup, facts: Facts) -> str:
    return _("第 %(n)s 轮：现场宣布的与中心计算的不一致", n=facts["round"])


def _margin_line(_setup: Setup, facts: Facts) -> str:
    return _("第 %(n)s 轮：有疑问的选票 %(papers)s 张，足以影响结果", n=facts["round"], papers=facts["papers"])


def _device(setup: Setup, facts: Facts) -> str:
    return station_name(setup, str(facts["device"]))


_LINES: Final[dict[str, Callable[[Setup, Facts], str]]] = {
    "right": _right_line,
    "fork": _fork_line,
    "epoch": _epoch_line,
    "finding": _finding_line,
    "quarantine": _quarantine_line,
    "equation": _equation_line,
    "declared": _declared_line,
    "margin": _margin_line,
}


def where_word(setup: Setup, where: str) -> str:
    """A line of the equation."""
    kind, _colon, name = where.partition(":")
    if kind == "desk":
        return next((text(one.name) for one in setup.stations if one.id == name), name)
    if kind == "box":
        return text(setup.box[name].name) if name in setup.box else name
    return _("各票箱")
