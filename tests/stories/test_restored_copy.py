"""Yesterday's database is put back: the station says why it is read-only, and `poll-station resume` leads out of it.
A copy that went on by itself is a fork, and neither tail counts until two people name one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from central.decisions import Settlement
from rehearsal.phone import Phone
from shared import envelope, receipt
from shared.certificate import Trust
from shared.chain import Head
from station.cli import main
from station.folder import Folder
from station.sending import cut_now, export
from tests import cast
from tests.central.offices import Office
from tests.shared import liuhe
from tests.station.place import PACKAGE, Place, run
from tests.stories.programs import PIN, central, office_on_disk, open_hall_on_disk, running, station
from tests.story import batches


def poll_station(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=typed)


def put_back(folder: Path, copy: Path) -> None:
    for path in folder.glob("station.db*"):
        path.unlink()
    shutil.copy(copy, folder / "station.db")


def goes_on(folder: Path, doing: Callable[[Place], object], seed: int) -> tuple[Head, list[bytes]]:
    """The station runs for a while, and cuts what it wrote."""
    with run(Folder(folder), seed=seed) as hall:
        doing(hall)
        cut_now(hall.keeper)
        return hall.keeper.head, batches(hall)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The hall with open doors, its heads' PINs chosen, and a copy of its database from this morning."""
    folder = open_hall_on_disk(tmp_path / "hall")
    goes_on(folder, lambda hall: None, seed=2)
    Folder(folder).back_up(tmp_path / "morning.db")
    return folder


def admits(*voters: int) -> Callable[[Place], object]:
    return lambda hall: hall.admits(*voters)


@pytest.fixture
def old(folder: Path, tmp_path: Path) -> Path:
    """The morning's copy is back, although four people were admitted since; a stick holds every batch."""
    with run(Folder(folder), seed=3) as hall:
        hall.admits(*range(3, 7))
        cut_now(hall.keeper)
        export(hall.keeper, tmp_path / "stick")
    put_back(folder, tmp_path / "morning.db")
    return folder


def test_the_running_station_says_why_nothing_can_be_entered(old: Path):
    with running(station(old)) as (hall,):
        said = hall.log.read_text(encoding="utf-8")
        phone = Phone(hall.url)
        page = phone.open("/sign-in")
        phone.send(page.form("/sign-in"), official="zhou", desk="1 号桌", pin=PIN)
        refused = phone.send(phone.open("/voter/7").form("/admit"))
    assert "Traceback" not in said
    assert "8" in said
    assert refused.status == 409
    assert "不能发票" in refused.text


def test_verify_says_it_too_and_resume_without_officials_changes_nothing(old: Path):
    for words in (("verify", old), ("resume", old)):
        said = poll_station(*words).output
        assert "旧" in said
        assert "Traceback" not in said
    assert poll_station("resume", old, "--by", "zhou", typed=f"{PIN}\n").exit_code == 1
    assert poll_station("resume", old, "--by", "zhou", "--by", "sun", typed=f"{PIN}\n000000\n").exit_code == 1
    with run(Folder(old), seed=4) as hall:
        assert hall.keeper.readonly is not None


def resumed(folder: Path, *words: object) -> str:
    done = poll_station("resume", folder, *words, "--by", "zhou", "--by", "sun", typed=f"{PIN}\n{PIN}\n")
    assert done.exit_code == 0, done.output
    assert poll_station("verify", folder).exit_code == 0
    return done.output


def test_resume_finds_on_the_stick_what_is_missing(old: Path, tmp_path: Path):
    files = sorted((tmp_path / "stick").iterdir(), reverse=True)
    assert "missing: 0" in resumed(old, *files)
    with run(Folder(old), seed=4) as hall:
        assert [bool(hall.keeper.state.uses(1, no)) for no in (3, 6, 7)] == [True, True, False]
        hall.admits(7)


def test_resume_fetches_from_the_office_what_is_missing_and_the_new_epoch_merges(old: Path, tmp_path: Path):
    folder = office_on_disk(tmp_path / "office")
    with running(central(folder)) as (away,):
        post(away.url, [path.read_bytes() for path in sorted((tmp_path / "stick").iterdir())])
        assert "missing: 0" in resumed(old, "--central", away.url)
        _, sent = goes_on(old, admits(7), seed=5)
        assert post(away.url, sent) == ["accepted"] * len(sent)
    office = Office.at(folder)
    assert claimed(office) == [3, 4, 5, 6, 7]
    assert office.rows("finding") == office.rows("waiting") == []


def test_what_nobody_has_any_more_is_accepted_with_its_length(old: Path):
    assert "missing: 8" in resumed(old)
    with run(Folder(old), seed=4) as hall:
        assert hall.keeper.state.mine.missing == 8


# ---- a copy that went on by itself ---------------------------------------------------------------------------------


def post(url: str, sent: list[bytes]) -> list[str]:
    phone = Phone(url)
    answers = [phone.post("/api/v1/envelopes", data) for data in sent]
    return [receipt.open_(answer.body, [liuhe.OFFICE_KEY.public]).status for answer in answers]


def claimed(office: Office) -> list[int]:
    """Roll numbers of the rights that are used, as far as the office counts."""
    return sorted(row[2] for row in office.rows("claim") if row[7])


@pytest.fixture
def tails(folder: Path, tmp_path: Path) -> tuple[Office, list[tuple[Head, list[bytes]]]]:
    """The hall admitted 3 and 4; then the whole folder of the morning was put back and admitted 5. Both sent."""
    first = goes_on(folder, admits(3, 4), seed=3)
    put_back(folder, tmp_path / "morning.db")
    (folder / "high-water.json").unlink()
    second = goes_on(folder, admits(5), seed=4)
    office = Office(tmp_path / "office", PACKAGE)
    for _, sent in (first, second):
        for data in sent:
            office.receive(data)
    return office, [first, second]


def test_neither_tail_counts_and_both_are_kept(tails: tuple[Office, list[tuple[Head, list[bytes]]]]):
    office, both = tails
    assert claimed(office) == []
    assert {office.receive(data).status for _, sent in both for data in sent[1:]} == {"quarantined"}
    assert {office.receive(sent[0]).status for _, sent in both} == {"accepted"}  # what both say alike
    assert len(office.rows("batch")) == 3


@pytest.mark.parametrize(("chosen", "counts"), [(0, [3, 4]), (1, [5])])
def test_a_decision_of_two_names_the_tail_that_counts(
    tails: tuple[Office, list[tuple[Head, list[bytes]]]], chosen: int, counts: list[int]
):
    office, both = tails
    view = office.program.views.get(cast.UNIT_ID)
    assert view is not None
    (case,) = [one for one in office.program.settling.cases(view) if one.kind == "fork"]
    (fork,) = [log.fork for log in view.logs if log.fork]
    first_of_tail = envelope.open_(both[chosen][1][-1], Trust(liuhe.ROOT)).hashes[0]
    assert first_of_tail in fork.branches
    named = Settlement("branch", "桌上的那一台", device=cast.HALL_KEY.public.id, parent=fork.parent, hash=first_of_tail)
    settling = office.program.settling
    settling.propose(cast.UNIT_ID, case.id, named, by="zhang", once="1", now=office.now)
    assert claimed(office) == []
    settling.decide(cast.UNIT_ID, case.id, "1", by="li", now=office.now)
    assert claimed(office) == counts
