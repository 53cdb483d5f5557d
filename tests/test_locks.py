"""The two lists of libraries: exact, hashed, and of one mind."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture import PROGRAMS as PROGRAM_PLACES
from tests.architecture import read

ROOT = Path(__file__).parent.parent
STANDARD = set(sys.stdlib_module_names) | set(PROGRAM_PLACES)
FLASK_BRINGS = {"werkzeug", "jinja2", "markupsafe", "wtforms"}  # parts of Flask and Flask-WTF under names of their own
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


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {re.split(r"[<>=;\[ ]", wanted)[0] for wanted in project["dependencies"]}


def test_every_dependency_is_locked() -> None:
    assert declared() - {pin.partition("==")[0] for pin in pins(PROGRAMS)} == set()


def test_programs_import_only_what_they_declare() -> None:
    source = read(ROOT)
    tops = {name.split(".")[0] for module in source.of(*PROGRAM_PLACES) for name in source.imports(module)}
    providers = packages_distributions()
    wanted = {providers[top][0].lower().replace("_", "-") for top in tops - STANDARD if top in providers}
    assert wanted - declared() - FLASK_BRINGS - {"pollstation"} == set()
