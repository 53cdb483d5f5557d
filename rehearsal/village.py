"""The villagers: who they are, as their own roll and plan name them, and who comes when. The same for the same seed.

The programs know the voters from the package; the villagers know themselves. Both read the files of the demonstration,
each in its own way.
"""

import random
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

HERE: Final = Path(__file__).resolve().parent
PLAN: Final = HERE / "plans" / "liuhe.toml"
ROLL: Final = HERE / "rolls" / "village-1595.xlsx"
CELL: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ON_THE_ROAD: Final = 22  # about as many as the roaming box finds at home
DUTIES: Final = {
    "presiding_officer": "主持人 presides",
    "clerk": "登记员 clerk",
    "issuer": "发票员 issues papers",
    "roaming_team": "流动票箱 roaming box",
    "chief_scrutineer": "总监票人 chief scrutineer",
    "scrutineer": "监票人 scrutineer",
    "teller": "计票人 teller",
    "caller": "唱票人 caller",
    "observer": "观察员 observer",
}
LEAST: Final = 830  # fewer rights could leave the first round without the half of the roll that it needs


@dataclass(frozen=True, slots=True)
class Villager:
    """One row of the roll. ``home``: the station where the right lies."""

    no: int
    name: str
    home: str
    living: str
    remark: str

    @property
    def can_come(self) -> bool:
        """At home or in the county town, and well."""
        return not self.remark and self.living in {"在村", "县城"}


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who walks to which station in which order; ``holders`` bring the rights entrusted to them along."""

    by_station: dict[str, list[int]]


class Village:
    """Everybody on the roll, with what the plan says of them."""

    def __init__(self) -> None:
        plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
        homes = {group: station["id"] for station in plan["stations"] for group in station.get("homes", ())}
        lead = next(station["id"] for station in plan["stations"] if station.get("lead"))
        self.people: Final = {one.no: one for one in _read(ROLL, homes, lead)}
        self.entrusted: Final = _entrusted(plan)
        self._known = {one["voter"] for one in (*plan["officials"], *plan["candidates"])}
        self.present, self.namesake = self._namesakes()

    def turnout(self, rights: int, dice: random.Random) -> Turnout:
        """About ``rights`` rights are used. Every holder comes; of the namesakes only the one who votes at the hall."""
        proxies = sum(len(principals) for principals in self.entrusted.values())
        must = {*self.entrusted, self.present}
        might = [no for no, one in self.people.items() if one.can_come and no not in must and no != self.namesake]
        wanted = min(max(rights - proxies - ON_THE_ROAD - len(must), 0), len(might))
        coming = [*must, *dice.sample(might, wanted)]
        coming.sort()
        dice.shuffle(coming)
        coming.sort(key=lambda no: no != self.present)  # the one whose name is picked by mistake later comes first
        found: dict[str, list[int]] = defaultdict(list)
        for no in coming:
            found[self.people[no].home].append(no)
        return Turnout(dict(found))

    def name(self, no: int) -> str:
        return self.people[no].name

    def _namesakes(self) -> tuple[int, int]:
        """Two of one name in different groups of the hall, neither with a duty or a proxy: easily taken for another."""
        by_name: dict[str, list[Villager]] = defaultdict(list)
        for one in self.people.values():
            by_name[one.name].append(one)
        busy = self._known | set(self.entrusted) | {one for many in self.entrusted.values() for one in many}
        for pair in by_name.values():
            fit = len(pair) == 2 and {one.home for one in pair} == {"hall"} and all(one.can_come for one in pair)
            if fit and not busy & {one.no for one in pair}:
                return pair[0].no, pair[1].no
        raise LookupError("the roll holds no two people of one name at the hall")


def _entrusted(plan: dict[str, Any]) -> dict[int, list[int]]:
    """Holder -> those whose written proxy they bring."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in plan["proxies"]:
        found[one["holder"]].append(one["principal"])
    return dict(found)


def _read(sheet: Path, homes: dict[str, str], lead: str) -> Iterator[Villager]:
    """The rows of the sheet that begin with a number, under its row of headings."""
    heads: list[str] = []
    for row in _rows(sheet):
        if "姓名" in row:
            heads = row
        elif heads and row[0].isdigit():
            told = dict(zip(heads, row, strict=False))
            group = told["村民小组"].removeprefix("第").removesuffix("村民小组")
            home = homes.get(group, lead)
            yield Villager(int(told["序号"]), told["姓名"], home, told["现居住情况"], told["备注"])


def _rows(sheet: Path) -> Iterator[list[str]]:
    with zipfile.ZipFile(sheet) as packed, packed.open("xl/worksheets/sheet1.xml") as file:
        for _event, row in ET.iterparse(file):  # noqa: S314  # our own sheet, which lies beside this file
            if row.tag == f"{CELL}row":
                yield ["".join(cell.itertext()) for cell in row.iter(f"{CELL}c")]
                row.clear()


def duties_of_officials() -> dict[str, str]:
    """Official -> what the plan gives them to do, in both languages, for the list at the end of a demonstration."""
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    return {one["id"]: "、".join(DUTIES[role] for role in one["roles"]) for one in plan["officials"]}
