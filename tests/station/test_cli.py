"""The station's commands, as people type them: what is refused is said in both languages, and no trace is shown."""

import json
import os
import signal
import stat
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared import package, request
from shared.certificate import Root
from shared.errors import Refusal
from shared.keys import SigningKey
from station.cli import main
from station.courier import Carrier, over_http
from station.folder import Folder, write_private
from station.pins import Pins
from station.sending import cut_now, export
from tests import cast
from tests.shared import liuhe
from tests.station.place import CREDENTIALS, KEYS, PACKAGE, SEALED, prepare, run

ROOT = Path(__file__).parent.parent.parent


def poll_station(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=typed)


def refused(result: Result, chinese: str, english: str) -> bool:
    """Exit 1, both languages, no trace."""
    said = result.output
    return result.exit_code == 1 and chinese in said and english in said and "Traceback" not in said


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A folder in which the hall's keys lie and nothing else."""
    key, sealing = KEYS["hall"]
    write_private(tmp_path / "device.pem", key.pem)
    write_private(tmp_path / "sealing.pem", sealing.pem)
    return tmp_path


def sealed(path: Path, name: str = "hall") -> Path:
    path.write_bytes(SEALED[name])
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_makes_private_keys_and_a_request_to_compare(tmp_path: Path):
    result = poll_station("init", tmp_path / "hall", "--name", "中心会场")
    asked = request.read((tmp_path / "hall" / "request.json").read_bytes())
    assert result.exit_code == 0
    assert asked.fingerprint in result.output
    assert asked.station == "中心会场"
    assert [mode(tmp_path / "hall" / name) for name in ("device.pem", "sealing.pem")] == [0o600, 0o600]


def test_init_leaves_keys_alone_that_are_there(begun: Path):
    before = (begun / "device.pem").read_bytes()
    assert refused(poll_station("init", begun, "--name", "x"), "已经有一个投票站的密钥", "already holds")
    assert (begun / "device.pem").read_bytes() == before


def test_load_shows_the_root_and_hands_out_slips(begun: Path, tmp_path: Path):
    result = poll_station("load", begun, sealed(tmp_path / "package"), typed="y\n")
    assert result.exit_code == 0, result.output
    assert liuhe.ROOT.fingerprint in result.output
    slips = (begun / "slips.txt").read_text("utf-8")
    assert "周明 · zhou · " in slips
    assert "沈涛" not in slips
    assert mode(begun / "slips.txt") == 0o600


def test_load_again_hands_out_nothing_twice(begun: Path, tmp_path: Path):
    file = sealed(tmp_path / "package")
    poll_station("load", begun, file, "--root", liuhe.ROOT.fingerprint)
    slips = (begun / "slips.txt").read_text("utf-8")
    assert poll_station("load", begun, file).exit_code == 0
    assert (begun / "slips.txt").read_text("utf-8") == slips


def test_load_refuses_a_root_that_is_not_on_the_paper(begun: Path, tmp_path: Path):
    result = poll_station("load", begun, sealed(tmp_path / "package"), "--root", "AAAA BBBB CCCC DDDD")
    assert refused(result, "不是由本次选举的根密钥签发的", "not issued under")
    assert poll_station("load", begun, sealed(tmp_path / "package"), typed="n\n").exit_code == 1
    assert not (begun / "station.db").exists()


def test_load_refuses_a_package_for_another_key(begun: Path, tmp_path: Path):
    result = poll_station("load", begun, sealed(tmp_path / "package", "school"))
    assert refused(result, "", "")
    data = package.seal(PACKAGE, liuhe.station(liuhe.STRANGER_KEY, cast.HALL_SEALING, "hall", "x"), 1)
    (tmp_path / "other").write_bytes(data)
    (tmp_path / "device.pem").unlink()
    write_private(tmp_path / "device.pem", liuhe.STRANGER_KEY.pem)
    result = poll_station("load", begun, tmp_path / "other", "--root", liuhe.ROOT.fingerprint)
    assert refused(result, "", "")


def test_load_refuses_another_root_later_on(begun: Path, tmp_path: Path):
    poll_station("load", begun, sealed(tmp_path / "package"), "--root", liuhe.ROOT.fingerprint)
    forger = SigningKey.from_seed(b"forger".ljust(32, b"."))
    root = Root(version=1, keys=(forger.public.base64,), threshold=1, name="冒名")
    forged = package.Credentials(root.sign([forger]), liuhe.OFFICE.issue([forger]), CREDENTIALS.stations)
    data = package.seal(package.write(cast.SETUP, forged, liuhe.OFFICE_KEY), liuhe.HALL, 2)
    (tmp_path / "forged").write_bytes(data)
    result = poll_station("load", begun, tmp_path / "forged")
    assert refused(result, "不是由本次选举的根密钥签发的", "not issued under")


def test_what_is_not_there_is_said(tmp_path: Path):
    assert refused(poll_station("verify", tmp_path), "没有投票站的密钥", "holds no station's keys")
    assert refused(poll_station("load", tmp_path, sealed(tmp_path / "p")), "没有投票站的密钥", "holds no")


def test_verify_says_events_and_fingerprint(tmp_path: Path):
    folder = prepare(tmp_path)
    with run(folder) as hall:
        hall.begins()
        hall.opens()
        digest = hall.keeper.fingerprint()
    result = poll_station("verify", tmp_path)
    assert result.exit_code == 0, result.output
    assert digest in result.output
    assert ": 7" in result.output


def test_a_changed_byte_in_the_database_is_found(tmp_path: Path):
    folder = prepare(tmp_path)
    with run(folder) as hall:
        hall.begins()
        hall.opens()
        with hall.keeper.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE log SET line = replace(CAST(line AS TEXT), 'hall-001', 'hall-002') WHERE seq = 4"
            )
    assert refused(poll_station("verify", tmp_path), "", "")


def test_batches_go_out_as_files_and_receipts_come_back(tmp_path: Path):
    with run(prepare(tmp_path / "hall")) as hall:
        hall.begins()
        hall.opens()
    prepare(tmp_path / "school", "school")
    assert poll_station("export", tmp_path / "hall", tmp_path / "stick").exit_code == 0
    (batch,) = (tmp_path / "stick").glob("*.batch")

    taken = poll_station("take", tmp_path / "school", batch)
    assert f"{batch.name} accepted" in taken.output

    filed = poll_station("receipts", tmp_path / "hall", f"{batch}.receipt")
    assert "accepted 7" in filed.output
    assert "unsent: 7" in filed.output  # the school is not the office


def test_a_receipt_is_written_over_nothing_but_a_receipt(tmp_path: Path):
    prepare(tmp_path / "school", "school")
    batch = tmp_path / "2026.receipt"
    batch.write_bytes(b"what came on the stick")
    for _ in range(2):
        assert poll_station("take", tmp_path / "school", batch).exit_code == 0
    assert batch.read_bytes() == b"what came on the stick"
    (tmp_path / "2026.receipt.receipt").write_bytes(b"notes")
    assert refused(poll_station("take", tmp_path / "school", batch), "已经有了", "exists")
    assert (tmp_path / "2026.receipt.receipt").read_bytes() == b"notes"


def test_resume_asks_both_officials_for_their_pins(tmp_path: Path):
    folder = prepare(tmp_path / "hall")
    with run(folder) as hall:
        hall.begins()
        pins = Pins(hall.keeper)
        for official, slip in pins.make_slips(["zhou", "sun"]).items():
            pins.choose(official, slip, "829164")
        cut_now(hall.keeper)
    folder.back_up(tmp_path / "old.db")
    with run(folder, seed=2) as hall:
        hall.opens()
        cut_now(hall.keeper)
        export(hall.keeper, tmp_path / "stick")
    for path in folder.path.glob("station.db*"):
        path.unlink()
    (tmp_path / "old.db").rename(folder.database)

    batches = sorted((tmp_path / "stick").iterdir())
    said = poll_station("resume", folder.path, *batches)
    assert "missing: 0" in said.output
    done = poll_station("resume", folder.path, "--by", "zhou", "--by", "sun", typed="829164\n829164\n")
    assert done.exit_code == 0, done.output
    assert poll_station("verify", folder.path).exit_code == 0


def test_a_backup_is_a_whole_database(tmp_path: Path):
    folder = prepare(tmp_path / "hall")
    with run(folder) as hall:
        hall.begins()
        assert poll_station("backup", folder.path, tmp_path / "copy.db").exit_code == 0
    assert refused(poll_station("backup", folder.path, tmp_path / "copy.db"), "已经有了", "exists")


def test_a_backup_of_nothing_and_a_backup_to_nowhere_are_refused(begun: Path, tmp_path: Path):
    assert refused(poll_station("backup", begun, tmp_path / "b.db"), "还没有装入选举包", "No package")
    assert refused(poll_station("backup", tmp_path / "none", tmp_path / "b.db"), "没有投票站的密钥", "holds no")
    assert not (tmp_path / "b.db").exists()
    folder = prepare(tmp_path / "hall")
    assert refused(poll_station("backup", folder.path, tmp_path / "none" / "b"), "写不了", "cannot be read or written")
    (tmp_path / "file").touch()
    assert refused(poll_station("init", tmp_path / "file" / "x", "--name", "x"), "写不了", "cannot be read or written")


def test_a_station_that_is_not_there_does_not_run(tmp_path: Path):
    assert refused(poll_station("run", tmp_path / "none", "--port", "0"), "没有投票站的密钥", "holds no")
    said = poll_station("run", tmp_path, "--port", "99999")
    assert (said.exit_code, "99999" in said.output) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_a_station_keeps_only_its_owner_reads(tmp_path: Path):
    before = os.umask(0)
    try:
        poll_station("init", tmp_path / "new", "--name", "x")
        folder = prepare(tmp_path / "hall")
        with run(folder) as hall:
            hall.begins()
            folder.back_up(tmp_path / "copy.db")
            kept = [mode(one) for one in [*folder.path.glob("station.db*"), tmp_path / "copy.db"]]
    finally:
        os.umask(before)
    assert kept == [0o600] * 4
    assert mode(tmp_path / "new") == 0o700


@pytest.fixture
def running(tmp_path: Path):
    """The real program in a process of its own; gives its folder and its address."""
    folder = prepare(tmp_path / "hall")
    command = [sys.executable, "-c", "from station.cli import main; main()", "run", str(folder.path), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield folder, process.stdout.readline().removeprefix("ready ").strip(), process
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_run_serves_and_stops_when_told(running: tuple[Folder, str, subprocess.Popen]):
    _, address, _ = running
    with urllib.request.urlopen(f"{address}/", timeout=10) as page:
        assert page.status == 200
    asked = urllib.request.Request(f"{address}/api/v1/envelopes", b"nothing", method="POST")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert json.loads(answer.read())["payloadType"].endswith("receipt.v1+json")


def test_a_station_exchanges_batches_with_one_that_runs(running: tuple[Folder, str, subprocess.Popen], tmp_path: Path):
    with run(prepare(tmp_path / "school", "school"), "school", seed=2) as school:
        school.clock.time = datetime.now(UTC)
        school.begins()
        cut_now(school.keeper)
        carrier = Carrier(school.keeper, running[1], over_http)
        assert carrier.go() == 1.0
        assert (carrier.refusal, carrier.line().waiting) == (None, 0)


def test_a_clock_that_is_days_off_is_told_so(running: tuple[Folder, str, subprocess.Popen], tmp_path: Path):
    with run(prepare(tmp_path / "school", "school"), "school", seed=2) as school:
        carrier = Carrier(school.keeper, running[1], over_http)
        carrier.go()
        assert carrier.refusal is not None
        assert carrier.refusal.code == "question_too_old"


def test_whoever_answers_nonsense_is_said_to(tmp_path: Path):
    with run(prepare(tmp_path / "school", "school"), "school", seed=2) as school:
        school.begins()
        cut_now(school.keeper)
        carrier = Carrier(school.keeper, "http://x.example", lambda url, data: b"<html>502 Bad Gateway")
        carrier.go()
        assert carrier.refusal == Refusal("answer_unfit")


def test_no_second_program_runs_on_one_folder(running: tuple[Folder, str, subprocess.Popen]):
    result = poll_station("run", running[0].path, "--port", "0")
    assert refused(result, "正在另一个程序里运行", "is running in another program")
