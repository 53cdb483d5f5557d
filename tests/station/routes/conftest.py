"""A hall with its doors open, and the phones of its officials."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.station.place import Place, prepare, run
from tests.station.routes.desk import Desk, Office, served

STAFF = ("zhou", "sun", "qian", "wu", "zheng", "feng", "tang")


@pytest.fixture
def office(open_hall: Place) -> Iterator[Office]:
    with served(open_hall, *STAFF) as office:
        yield office


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Office]:
    """Nothing has happened yet: the log is not begun."""
    with run(prepare(tmp_path / "hall")) as place, served(place, *STAFF) as office:
        yield office


@pytest.fixture
def wu(office: Office) -> Desk:
    """The clerk at desk 1."""
    return office.desk("wu")


@pytest.fixture
def zhou(office: Office) -> Desk:
    """The presiding officer."""
    return office.desk("zhou", "主席台")


@pytest.fixture
def zheng(office: Office) -> Desk:
    """The teller."""
    return office.desk("zheng", "计票台")


@pytest.fixture
def tang(office: Office) -> Desk:
    """Who only watches."""
    return office.desk("tang", "观察席")
