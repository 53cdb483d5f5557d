"""The package of the small election: two stations, one post, three voters."""

import random

from shared import spare
from shared.certificate import Subject
from shared.election import Application, Box, Candidate, Election, Official, PaperType, Post, Setup, Station, Text, Unit
from shared.keys import SealingKey, SigningKey
from shared.package import Credentials
from shared.procedure import Parameters, Procedure, RoundRule, Threshold
from shared.roll import Proxy, Roll, Voter
from tests.shared import liuhe

SPARE_KEY = SigningKey.from_seed(b"spare".ljust(32, b"."))
SPARE_SEALING = SealingKey.beside(SPARE_KEY)
SPARE_CODE = "K7QM-2XPD-9FHT"
SPARE_SUBJECT: Subject = liuhe.station(SPARE_KEY, SPARE_SEALING, "hall", "中心会场备用机")
SPARE = spare.seal(SPARE_KEY, SPARE_SUBJECT.issue([liuhe.OFFICE_KEY]), SPARE_CODE, random=random.Random(1).randbytes)

CREDENTIALS = Credentials(
    root=liuhe.ROOT_SIGNED,
    office=liuhe.OFFICE_CERTIFICATE,
    stations=(liuhe.HALL_CERTIFICATE, liuhe.SCHOOL_CERTIFICATE),
    spares=(SPARE,),
)

LAW = Text("村民委员会组织法 第十五条", "Organic Law, art. 15")
MAJORITY = Threshold("cast", 1, 2, ">", "eligible", LAW)
PROCEDURE = Procedure(
    preset="village",
    rounds=(RoundRule("main", (MAJORITY,), (Threshold("votes", 1, 2, ">", "cast", LAW),), "issued", LAW),),
    parameters=Parameters(3, proxy_needs_publication=True, candidate_may_hold_proxy=False, roaming_witnesses=3),
    sources={"proxies_per_holder": "省办法"},
)


def voter(no: int, name: str) -> Voter:
    return Voter(
        no=no,
        name=name,
        sex="f",
        birth_year=1960 + no,
        group="一组",
        household=f"1-{no}",
        householder=name,
        last4=f"12{no}X",
        address="六合村 1 号",
        remark="",
        home="hall",
    )


def station(subject: Subject, key: SigningKey, name: str, *, lead: bool) -> Station:
    return Station(
        id=subject.station,
        name=Text(name, subject.station),
        lead=lead,
        device=key.public.id,
        public=subject.public,
        sealing=subject.sealing,
    )


SETUP = Setup(
    version=1,
    hash="",
    election=Election(liuhe.ELECTION, Text("六合村第十二届村民委员会选举", "Liuhe village committee"), "2026-11-08"),
    unit=Unit(liuhe.UNIT, Text("六合村", "Liuhe"), Text("村民委员会", "villagers' committee")),
    posts=(Post("director", Text("主任", "director"), 1),),
    papers=(PaperType("director", Text("主任票", "director's paper"), "#c33", ("director",)),),
    candidates=(Candidate("wang", "director", "王秀英", 2, (3,)),),
    stations=(
        station(liuhe.HALL, liuhe.HALL_KEY, "中心会场", lead=True),
        station(liuhe.SCHOOL, liuhe.SCHOOL_KEY, "小学", lead=False),
    ),
    boxes=(
        Box("fixed-1", "hall", "fixed", Text("一号票箱", "box 1")),
        Box("roaming-1", "hall", "roaming", Text("流动票箱", "roaming box")),
    ),
    officials=(
        Official("zhao", "赵敏", "hall", ("presiding_officer",)),
        Official("sun", "孙立", "hall", ("issuer",), 1),
    ),
    procedure=PROCEDURE,
    roll=Roll([voter(1, "孙立"), voter(2, "王秀英"), voter(3, "李𠮷强")]),
    proxies=(Proxy(1, 3, "配偶", published=True),),
    applications=(Application(3, "roaming-1", "行动不便"),),
    settings={"plain_http": "never"},
)
