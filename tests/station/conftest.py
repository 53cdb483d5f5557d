"""The hall on its first morning, and the hall with its doors open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.station.place import Place, prepare, run


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Place]:
    """Loaded, its log begun."""
    with run(prepare(tmp_path / "hall")) as place:
        place.begins()
        yield place


@pytest.fixture
def open_hall(hall: Place) -> Place:
    hall.opens()
    return hall


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Place]:
    with run(prepare(tmp_path / "school", "school"), "school", seed=2) as place:
        place.begins()
        yield place
