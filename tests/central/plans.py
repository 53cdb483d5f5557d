"""A small election: three villagers, a hall, enough officials. Tests change one thing of it."""

import tomllib
from typing import Any

from central.faults import Faulty
from central.plans import settle
from central.plans.blueprint import Blueprint
from central.plans.file import read_plan
from shared.roll import Voter

SMALL = """
[election]
id = "test-2026"
name = "换届选举"
voting_day = 2026-12-20

[unit]
id = "north"
name = { zh = "北村", en = "North Village" }
body = "北村村民委员会"

[procedure]
preset = "villagers_committee"

[[posts]]
id = "director"
name = { zh = "主任", en = "Director" }
seats = 1

[[papers]]
id = "director"
name = "主任选票"
colour = "pink"
posts = ["director"]

[[candidates]]
post = "director"
name = "李明"

[[candidates]]
post = "director"
name = "王芳"

[[stations]]
id = "hall"
name = "会场"
lead = true

[[stations]]
id = "sub"
name = "分会场"
homes = ["2"]

[[boxes]]
id = "hall-1"
station = "hall"
kind = "fixed"
name = "1号票箱"

[[boxes]]
id = "sub-1"
station = "sub"
kind = "fixed"
name = "分会场票箱"

[[boxes]]
id = "roaming-1"
station = "hall"
kind = "roaming"
name = "流动票箱"
"""
STAFF = ("hall-chair", "hall-scrutineer", "hall-clerk", "sub-chair", "sub-scrutineer", "sub-clerk")
ROLES = {"chair": "presiding_officer", "scrutineer": "scrutineer", "clerk": "clerk"}


def small_plan() -> dict[str, Any]:
    """The plan as tables; each official's name is the id, so that none is on the roll."""
    plan = tomllib.loads(SMALL)
    plan["officials"] = [
        {"id": each, "name": each, "station": each.split("-")[0], "roles": [ROLES[each.split("-")[1]]]}
        for each in STAFF
    ]
    return plan


def written(value: Any) -> str:
    """A value in TOML; enough of the language for plans, and every table inline."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {written(each)}' for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(written(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def toml(plan: dict[str, Any]) -> bytes:
    return "\n".join(f'"{key}" = {written(value)}' for key, value in plan.items()).encode()


def voter(no: int, name: str, **other: Any) -> Voter:
    facts = {"group": "1", "household": str(no), "remark": "", "home": "hall"} | other
    return Voter(no, name, "f", 1980, householder="", last4="", address="", **facts)


LI_MING = voter(1, "李明")
WANG_FANG = voter(2, "王芳")
ZHAO_HAI = voter(3, "赵海")
ANNA_OF_2 = voter(4, "安娜", group="2", home="sub")
ILL = voter(5, "孙老", remark="卧床")
ILL_AND_AWAY = voter(6, "周老", remark="卧床;外出务工(广东)")
FIRST_CHEN = voter(7, "陈燕")
SECOND_CHEN = voter(8, "陈燕")
ROLL = (LI_MING, WANG_FANG, ZHAO_HAI, ANNA_OF_2, ILL, ILL_AND_AWAY, FIRST_CHEN, SECOND_CHEN)


def settled(plan: dict[str, Any]) -> Blueprint:
    return settle(read_plan(toml(plan)), ROLL)


def faults(plan: dict[str, Any]) -> list[tuple[str, str]]:
    """(path, code) of every fault of a plan, whether its words or its people are wrong."""
    try:
        settled(plan)
    except Faulty as refused:
        return [(fault.path, fault.code) for fault in refused.faults]
    return []


def codes(plan: dict[str, Any]) -> list[str]:
    return [code for _, code in faults(plan)]
