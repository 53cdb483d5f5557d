"""An older copy of the database: read-only, says why, and is led out of it by two officials."""

import shutil
from pathlib import Path

import pytest

from shared import events as ev
from shared import line
from shared.errors import Refusal
from station import receiving, resuming
from station.checking import check
from station.commands import rounds
from station.folder import Folder
from station.sending import cut_now, export
from tests import cast
from tests.station.place import Place, lines_of, prepare, run


@pytest.fixture
def old_copy(tmp_path: Path) -> tuple[Folder, Path, str]:
    """The hall's database as it stood at the opening, under today's high-water mark; and the stick with all batches."""
    folder = prepare(tmp_path / "hall")
    with run(folder) as hall:
        hall.begins()
        hall.opens()
        cut_now(hall.keeper)
    yesterday = tmp_path / "yesterday.db"
    folder.back_up(yesterday)
    with run(folder, seed=2) as hall:
        hall.admits(cast.HE_PING, cast.MA_HONG)
        cut_now(hall.keeper)
        export(hall.keeper, tmp_path / "stick")
        head = hall.keeper.head.hash
    put_back(folder, yesterday)
    return folder, tmp_path / "stick", head


def put_back(folder: Folder, copy: Path) -> None:
    for path in folder.path.glob("station.db*"):
        path.unlink()
    shutil.copy(copy, folder.database)


def stick_files(stick: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(stick.iterdir(), reverse=True)]


def test_an_older_copy_is_read_only_and_says_why(old_copy: tuple[Folder, Path, str]):
    with run(old_copy[0]) as hall:
        assert hall.keeper.readonly == Refusal(
            "database_behind", epoch=hall.keeper.head.epoch, through=11, held=7, missing=4
        )
        with pytest.raises(Refusal, match="database_behind"):
            hall.admits(cast.HE_PING)
        assert cut_now(hall.keeper) == 0


def test_it_stays_read_only_however_often_it_starts(old_copy: tuple[Folder, Path, str]):
    for _ in range(2):
        with run(old_copy[0]) as hall:
            assert hall.keeper.readonly is not None


def test_its_own_batches_bring_back_what_it_lacks(old_copy: tuple[Folder, Path, str]):
    folder, stick, head = old_copy
    with run(folder, seed=3) as hall:
        assert resuming.from_files(hall.keeper, stick_files(stick)) == resuming.Restored(events=4, missing=0)
        assert hall.keeper.head.hash == head
        assert hall.keeper.state.uses(1, cast.HE_PING)


def test_two_officials_go_on_in_a_new_epoch(old_copy: tuple[Folder, Path, str]):
    folder, stick, head = old_copy
    with run(folder, seed=3) as hall:
        resuming.from_files(hall.keeper, stick_files(stick))
        with pytest.raises(Refusal, match="second_official_needed"):
            resuming.open_epoch(hall.keeper, hall.heads[:1], reason="restored")
        resuming.open_epoch(hall.keeper, hall.heads, reason="restored")
        hall.admits(cast.GAO)
        with pytest.raises(Refusal, match="right_used"):
            hall.admits(cast.HE_PING)
        opened = ev.read("epoch.opened", line.read(lines_of(hall.keeper)[11]).data)
        assert isinstance(opened, ev.EpochOpened)
        assert opened.previous is not None
        assert (opened.previous.head, opened.missing) == (head, 0)
    with run(folder, seed=4) as hall:
        assert hall.keeper.readonly is None
        assert check(hall.keeper).findings == ()
        assert check(hall.keeper).epochs == 2


def test_what_cannot_be_found_is_accepted_with_its_length(old_copy: tuple[Folder, Path, str]):
    with run(old_copy[0], seed=3) as hall:
        resuming.open_epoch(hall.keeper, hall.heads, reason="stick lost")
        assert hall.keeper.state.mine.missing == 4
        assert check(hall.keeper).findings == ()


def test_a_sibling_hands_back_what_it_was_given(old_copy: tuple[Folder, Path, str], school: Place):
    folder, stick, head = old_copy
    for raw in stick_files(stick):
        receiving.receive(school.keeper, raw)
    with run(folder, seed=3) as hall:
        restored = resuming.from_network(
            hall.keeper, lambda asked: receiving.answer(school.keeper, asked, school.clock())
        )
        assert restored == resuming.Restored(events=4, missing=0)
        assert hall.keeper.head.hash == head


def test_a_sibling_that_holds_more_of_our_log_makes_us_read_only(old_copy: tuple[Folder, Path, str], school: Place):
    folder, stick, _ = old_copy
    for raw in stick_files(stick):
        receiving.receive(school.keeper, raw)
    (folder.path / "high-water.json").unlink()
    with run(folder, seed=3) as hall:
        assert hall.keeper.readonly is None
        with pytest.raises(Refusal, match="database_behind"):
            resuming.fetching.fetch(hall.keeper, lambda asked: receiving.answer(school.keeper, asked, school.clock()))
        with pytest.raises(Refusal, match="database_behind"):
            hall.admits(cast.GAO)


def test_a_copy_that_went_on_is_a_fork_and_both_tails_are_kept(old_copy: tuple[Folder, Path, str]):
    folder, stick, _ = old_copy
    mark = folder.path / "high-water.json"
    kept = mark.read_bytes()
    mark.unlink()  # as if the whole folder had been put back
    with run(folder, seed=3) as hall:
        hall.admits(cast.GAO)
    mark.write_bytes(kept)

    with run(folder, seed=4) as hall:
        restored = resuming.from_files(hall.keeper, stick_files(stick))
        assert (restored.events, restored.forked) == (0, 1)
        assert hall.keeper.readonly is not None
        assert hall.keeper.readonly.code == "database_forked"
        own = hall.keeper.head
        resuming.open_epoch(hall.keeper, hall.heads, reason="old copy went on")
        rounds.pause(hall.keeper, hall.heads[:1], reason="核对")
        opened = ev.read("epoch.opened", line.read(lines_of(hall.keeper)[own.through]).data)
        assert isinstance(opened, ev.EpochOpened)
        assert opened.previous == ev.Tail(own.epoch, own.through, own.hash)

        for raw in stick_files(stick):  # the other tail comes by again; that story is settled
            receiving.receive(hall.keeper, raw)
        assert hall.keeper.readonly is None


def test_the_mark_never_leads_the_database(tmp_path: Path):
    folder = prepare(tmp_path)
    with run(folder) as hall:
        hall.begins()
        hall.opens()
        cut_now(hall.keeper)
        mark = hall.keeper.high_water.read()
        assert mark == hall.keeper.head
        hall.admits(cast.HE_PING)
        lagging = hall.keeper.high_water.read()
        assert lagging is not None
        assert lagging.through <= hall.keeper.head.through
    with run(folder) as hall:
        assert hall.keeper.high_water.read() == hall.keeper.head


def test_an_unreadable_mark_is_not_passed_over(tmp_path: Path):
    folder = prepare(tmp_path)
    (tmp_path / "high-water.json").write_text("{}")
    with pytest.raises(Refusal, match="high_water_unreadable"), run(folder):
        pass
