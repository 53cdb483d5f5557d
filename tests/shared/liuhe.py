"""The small election that all tests of the formats share: fixed keys, fixed salts, a few lines. None of it secret."""

from shared import envelope, line
from shared.certificate import Root, Subject, Trust
from shared.chain import Head, start
from shared.dsse import Signed
from shared.envelope import Header
from shared.keys import SealingKey, SigningKey
from shared.line import By, Line

COUNTY_KEY = SigningKey.from_seed(b"county".ljust(32, b"."))
OFFICE_KEY = SigningKey.from_seed(b"office".ljust(32, b"."))
HALL_KEY = SigningKey.from_seed(b"hall".ljust(32, b"."))
SCHOOL_KEY = SigningKey.from_seed(b"school".ljust(32, b"."))
PHONE_KEY = SigningKey.from_seed(b"phone".ljust(32, b"."))
STRANGER_KEY = SigningKey.from_seed(b"stranger".ljust(32, b"."))
HALL_SEALING = SealingKey.from_raw(b"hall sealing".ljust(32, b"."))
SCHOOL_SEALING = SealingKey.from_raw(b"school sealing".ljust(32, b"."))

ELECTION = "liuhe-2026"
UNIT = "liuhe-2026/liuhe"
EPOCH = "00112233445566778899aabbccddeeff"
PACKAGE = "5e" * 32

ROOT = Root(version=1, keys=(COUNTY_KEY.public.base64,), threshold=1, name="六合县民政局")
ROOT_SIGNED = ROOT.sign([COUNTY_KEY])
OFFICE = Subject("office", OFFICE_KEY.public.base64, "六合镇选举办公室", "2026-10-20", "2027-10-20")


def station(key: SigningKey, sealing: SealingKey, id_: str, name: str) -> Subject:
    return Subject(
        "station",
        key.public.base64,
        name,
        "2026-11-01",
        election=ELECTION,
        unit=UNIT,
        station=id_,
        sealing=sealing.public,
    )


HALL = station(HALL_KEY, HALL_SEALING, "hall", "中心会场")
SCHOOL = station(SCHOOL_KEY, SCHOOL_SEALING, "school", "小学分会场")
PHONE = Subject(
    "phone",
    PHONE_KEY.public.base64,
    "流动票箱一号手机",
    "2026-11-08",
    election=ELECTION,
    unit=UNIT,
    station="hall",
    box="roaming-1",
)

OFFICE_CERTIFICATE = OFFICE.issue([COUNTY_KEY])
HALL_CERTIFICATE = HALL.issue([OFFICE_KEY])
SCHOOL_CERTIFICATE = SCHOOL.issue([OFFICE_KEY])
PHONE_CERTIFICATE = PHONE.issue([HALL_KEY])
HALL_CHAIN: tuple[Signed, ...] = (OFFICE_CERTIFICATE, HALL_CERTIFICATE)
SCHOOL_CHAIN: tuple[Signed, ...] = (OFFICE_CERTIFICATE, SCHOOL_CERTIFICATE)
PHONE_CHAIN: tuple[Signed, ...] = (*HALL_CHAIN, PHONE_CERTIFICATE)

TRUST = Trust(ROOT)
HALL_START = start(HALL_KEY.public.id, ELECTION, EPOCH)
PHONE_START = start(PHONE_KEY.public.id, ELECTION, EPOCH)

LINES = (
    Line(
        seq=1,
        at="2026-11-08T07:30:00+08:00",
        type="epoch.opened",
        by=(By("zhao", "table"), By("qian", "table")),
        data={"reason": "first start"},
    ),
    Line(
        seq=2,
        at="2026-11-08T08:01:12.250+08:00",
        type="papers.issued",
        by=(By("sun", "desk-1"),),
        data={"round": 1, "voter": 812, "papers": {"director": 1, "members": 1}, "remark": '核对了身份证 "ok" \\ \t'},
        ctx=(Head(SCHOOL_KEY.public.id, EPOCH, 7, "ab" * 32),),
        salt="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    ),
    Line(
        seq=3,
        at="2026-11-08T00:02:00Z",
        type="doors.closed",
        by=(By("zhao", "table"),),
        data={"round": 1},
    ),
)
RAW_LINES = tuple(line.write(one) for one in LINES)


def header(lines: tuple[bytes, ...] = RAW_LINES, after: Head = HALL_START) -> Header:
    return envelope.header_after(after, lines, election=ELECTION, package=PACKAGE, certificates=HALL_CHAIN)


def batch_file(lines: tuple[bytes, ...] = RAW_LINES, after: Head = HALL_START) -> bytes:
    return envelope.seal(header(lines, after), lines, HALL_KEY)
