"""The office's side: its commands before the day, and what its people do on its pages afterwards."""

import io
import random
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rehearsal.desk import WentOtherwise, insist
from rehearsal.phone import Page, Phone
from rehearsal.programs import Program, run
from rehearsal.village import PLAN, ROLL

UNIT: Final = "liuhe-2026/liuhe"
FINGERPRINT: Final = re.compile(r"(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}")
ACCOUNTS: Final = {"沈玉兰": "adjudicate", "郝文清": "adjudicate", "冯小舟": "watch"}
SLIP: Final = re.compile(r"^(?P<name>.+) · (?P<id>[a-z0-9-]+) · (?P<slip>\S+)$", re.MULTILINE)


def printed(words: str) -> str:
    """The fingerprint that a command showed."""
    found = FINGERPRINT.findall(words)
    if not found:
        raise WentOtherwise(f"no fingerprint in: {words}")
    return str(found[-1])


@dataclass(slots=True)
class Office:
    """The office's folder and program. ``accounts``: name -> password; ``people``: name -> phone, signed in."""

    folder: Path
    program: Program
    accounts: dict[str, str]
    people: dict[str, Phone] = field(default_factory=dict)
    root: str = ""

    def is_founded(self) -> None:
        """Keys, certificate, database; the election with its roll."""
        self.root = printed(run("poll-central", "init", self.folder, "--name", "柳河镇选举办公室"))
        run("poll-central", "election", "create", "-C", self.folder, PLAN, "--roll", ROLL)

    def approves(self, station: str, request: Path, shown: str) -> None:
        """Compare the fingerprint that the station showed with the one of its request."""
        words = ["station", "approve", "-C", str(self.folder), UNIT, station, str(request), "--fingerprint", shown]
        run("poll-central", *words)

    def packs(self, station: str, target: Path) -> None:
        run("poll-central", "package", "-C", self.folder, UNIT, station, "-o", target)

    def invites(self) -> None:
        """Everybody opens their own link and chooses a password."""
        for name, role in ACCOUNTS.items():
            words = ["user", "invite", "-C", str(self.folder), name, "--role", role, "--url", self.program.url]
            link = run("poll-central", *words).strip()
            phone = Phone(self.program.url)
            form = phone.open(link).form("/invitation/")
            password = self.accounts[name]
            answer = phone.send(form, password=password, again=password)
            insist(answer, name)
            self.people[name] = phone

    @property
    def watcher(self) -> Phone:
        return self.people[next(name for name, role in ACCOUNTS.items() if role == "watch")]

    def result(self) -> dict[str, Any]:
        """The unit's result, as the office's own state has it."""
        page = self.watcher.fetch(f"/api/v1/result/{UNIT}")
        if page.status != 200:
            raise WentOtherwise(page.body.decode(errors="replace")[:400])
        return dict(page.json)

    def takes_files(self, batches: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """Drop batch files, take their receipts along."""
        phone = self.watcher
        page = phone.upload(phone.open("/files").form("/files"), "files", batches)
        insist(page, "下载回执")
        if "拒收" in page.text:
            raise WentOtherwise(f"a batch was refused: {page.text[:600]}")
        return unpacked(phone.send(page.form("/files/receipts.zip")))

    def settles(self, person: str, real: int) -> None:
        """Two people, each in their own session: the admission at the sub-venue was that of ``real``."""
        first, second = (self.people[name] for name, role in ACCOUNTS.items() if role == "adjudicate")
        listed = first.open("/cases")
        where = next((href for words, href in listed.links.items() if person in words), "")
        if not where:
            raise WentOtherwise(f"no case names {person}: {listed.text[:600]}")
        form = first.open(where).form("/propose/")
        chosen = form.choose("outcome", "点错了人 · 分会场")
        reason = "两人同名，分会场按姓名点错；两人均已到场核实。"
        insist(first.send(form, outcome=chosen, voter=str(real), reason=reason), "提议")
        insist(second.send(second.open(where).form("/decide/")), "已裁定")


def unpacked(page: Page) -> list[tuple[str, bytes]]:
    """The files of a downloaded archive."""
    with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def slips_of(words: str) -> dict[str, tuple[str, str]]:
    """Official -> (name, slip) from what ``poll-station load`` printed."""
    return {one["id"]: (one["name"], one["slip"]) for one in SLIP.finditer(words)}


def make_password(dice: random.Random) -> str:
    """Three words of a village, and a number."""
    words = dice.sample(["liuhe", "daotian", "shiqiao", "zhulin", "chunyu", "gengdu", "yucun", "baiyun"], 3)
    return "-".join([*words, str(dice.randrange(10, 99))])
