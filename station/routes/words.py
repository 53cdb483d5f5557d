"""What things are called on the screens, in the language of the request: rounds, phases, papers, people, reasons."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import gettext as _

from shared.book import RoundBook
from shared.election import Candidate, Role, Setup
from shared.figures import number
from shared.ledger import lead_page
from shared.roll import Voter
from shared.state import State
from shared.web import current_language, text
from station.commands.rounds import current

Phase = Literal["idle", "called", "waiting", "open", "paused", "closed", "counting", "declared"]

WARNS: Final = frozenset({"paused", "closed"})
MOST_NAMED: Final = 2  # posts that fit into the header of a phone
GROUP: Final = re.compile(r"第?([0-9]+)(?:村民)?小?组")
VOID_REASONS: Final = ("over", "unreadable", "not_official", "other")


@dataclass(frozen=True, slots=True)
class Round:
    """The round that a screen is about; ``number`` 0 where none was called."""

    number: int
    kind: str
    phase: Phase


def round_now(state: State, setup: Setup) -> Round:
    """The current round and how far this station is in it."""
    return round_of(state, setup, current(state, setup))


def round_of(state: State, setup: Setup, number_: int) -> Round:
    orders = lead_page(state, setup, number_) or RoundBook()
    page = state.mine.rounds.get(number_) or RoundBook()
    return Round(number_, orders.kind, _phase(orders, page))


def _phase(orders: RoundBook, page: RoundBook) -> Phase:
    if not orders.kind:
        return "idle"
    if orders.declared:
        return "declared"
    if page.doors == "closed":
        return "counting" if any(box.opened for box in page.box.values()) else "closed"
    if page.doors != "shut":
        return page.doors
    return "waiting" if orders.opened else "called"


def phase_word(phase: Phase) -> str:
    return {
        "idle": _("等待召集"),
        "called": _("准备中"),
        "waiting": _("等待开门"),
        "open": _("投票中"),
        "paused": _("已暂停"),
        "closed": _("已停止投票"),
        "counting": _("公开计票"),
        "declared": _("已宣布"),
    }[phase]


def round_title(state: State, setup: Setup, number_: int) -> str:
    """主任、委员选举 · 第 1 轮."""
    orders = lead_page(state, setup, number_)
    if orders is None or not orders.kind:
        return text(setup.election.name)
    posts = _posts(setup, orders)
    titles = {
        "main": _("%(posts)s选举 · 第 %(n)s 轮", posts=posts, n=number_),
        "repeat": _("%(posts)s再次投票 · 第 %(n)s 轮", posts=posts, n=number_),
        "rerun": _("%(posts)s另行选举 · 第 %(n)s 轮", posts=posts, n=number_),
    }
    return titles[orders.kind]


def _posts(setup: Setup, orders: RoundBook) -> str:
    names = [text(setup.post[contest.post].name) for contest in orders.contests]
    if len(names) > MOST_NAMED:
        return _("%(first)s等 %(all)s 职", first=names[0], all=len(names))
    return _("、").join(names)


def kind_word(kind: str) -> str:
    return {"main": _("投票选举"), "repeat": _("再次投票"), "rerun": _("另行选举")}[kind]


def place(setup: Setup, station: str) -> str:
    """柳河村 中心会场."""
    return f"{text(setup.unit.name)} {station_name(setup, station)}"


def station_name(setup: Setup, station: str) -> str:
    return next((text(one.name) for one in setup.stations if one.id == station), station)


def paper_name(setup: Setup, paper: str) -> str:
    return text(setup.paper[paper].name) if paper in setup.paper else paper


def box_name(setup: Setup, box: str) -> str:
    return text(setup.box[box].name) if box in setup.box else box


def official_name(setup: Setup, official: str) -> str:
    return setup.official[official].name if official in setup.official else official


def where_name(setup: Setup, where: str) -> str:
    """The line of the equation that a difference belongs to."""
    kind, _colon, name = where.partition(":")
    if kind == "desk":
        return _("%(station)s 的桌上", station=station_name(setup, name))
    if kind == "box":
        return _("%(box)s 的路上", box=box_name(setup, name))
    return _("票箱")


def candidate_name(setup: Setup, name: str) -> str:
    """A candidate, a person of the roll who was written in, or the others."""
    if name == "other":
        return _("其他人（名册上没有）")
    person = setup.roll.get(_roll_number(name)) if name.startswith("person-") else None
    if person is not None:
        return _("另选：%(name)s", name=person.name)
    return setup.candidate[name].name if name in setup.candidate else name


def _roll_number(name: str) -> int:
    digits = name.removeprefix("person-")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def standing_in(setup: Setup, post: str, voter: int) -> Candidate | None:
    """The formal candidate for ``post`` who is this person of the roll: such a vote is no write-in."""
    return next((one for one in setup.candidates if one.post == post and one.voter == voter), None)


def group_name(group: str) -> str:
    """第7村民小组 in the language of the page where the name is no more than a number; else as the roll has it."""
    plain = GROUP.fullmatch(group)
    return f"group {plain[1]}" if plain and current_language() == "en" else group


def details(voter: Voter) -> list[str]:
    """What tells two people of one name apart in a list."""
    parts = [
        group_name(voter.group),
        _("户 %(no)s", no=voter.household) if voter.household else "",
        _("%(year)s年生", year=voter.birth_year) if voter.birth_year else "",
        f"…{voter.last4}" if voter.last4 else "",
    ]
    return [part for part in parts if part]


def full_details(voter: Voter) -> list[str]:
    """The same for the one person of a screen."""
    household = _("户 %(no)s", no=voter.household) if voter.household else ""
    if household and voter.householder:
        household = _("户 %(no)s（户主 %(head)s）", no=voter.household, head=voter.householder)
    parts = [
        {"m": _("男"), "f": _("女")}.get(voter.sex, ""),
        _("%(year)s年生", year=voter.birth_year) if voter.birth_year else "",
        group_name(voter.group),
        household,
        _("证件 …%(last)s", last=voter.last4) if voter.last4 else "",
        voter.remark,
    ]
    return [part for part in parts if part]


def role_word(role: Role) -> str:
    return {
        "presiding_officer": _("主持人"),
        "clerk": _("登记员"),
        "issuer": _("发票员"),
        "roaming_team": _("流动票箱组"),
        "chief_scrutineer": _("总监票人"),
        "scrutineer": _("监票人"),
        "teller": _("计票人"),
        "caller": _("唱票人"),
        "observer": _("选举观察员"),
    }[role]


def outcome_word(outcome: str) -> str:
    """How a visit ended."""
    return {
        "voted": _("已投票"),
        "absent": _("不在家"),
        "refused": _("不愿投票"),
        "moved": _("已迁走"),
        "ill": _("病重不能投"),
    }[outcome]


def void_word(reason: str) -> str:
    known = {
        "over": _("所选人数超过应选人数"),
        "unreadable": _("全部无法辨认"),
        "not_official": _("不是本次选举的选票"),
        "other": _("其他原因"),
    }
    return known.get(reason, reason)


def status_word(status: str) -> str:
    return {"valid": _("选举有效"), "not_valid": _("选举无效（人数不足）"), "void": _("选举无效（收回多于发出）")}[
        status
    ]


def box_kind(kind: str) -> str:
    return _("流动票箱") if kind == "roaming" else _("固定票箱")


def hand_out(setup: Setup, papers: dict[str, int]) -> str:
    """主任票 2 张 · 委员票 2 张."""
    parts = [_("%(paper)s %(n)s 张", paper=paper_name(setup, paper), n=number(n)) for paper, n in papers.items() if n]
    return " · ".join(parts)


def doors_word(doors: str) -> str:
    return {
        "shut": _("未开门"),
        "open": _("投票中"),
        "paused": _("已暂停"),
        "closed": _("已停止投票"),
    }.get(doors, doors)
