"""The office's commands, as people type them: a path that does not work is said in both languages."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from central.cli import main


def poll_central(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def refused(result: Result, chinese: str, english: str) -> bool:
    """Exit 1, both languages, no trace."""
    said = result.output
    return result.exit_code == 1 and chinese in said and english in said and isinstance(result.exception, SystemExit)


def test_an_office_cannot_be_made_where_nothing_can_be_written(tmp_path: Path):
    (tmp_path / "file").touch()
    assert refused(poll_central("init", tmp_path / "file" / "office"), "写不了", "cannot be read or written")


def test_a_port_that_is_none_is_refused(tmp_path: Path):
    assert poll_central("init", tmp_path / "office").exit_code == 0
    said = poll_central("run", tmp_path / "office", "--port", "99999")
    assert (said.exit_code, "99999" in said.output) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_the_office_keeps_only_its_owner_reads(tmp_path: Path):
    before = os.umask(0)
    try:
        poll_central("init", tmp_path / "office")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / "office" / name).stat().st_mode) for name in (".", "keys", "central.db")]
    assert modes == [0o700, 0o700, 0o600]
