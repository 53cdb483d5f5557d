"""Any order, any repetition, any split into batches: what counts is the same, and so is every row."""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import events as ev
from tests.central.offices import Office
from tests.central.village import UNIT, Desk, whole_day

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LEAD, BRANCH = whole_day()
Projected = tuple[str, dict[str, list[tuple[object, ...]]]]


def cut(desk: Desk, places: list[int]) -> list[bytes]:
    """The whole log in batches that begin at 1 and at ``places``."""
    starts = sorted({1, *(place for place in places if 1 < place <= len(desk.lines))})
    ends = [*(start - 1 for start in starts[1:]), len(desk.lines)]
    return [desk.batch(start, end) for start, end in zip(starts, ends, strict=True)]


def projected(tmp_path: Path, batches: list[bytes]) -> Projected:
    office = Office(tmp_path)
    for batch in batches:
        office.receive(batch)
    return office.fingerprint(UNIT), office.projection()


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Projected:
    return projected(tmp_path_factory.mktemp("straight"), [LEAD.batch(1, 25), BRANCH.batch(), LEAD.batch(26)])


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    return (Path(tempfile.mkdtemp(dir=tmp_path)) for _ in count())


@settings(SLOW, max_examples=200)
@given(data=st.data())
def test_any_order_and_any_cut_give_the_same_day(straight: Projected, folders: Iterator[Path], data: st.DataObject):
    places = st.lists(st.integers(2, 30), max_size=6)
    batches = [
        *cut(LEAD, data.draw(places)), *cut(LEAD, data.draw(places)),
        *cut(BRANCH, data.draw(places)), *cut(BRANCH, data.draw(places)),
    ]  # fmt: skip
    assert projected(next(folders), data.draw(st.permutations(batches))) == straight


def forked() -> list[bytes]:
    """The hall's log with a second version from line 10 on, and what came before and after."""
    other = LEAD.copy()
    other.lines = other.lines[:9]
    other.admit(19, 20)
    odd = LEAD.copy()
    odd.lines = odd.lines[:5]
    odd.do(ev.PapersReceived(1, {"director": 1}))
    return [*cut(LEAD, [4, 12, 20]), *cut(BRANCH, [5]), other.batch(8), odd.batch(6)]


@SLOW
@given(order=st.permutations(forked()))
def test_a_fork_counts_the_same_whichever_version_came_first(folders: Iterator[Path], order: list[bytes]):
    office = Office(next(folders))
    for batch in order:
        office.receive(batch)
    heads = {row[1]: row[3] for row in office.rows("head")}
    assert heads == {LEAD.device: 5, BRANCH.device: 2}


@SLOW
@given(data=st.data())
def test_what_is_held_at_the_end_is_the_same_too(folders: Iterator[Path], data: st.DataObject):
    kept = [batch for batch in cut(LEAD, [4, 9, 14, 20, 26]) + cut(BRANCH, [5, 9]) if data.draw(st.booleans())]
    first = projected(next(folders), data.draw(st.permutations(kept)))
    assert projected(next(folders), kept) == first
