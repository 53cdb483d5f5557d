"""The office's commands: what is typed wrongly is answered with a sentence, never with a trace."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from central.cli import main
from central.store.setups import UnitRow
from tests.central.offices import Office
from tests.central.village import ELECTION, UNIT

EPOCH = "ab" * 16


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with one unit, found again by the commands."""
    office = Office(tmp_path)
    row = UnitRow(UNIT, "柳河村", b"", b"")
    office.program.setups.add_unit(row, election=ELECTION, voting_day="2026-12-20", now="")
    monkeypatch.setattr("central.cli.open_office", lambda _: office.keys)
    return tmp_path


def refused(folder: Path, *words: str) -> str:
    command, *rest = words
    nested = {"approve": ["station", "approve"], "import": ["roll", "import"]}.get(command, [command])
    result = CliRunner().invoke(main, [*nested, "-C", str(folder), *rest])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    return result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("end", "liuhe", "hall"),
        ("report", "liuhe"),
        ("import", "liuhe", __file__),
        ("approve", "liuhe", "hall", __file__),
        ("package", "liuhe", "hall", "-o", "hall.pkg"),
    ],
)
def test_a_unit_that_is_not_here_is_told_with_those_that_are(folder: Path, words: tuple[str, ...]):
    said = refused(folder, *words)
    assert "没有「liuhe」这个选举单位" in said
    assert f"There are: {UNIT}." in said


@pytest.mark.parametrize("epoch", ["xyz", EPOCH.upper(), EPOCH[1:], f"{EPOCH}0"])
def test_an_epoch_is_32_hexadecimal_digits(folder: Path, epoch: str):
    assert "is no epoch" in refused(folder, "end", UNIT, "hall", "--epoch", epoch)


def test_the_last_trusted_line_has_a_number_from_nought_and_an_epoch(folder: Path):
    assert "is 0 or more" in refused(folder, "end", UNIT, "hall", "--epoch", EPOCH, "--through=-1")
    assert "is no epoch" in refused(folder, "end", UNIT, "hall", "--through", "7")
