"""The two lists of libraries: exact, hashed, and of one mind."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS, TESTS = (ROOT / name for name in ("requirements.lock", "requirements-test.lock"))
PIN = re.compile(r"[a-z0-9-]+==[^\s;]+( ; [^\\]+)?")


def pins(lock: Path) -> dict[str, set[str]]:
    """Each pinned release with its condition, and the hashes of its files."""
    entries = re.sub(r"^#.*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", "").splitlines()
    return {entry.partition("--hash=")[0].strip(): set(re.findall(r"sha256:[0-9a-f]{64}", entry)) for entry in entries}


@pytest.mark.parametrize("lock", [PROGRAMS, TESTS], ids=lambda lock: lock.name)
def test_every_line_is_one_release_with_its_hashes(lock: Path) -> None:
    assert all(PIN.fullmatch(pin) and hashes for pin, hashes in pins(lock).items())


def test_tests_run_with_the_very_releases_of_the_programs() -> None:
    tests = pins(TESTS)
    assert {pin: hashes for pin, hashes in pins(PROGRAMS).items() if tests.get(pin) != hashes} == {}


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=;\[ ]", wanted)[0] for wanted in project["dependencies"]}
    assert names - {pin.partition("==")[0] for pin in pins(PROGRAMS)} == set()
