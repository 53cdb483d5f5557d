"""From all batches of the day, and from the station's own disk, nothing links a voter to a mark: not in one line, not
by small numbers, not by order or time."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import envelope, line
from shared import events as ev
from shared.certificate import Trust
from shared.errors import Refusal
from shared.events import KINDS
from station.checking import check
from station.commands import boxes, counting, rounds
from station.commands.counting import Mark
from tests import cast
from tests.shared import liuhe
from tests.station.place import Place, lines_of, prepare, run
from tests.story import Day, call, empty, left, morning, send_round, vote

LEAST = 10
MARKED = frozenset({"sheet.called", "round.declared"})  # the only kinds that say for whom papers were cast
NAMES_OF_VOTERS = frozenset({"voter", "voters", "holder"})
SINGLE = ("vote", "mark", "ballot", "serial", "stroke")  # fields that would be about one paper


@pytest.fixture(scope="module")
def lines(day: Day) -> list[line.Line]:
    """Every line of every batch that left a station."""
    opened = [envelope.open_(raw, Trust(liuhe.ROOT)) for raw in day.sent]
    return [line.read(raw) for batch in opened for raw in batch.lines]


def sheets(lines: list[line.Line]) -> list[ev.SheetCalled]:
    read = [ev.read(one.type, one.data) for one in lines]
    return [event for event in read if isinstance(event, ev.SheetCalled)]


def keys(value: Any) -> Iterator[str]:
    """Every field name, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


# ---- what the lines hold ------------------------------------------------------------------------------------------


def test_no_line_names_both_a_voter_and_a_mark(lines: list[line.Line]):
    assert len(lines) == 163
    for one in lines:
        names = set(keys(one.data))
        assert not (names & NAMES_OF_VOTERS and names & {"votes", "valid", "blank", "void"})
        assert bool(one.salt) is bool(names & NAMES_OF_VOTERS)
        if one.type in MARKED:
            assert one.salt == ""


def test_no_kind_of_event_could_name_both(lines: list[line.Line]):
    """Not only today: the kinds themselves have no room for it, nor for a single paper."""
    assert {one.type for one in lines} <= set(KINDS)
    for kind, event in KINDS.items():
        fields = set(event.__dataclass_fields__)
        assert not (event.NAMES_VOTER and fields & {"contests", "votes", "elected"}), kind
        assert not fields & set(SINGLE), kind


def test_marks_are_on_sheets_of_ten_papers_and_more(lines: list[line.Line]):
    called = sheets(lines)
    assert len(called) == 8
    assert all(sheet.papers >= LEAST for sheet in called)


def test_a_sheet_holds_totals_and_nothing_of_single_papers(lines: list[line.Line]):
    """Number and size: no list of papers, no order, no time of a stroke; void papers by a code, never in words."""
    for one in lines:
        if one.type == "sheet.called":
            assert set(one.data) == {"round", "paper", "count", "sheet", "papers", "contests"}
            for contest in one.data["contests"]:
                assert set(contest) - {"void"} == {"post", "valid", "blank", "votes"}
                assert all(
                    type(number) is int for number in (*contest.get("void", {}).values(), *contest["votes"].values())
                )


def test_combinations_on_one_paper_cannot_be_told(lines: list[line.Line]):
    """Two members are marked on each paper; a sheet says how often each was, not with whom."""
    white = [sheet for sheet in sheets(lines) if sheet.paper == cast.WHITE and sheet.round == 1]
    assert {name for sheet in white for one in sheet.contests for name in one.votes} == {"zhang", "chen", "zhao"}


def test_who_is_written_in_stands_as_the_person_or_as_other(lines: list[line.Line]):
    names = {name for sheet in sheets(lines) for one in sheet.contests for name in one.votes}
    assert names - set(cast.SETUP.candidate) == {f"person-{cast.GAO}", "other"}


def test_roaming_papers_lie_among_those_of_a_fixed_box(day: Day):
    piles = [event for event in day.hall.events if isinstance(event, ev.PileMixed)]
    kinds = [{cast.SETUP.box[box].kind for box in pile.boxes} for pile in piles]
    assert all("fixed" in kind for kind in kinds)
    assert [pile.boxes for pile in piles if cast.ROAMING in pile.boxes] == [(cast.HALL_1, cast.ROAMING)] * 2


def test_the_few_papers_of_the_school_are_called_with_those_of_the_hall(day: Day):
    """Six voted there in the repeat ballot: their box went to the hall, and no sheet of the school is about them."""
    assert not [event for event in day.school.events if isinstance(event, ev.SheetCalled) and event.round == 2]
    (pile,) = [event for event in day.hall.events if isinstance(event, ev.PileMixed) and event.round == 2]
    assert (pile.boxes, pile.papers) == ((cast.HALL_1, cast.SCHOOL_1), 20)


def test_whoever_knows_the_order_of_admissions_learns_no_more_than_a_sheet(day: Day):
    """Admissions end before the first paper is called, papers are mixed in between, and each sheet could be about
    anybody who took such a paper: no group of voters can be named whose papers a sheet holds."""
    for log in day.logs:
        for round_ in (1, 2):
            admitted = [place for place, event in enumerate(log.events) if _admits(event, round_)]
            mixed = [place for place, event in enumerate(log.events) if _is(event, ev.PileMixed, round_)]
            called = [place for place, event in enumerate(log.events) if _is(event, ev.SheetCalled, round_)]
            assert max(admitted) < min(mixed, default=len(log.events))
            assert min(mixed, default=0) <= min(called, default=0)
    for sheet in [event for event in day.hall.events if isinstance(event, ev.SheetCalled)]:
        (pile,) = [one for one in day.hall.events if isinstance(one, ev.PileMixed) and _of(one) == _of(sheet)]
        assert LEAST <= sheet.papers <= pile.papers
        assert pile.papers - sheet.papers == 0 or pile.papers - sheet.papers >= LEAST


def _admits(event: ev.Event, round_: int) -> bool:
    return isinstance(event, (ev.PapersIssued, ev.VisitRecorded)) and event.round == round_


def _is(event: ev.Event, kind: type[ev.PileMixed | ev.SheetCalled], round_: int) -> bool:
    return isinstance(event, kind) and event.round == round_


def _of(event: ev.PileMixed | ev.SheetCalled) -> tuple[int, str, int]:
    return event.round, event.paper, event.count


# ---- what a station refuses ---------------------------------------------------------------------------------------


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    with (
        run(prepare(tmp_path / "hall")) as hall,
        run(prepare(tmp_path / "school", "school"), "school", seed=2) as school,
    ):
        morning(hall, school)
        yield hall, school


def test_a_pile_of_nine_is_not_called_apart(stations: tuple[Place, Place]):
    _, school = stations
    school.admits(*range(31, 40))
    rounds.close(school.keeper, school.heads, unused=left(school, 1))
    empty(school, cast.SCHOOL_1, "school-001")
    with pytest.raises(Refusal, match="pile_too_small"):
        counting.mix(school.keeper, school.heads, cast.RED)
    assert not [one for one in lines_of(school.keeper) if b"pile.mixed" in one]


def test_a_roaming_box_is_not_called_alone(stations: tuple[Place, Place]):
    hall, _ = stations
    send_round(hall)
    rounds.close(hall.keeper, hall.heads, unused=left(hall, 1))
    boxes.write_off(hall.keeper, hall.heads, cast.HALL_1, reason="被水浸坏")
    empty(hall, cast.ROAMING, "roaming-001")
    with pytest.raises(Refusal, match="roaming_alone"):
        counting.mix(hall.keeper, hall.heads, cast.RED)


def test_neither_a_sheet_nor_its_rest_may_be_small(stations: tuple[Place, Place]):
    hall, school = counted(stations)
    counting.mix(hall.keeper, hall.heads, cast.RED)
    for papers, code in ((9, "sheet_too_small"), (14, "rest_too_small")):
        counting.call_anew(hall.keeper, cast.RED)
        for _ in range(papers):
            counting.call_paper(hall.keeper, cast.RED, marks=Mark(("wang",)))
        with pytest.raises(Refusal, match=code):
            counting.close_sheet(hall.keeper, hall.heads[1:], cast.RED)
    assert check(hall.keeper).findings == check(school.keeper).findings == ()


# ---- what lies on the disk ----------------------------------------------------------------------------------------


def counted(stations: tuple[Place, Place]) -> tuple[Place, Place]:
    """Everybody voted, both stations counted their boxes face down; nothing is called."""
    hall, school = stations
    vote(hall, school)
    rounds.close(school.keeper, school.heads, unused=left(school, 1))
    rounds.close(hall.keeper, hall.heads, unused=left(hall, 1))
    empty(hall, cast.HALL_1, "hall-001")
    empty(hall, cast.ROAMING, "roaming-001")
    return hall, school


STROKES = (  # a stroke as its table and its index hold it, and as the last paper is kept
    b"directorvoteperson-10",
    b"directorvoteother",
    b"directorvoidunreadable",
    b"directorvotewang",
    b'["director", "vote"',
)


def on_disk(folder: Path) -> set[bytes]:
    """Which strokes stand in any file beside or in the database: itself, its write-ahead file, its shared memory."""
    data = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    return {stroke for stroke in STROKES for one in data if stroke in one}


def test_no_stroke_is_left_in_any_file_when_the_pile_is_closed(stations: tuple[Place, Place]):
    hall, _ = counted(stations)
    marks = [Mark((f"person-{cast.GAO}",)), Mark(("other",)), Mark(void="unreadable"), *[Mark(("wang",))] * 20]
    counting.mix(hall.keeper, hall.heads, cast.RED)
    for mark in marks:
        counting.call_paper(hall.keeper, cast.RED, marks=mark)
    assert on_disk(hall.folder.path) >= set(STROKES[:4])
    counting.close_sheet(hall.keeper, hall.heads[1:], cast.RED)
    assert on_disk(hall.folder.path) == set()
    counting.close_pile(hall.keeper, hall.heads, cast.RED)
    with hall.keeper.engine.connect() as connection:
        for table in ("scratch", "last_paper", "called"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_the_whole_day_leaves_no_stroke_on_any_disk(day: Day):
    assert {stroke for place in ("hall", "school") for stroke in on_disk(day.folder / place)} == set()


def test_a_killed_count_is_cleaned_up_at_the_next_start(stations: tuple[Place, Place]):
    """The program dies between the commit of the sheet and the emptying of the write-ahead file."""
    hall, _ = counted(stations)
    call_and_die(hall)
    again = hall.folder.keeper(hall.clock, bytes)
    assert on_disk(hall.folder.path) == set()
    again.close()


def call_and_die(hall: Place) -> None:
    emptied, counting.scratch.forget_for_good = counting.scratch.forget_for_good, lambda _engine: None
    try:
        call(hall, cast.RED, [Mark(("wang",))] * 23, sheets=2)
    finally:
        counting.scratch.forget_for_good = emptied
    assert on_disk(hall.folder.path)


def test_strokes_have_no_time(stations: tuple[Place, Place]):
    """What the scratch tables hold while a sheet is open: totals, and one paper; the clock is not asked."""
    hall, _ = counted(stations)
    counting.mix(hall.keeper, hall.heads, cast.RED)
    for mark in [Mark(("wang",))] * 3 + [Mark(("li",))]:
        hall.clock.time += timedelta(minutes=1)
        counting.call_paper(hall.keeper, cast.RED, marks=mark)
    with hall.keeper.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM scratch").fetchall()
        last = connection.exec_driver_sql("SELECT marks FROM last_paper").scalar_one()
    assert sorted(tuple(row[3:]) for row in rows) == [
        ("", "papers", "", 4), ("director", "valid", "", 4), ("director", "vote", "li", 1),
        ("director", "vote", "wang", 3),
    ]  # fmt: skip
    assert json.loads(last) == [["", "papers", ""], ["director", "valid", ""], ["director", "vote", "li"]]
