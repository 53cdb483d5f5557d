"""The people and places that every story shares: 六合村, 44 voters, a hall and a school. Keys are fixed; none is
secret.

Wang Jianguo (1) and Li Xiulan (2) stand for director, four others for the two members' seats. Zhou presides in the
hall, Sun and Qian are scrutineers, Wu sits at the desk. Wang is also down as a scrutineer, which he may not be; Tang
only watches. He Ping (7) just votes. Lao Ding (24) is away and has entrusted Ma Hong (9).
"""

from dataclasses import replace
from typing import Any

from shared.election import (
    Application,
    Box,
    Candidate,
    Election,
    Official,
    PaperType,
    Post,
    Setup,
    Station,
    Text,
    Unit,
)
from shared.keys import SealingKey, SigningKey
from shared.preset import read_preset
from shared.roll import Proxy, Roll, Voter

ELECTION_ID = "liuhe-2026"
UNIT_ID = "liuhe-2026/liuhe"
HALL_KEY = SigningKey.from_seed(b"hall".ljust(32, b"."))
SCHOOL_KEY = SigningKey.from_seed(b"school".ljust(32, b"."))
PHONE_KEY = SigningKey.from_seed(b"phone".ljust(32, b"."))
HALL_SEALING = SealingKey.from_raw(b"hall sealing".ljust(32, b"."))
SCHOOL_SEALING = SealingKey.from_raw(b"school sealing".ljust(32, b"."))

WANG, LI, ZHANG, CHEN, ZHAO, LIU, HE_PING, YU, MA_HONG, GAO = range(1, 11)
LI_WEI = 12  # Li Xiulan's brother
BEDRIDDEN = (20, 21, 22, 23)  # applied for the roaming box
LAO_DING, DING_2, DING_3, DING_4 = 24, 25, 26, 27  # all away, all entrusted Ma Hong
UNPUBLISHED, ENTRUSTED_WANG = 28, 29  # their proxies: Gao, never published; and Wang, a candidate
HALL_VOTERS, SCHOOL_VOTERS = range(1, 31), range(31, 45)
SCHOOL_AWAY = 44  # of the school; entrusted He Ping
STRANGER = 99  # on no roll

RED, WHITE = "red", "white"  # the director's paper and the members' paper
PAPERS = (RED, WHITE)
HALL_1, HALL_2, SCHOOL_1, ROAMING = "hall-1", "hall-2", "school-1", "roaming-1"

NAMES = {
    WANG: "王建国",
    LI: "李秀兰",
    ZHANG: "张卫东",
    CHEN: "陈桂英",
    ZHAO: "赵永强",
    LIU: "刘春梅",
    HE_PING: "何平",
    YU: "于海",
    MA_HONG: "马红",
    GAO: "高峰",
    LI_WEI: "李伟",
    LAO_DING: "丁福根",
}


def voter(no: int) -> Voter:
    hall = no in HALL_VOTERS
    return Voter(
        no=no,
        name=NAMES.get(no, f"村民{no}"),
        sex="f" if no % 2 else "m",
        birth_year=1950 + no,
        group="一组" if hall else "二组",
        household=f"{no:03d}",
        householder=NAMES.get(no, f"村民{no}"),
        last4=f"{no:04d}",
        address="",
        remark="",
        home="hall" if hall else "school",
    )


def _station(id_: str, name: str, key: SigningKey, sealing: SealingKey) -> Station:
    return Station(id_, Text(name, id_.title()), id_ == "hall", key.public.id, key.public.base64, sealing.public)


def _official(id_: str, name: str, station: str, *roles: Any, voter: int = 0) -> Official:
    return Official(id_, name, station, roles, voter)


def _candidate(id_: str, post: str, no: int, relatives: tuple[int, ...] = ()) -> Candidate:
    return Candidate(id_, post, NAMES[no], no, relatives)


SETUP = Setup(
    version=1,
    hash="5e" * 32,
    election=Election(ELECTION_ID, Text("六合镇村民委员会换届选举", "Villagers' committees of Liuhe"), "2026-11-08"),
    unit=Unit(UNIT_ID, Text("六合村", "Liuhe village"), Text("村民委员会", "Villagers' committee")),
    posts=(Post("director", Text("主任", "Director"), 1), Post("member", Text("委员", "Member"), 2)),
    papers=(
        PaperType(RED, Text("主任选票", "Director's ballot"), "#f6c7c7", ("director",)),
        PaperType(WHITE, Text("委员选票", "Members' ballot"), "#ffffff", ("member",)),
    ),
    candidates=(
        _candidate("wang", "director", WANG),
        _candidate("li", "director", LI, (LI_WEI,)),
        _candidate("zhang", "member", ZHANG),
        _candidate("chen", "member", CHEN),
        _candidate("zhao", "member", ZHAO),
        _candidate("liu", "member", LIU),
    ),
    stations=(
        _station("hall", "中心会场", HALL_KEY, HALL_SEALING),
        _station("school", "小学分会场", SCHOOL_KEY, SCHOOL_SEALING),
    ),
    boxes=(
        Box(HALL_1, "hall", "fixed", Text("一号箱", "Box 1")),
        Box(HALL_2, "hall", "fixed", Text("二号箱", "Box 2")),
        Box(SCHOOL_1, "school", "fixed", Text("小学箱", "School box")),
        Box(ROAMING, "hall", "roaming", Text("流动箱", "Roaming box")),
    ),
    officials=(
        _official("zhou", "周明", "hall", "presiding_officer"),
        _official("sun", "孙丽", "hall", "chief_scrutineer"),
        _official("qian", "钱芳", "hall", "scrutineer", "roaming_team"),
        _official("wu", "吴刚", "hall", "clerk"),
        _official("zheng", "郑洁", "hall", "teller"),
        _official("feng", "冯军", "hall", "roaming_team"),
        _official("wang", "王建国", "hall", "scrutineer", voter=WANG),
        _official("li-wei", "李伟", "hall", "teller", "clerk", voter=LI_WEI),
        _official("tang", "唐静", "hall", "observer"),
        _official("shen", "沈涛", "school", "presiding_officer"),
        _official("han", "韩雪", "school", "scrutineer"),
        _official("yang", "杨帆", "school", "clerk"),
    ),
    procedure=read_preset("villagers_committee"),
    roll=Roll(voter(no) for no in (*HALL_VOTERS, *SCHOOL_VOTERS)),
    proxies=(
        *(Proxy(principal, MA_HONG, "弟媳", True) for principal in (LAO_DING, DING_2, DING_3, DING_4)),
        Proxy(UNPUBLISHED, GAO, "邻居", False),
        Proxy(ENTRUSTED_WANG, WANG, "表兄", True),
        Proxy(SCHOOL_AWAY, HE_PING, "妹妹", True),
    ),
    applications=tuple(Application(no, ROAMING, "卧床") for no in BEDRIDDEN),
)

HALL_ALONE = replace(
    SETUP,
    stations=SETUP.stations[:1],
    boxes=tuple(box for box in SETUP.boxes if box.station == "hall"),
    officials=tuple(one for one in SETUP.officials if one.station == "hall"),
    roll=Roll(voter(no) for no in HALL_VOTERS),
)


def under(setup: Setup = SETUP, **parameters: Any) -> Setup:
    """The same village with other parameters in its procedure."""
    return replace(setup, procedure=read_preset(setup.procedure.preset, parameters))
