"""The layout holds, and each of its rules would notice if it did not."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture import PLACES, RULES, Rule, read

ROOT = Path(__file__).parent.parent
UNGUARDED = "def create_app(app):\n    guard(app)\n    app.register_blueprint(pages)\n    return app\n"
LONG_FUNCTION = "def long() -> None:\n" + "    print()\n" * 61
DEEP_FUNCTION = (
    "def deep() -> None:\n" + "".join("    " * n + "if True:\n" for n in range(1, 5)) + "    " * 5 + "print()\n"
)


class Plant(NamedTuple):
    rule: str
    path: str
    text: str


PLANTS = [
    Plant("programs_keep_apart", "station/planted.py", "import central.intake\n"),
    Plant("programs_keep_apart", "central/planted.py", "from station import commands\n"),
    Plant("programs_keep_apart", "rehearsal/planted.py", "from station import commands\n"),
    Plant("programs_keep_apart", "shared/planted.py", "import station\n"),
    Plant("programs_keep_apart", "station/planted.py", "import benchmarks\n"),
    Plant("floors_hold", "shared/planted.py", "FLOOR = None\n"),
    Plant("floors_hold", "shared/errors.py", "from shared import keys\n"),
    Plant("floors_hold", "shared/events/planted.py", "from shared.state import State\n"),
    Plant("law_names_no_plug", "shared/rules/planted.py", "from shared.web import needs\n"),
    Plant("routes_are_the_outside", "station/planted.py", "from station.routes import planted\n"),
    Plant("no_circles", "shared/state.py", "import shared.rules.planted\n"),
    Plant("imports_stand_at_the_top", "tests/planted.py", "def late():\n    import json\n    return json\n"),
    Plant("flask_at_the_edge", "shared/state.py", "from flask import g\n"),
    Plant("flask_at_the_edge", "station/planted.py", "import flask_babel\n"),
    Plant("flask_at_the_edge", "rehearsal/cli.py", "import flask\n"),
    Plant("sqlalchemy_in_the_store", "station/planted.py", "from sqlalchemy import select\n"),
    Plant("sqlalchemy_in_the_store", "central/routes/planted.py", "import flask_sqlalchemy\n"),
    Plant(
        "clock_and_surroundings_are_handed_in",
        "shared/rules/planted.py",
        "import datetime\nNOW = datetime.date.today()\n",
    ),
    Plant("clock_and_surroundings_are_handed_in", "station/planted.py", "import os\nHOME = os.environ['HOME']\n"),
    Plant("views_have_access_rules", "station/routes/planted.py", "@pages.get('/open')\ndef everything(): ...\n"),
    Plant("programs_start_guarded", "central/__init__.py", UNGUARDED),
    Plant("files_are_short", "tests/planted.py", "x = 1\n" * 401),
    Plant("functions_are_short", "benchmarks/planted.py", LONG_FUNCTION),
    Plant("parameters_are_few", "shared/planted.py", "def many(a, b, c, d, e): ...\n"),
    Plant("nesting_is_shallow", "central/planted.py", DEEP_FUNCTION),
    Plant("names_say_something", "station/box_helpers.py", "BOX = None\n"),
    Plant("names_say_something", "shared/utils/planted.py", "BOX = None\n"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source once more, to plant things in."""
    for place in PLACES:
        if place.endswith(".py"):
            shutil.copy(ROOT / place, tmp_path)
        else:
            shutil.copytree(
                ROOT / place, tmp_path / place, ignore=lambda folder, names: _not_python(Path(folder), names)
            )
    return tmp_path


def _not_python(folder: Path, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py") and not (folder / name).is_dir()]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_the_layout_holds(rule: Rule) -> None:
    assert list(rule(read(ROOT))) == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.rule}-{plant.path}")
def test_a_planted_violation_is_seen(plant: Plant, copy: Path) -> None:
    before = set(RULES[plant.rule](read(copy)))
    plant_in(copy, plant)
    seen = set(RULES[plant.rule](read(copy))) - before
    assert len(seen) == 1
    assert plant.path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2] in seen.pop()


def plant_in(root: Path, plant: Plant) -> None:
    path = root / plant.path
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text("utf-8") if path.exists() else ""
    path.write_text(plant.text + old, "utf-8")
    if plant.rule == "no_circles":
        (root / "shared/rules/planted.py").write_text("import shared.state\n", "utf-8")


def test_every_rule_has_a_violation_planted() -> None:
    assert {plant.rule for plant in PLANTS} == RULES.keys()
