"""The office from its first command to a package, with the real program as a separate process; killed in between."""

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from shared import envelope, package, receipt, request
from shared.certificate import Trust
from shared.keys import SealingKey, SigningKey
from tests.central.offices import NOON, PASSWORD, Office
from tests.central.village import OFFICE, UNIT, Desk, hall, school, whole_day

ROOT = Path(__file__).parents[2]
PLAN, ROLL = ROOT / "rehearsal" / "plans" / "liuhe.toml", ROOT / "rehearsal" / "rolls" / "village-1595.xlsx"
LIUHE = "liuhe-2026/liuhe"
STATIONS = ("hall", "sub-venue")


def central(*words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    told = os.environ | {"PYTHONUTF8": "1"} | ({"POLL_OFFICE": str(folder)} if folder else {})
    command = [sys.executable, "-m", "central.cli", *map(str, words)]
    return subprocess.run(command, check=False, cwd=ROOT, env=told, capture_output=True, encoding="utf-8", timeout=120)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "liuhe"
    assert re.search("([A-Z2-7]{4} ){3}[A-Z2-7]{4}", central("init", folder, "--name", "六合镇选举办公室").stdout)
    made = central("election", "create", PLAN, "--roll", ROLL, folder=folder)
    assert made.returncode == 0, made.stderr
    assert "1595" in made.stdout
    return folder


def ask(folder: Path, name: str) -> tuple[Path, str, SealingKey]:
    key = SigningKey.from_seed(name.encode().ljust(32, b"."))
    path = folder.parent / f"{name}.json"
    path.write_bytes(request.write(key, SealingKey.beside(key), name, nonce="00" * 16))
    return path, key.public.fingerprint, SealingKey.beside(key)


def test_keys_are_for_their_owner_alone(office: Path):
    assert (office / "keys" / "root.pem").stat().st_mode & 0o077 == 0


def test_a_package_waits_for_all_stations_and_then_opens_at_each(office: Path):
    asked = {name: ask(office, name) for name in STATIONS}
    refused = central("package", LIUHE, "hall", "-o", office.parent / "hall.pkg", folder=office)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "Approve all stations first" in refused.stderr
    for name, (path, fingerprint, _) in asked.items():
        done = central("station", "approve", LIUHE, name, path, "--fingerprint", fingerprint, folder=office)
        assert done.returncode == 0, done.stderr
    for name, (_, _, sealing) in asked.items():
        target = office.parent / f"{name}.pkg"
        assert central("package", LIUHE, name, "-o", target, folder=office).returncode == 0
        opened = package.open_sealed(target.read_bytes(), sealing)
        found = package.read(opened, Trust(package.root_of(opened)))
        assert (found.setup.version, len(found.setup.roll)) == (1, 1595)


def test_a_wrong_fingerprint_approves_nothing(office: Path):
    path, _, _ = ask(office, "stranger")
    done = central("station", "approve", LIUHE, "hall", path, "--fingerprint", "AAAA BBBB CCCC DDDD", folder=office)
    assert done.returncode == 1
    assert "do not approve" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("report", "no/unit"), ("package", "no/unit", "hall", "-o", "x"), ("user", "invite", "A", "--role", "king")],
)
def test_a_refusal_is_a_sentence_and_no_trace(office: Path, words: tuple[str, ...]):
    done = central(*words, folder=office)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert done.stderr.strip()


def test_an_office_is_made_once(office: Path):
    assert central("init", office).returncode == 1
    assert central("report", UNIT, folder=office.parent).returncode == 1


def on_disk(folder: Path) -> Path:
    """The small village's office as `poll-central init` would have left it, with known keys."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    found = Office(folder)
    for name, data in (("office.pem", OFFICE.pem), ("session.bin", b"s" * 32), ("persons.bin", b"p" * 32)):
        (keys / name).write_bytes(data)
    (folder / "root.json").write_bytes(bytes(found.keys.root_signed))
    (folder / "office.json").write_bytes(bytes(found.keys.certificate))
    return folder


def test_files_in_receipts_out_and_the_same_again_after_a_rebuild(tmp_path: Path):
    folder = on_disk(tmp_path / "office")
    lead, branch = whole_day()
    files = []
    for number, data in enumerate([*branch.batches(8), *lead.batches(8)]):
        files.append(tmp_path / f"{number}.jsonl")
        files[-1].write_bytes(data)
    random.Random(7).shuffle(files)
    assert central("import", *files, folder=folder).returncode == 0
    answers = [receipt.open_(Path(f"{file}.receipt").read_bytes(), [OFFICE.public]) for file in files]
    assert {answer.status for answer in answers} <= {"accepted", "held"}
    said = json.loads(central("report", UNIT, "--json", folder=folder).stdout)
    assert said["elected"] == [{"post": "director", "name": "陈国强", "votes": 15}]
    assert (said["conflicts"], said["cases_open"], said["batches"]) == (0, 0, len(files))
    assert central("verify", folder=folder).returncode == 0
    assert central("rebuild", folder=folder).returncode == 0
    assert json.loads(central("report", UNIT, "--json", folder=folder).stdout) == said


def test_a_row_that_was_changed_is_found_by_verify(tmp_path: Path):
    folder = on_disk(tmp_path / "office")
    file = tmp_path / "a.jsonl"
    file.write_bytes(hall().batch())
    central("import", file, folder=folder)
    with Office.at(folder).engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET voter = 7 WHERE seq = 3")
    assert central("verify", folder=folder).returncode == 1


class Running:
    """A central of its own process, that can be killed."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "central.cli", "run", str(folder), "--port", "0"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def post(self, data: bytes) -> bytes:
        asked = urllib.request.Request(f"{self.url}/api/v1/envelopes", data)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(50):
            try:
                return bytes(opener.open(asked, timeout=10).read())
            except urllib.error.HTTPError as error:
                return error.read()
            except urllib.error.URLError:
                if self.process.poll() is not None:
                    raise
                time.sleep(0.1)
        raise TimeoutError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return on_disk(tmp_path / "office")


def desks() -> list[Desk]:
    lead = hall()
    branch = school(lead)
    return [lead.admit(*range(1, 21)), branch.admit(*range(21, 31))]


@pytest.mark.slow
def test_what_was_answered_outlives_kill_9(folder: Path):
    """Both stations send batches of two over and over; the office is killed at random moments."""
    dice, answered = random.Random(11), set[str]()
    waiting = [batch for desk in desks() for batch in desk.batches(2)]
    for _ in range(6):
        running = Running(folder)
        threading.Timer(dice.uniform(0.3, 1.2), running.kill).start()
        try:
            for batch in dice.sample(waiting, len(waiting)):
                assert receipt.open_(running.post(batch), [OFFICE.public]).status in ("accepted", "held")
                answered.add(envelope.peek(batch))
        except (OSError, urllib.error.URLError):
            pass  # it was killed, as it should be
        running.process.wait()
        found = Office.at(folder)
        assert answered <= {row[1] for row in found.rows("batch")}
    found = Office.at(folder)
    for batch in waiting:
        found.receive(batch)
    assert len(found.rows("event")) == sum(len(desk.lines) for desk in desks())
    assert found.rows("waiting") == []


def test_a_person_comes_in_by_the_link_that_the_command_prints(folder: Path):
    link = central("user", "invite", "张晓", "--role", "watch", "--url", "http://office", folder=folder).stdout.strip()
    assert link.startswith("http://office/invitation/")
    desk = Office.at(folder).program.desk
    now = NOON.fromtimestamp(time.time(), NOON.tzinfo)
    assert desk.accept(link.rpartition("/")[2], PASSWORD, PASSWORD, now) == "张晓"
