"""The tally sheet: strokes outside the log, totals of ten papers inside it, no single paper left behind."""

import pytest

from shared import events as ev
from shared import line
from shared.errors import Refusal
from station.commands import counting
from station.commands.counting import Mark
from tests import cast
from tests.station.place import Place, lines_of

WANG, LI = Mark(votes=("wang",)), Mark(votes=("li",))


@pytest.fixture
def calling(open_hall: Place) -> Place:
    """Twenty-four papers lie on the red pile."""
    open_hall.admits(*(no for no in cast.HALL_VOTERS if no not in cast.BEDRIDDEN and no < 29))
    open_hall.closes()
    open_hall.counts()
    return open_hall


def call(place: Place, mark: Mark, times: int = 1) -> counting.Sheet:
    for _ in range(times):
        sheet = counting.call_paper(place.keeper, cast.RED, marks=mark)
    return sheet


def close(place: Place) -> None:
    counting.close_sheet(place.keeper, place.heads[1:], cast.RED)


def test_strokes_add_up_on_the_sheet(calling: Place):
    call(calling, WANG, 3)
    call(calling, LI)
    call(calling, Mark(void="too_many"))
    sheet = call(calling, Mark())
    (contest,) = sheet.contests
    assert (sheet.papers, contest.valid, contest.blank) == (6, 4, 1)
    assert (contest.votes, contest.void) == ({"wang": 3, "li": 1}, {"too_many": 1})


def test_the_last_paper_can_be_taken_back_once(calling: Place):
    call(calling, WANG, 2)
    call(calling, LI)
    sheet = counting.undo_last(calling.keeper, cast.RED)
    assert (sheet.papers, sheet.contests[0].votes, sheet.can_undo) == (2, {"wang": 2}, False)
    with pytest.raises(Refusal, match="nothing_to_undo"):
        counting.undo_last(calling.keeper, cast.RED)


def test_an_earlier_mistake_is_mended_by_calling_the_sheet_anew(calling: Place):
    call(calling, WANG, 5)
    assert counting.call_anew(calling.keeper, cast.RED).papers == 0


def test_a_second_tap_calls_no_second_paper(calling: Place):
    for _ in range(2):
        sheet = counting.call_paper(calling.keeper, cast.RED, marks=WANG, token="tap-1")
    assert sheet.papers == 1


def test_no_single_paper_is_in_the_log(calling: Place):
    before = len(lines_of(calling.keeper))
    call(calling, WANG, 9)
    assert len(lines_of(calling.keeper)) == before
    with pytest.raises(Refusal, match="sheet_too_small"):
        close(calling)
    call(calling, LI, 2)
    close(calling)
    read = line.read(lines_of(calling.keeper)[-1])
    event = ev.read(read.type, read.data)
    assert isinstance(event, ev.SheetCalled)
    assert (event.papers, event.contests[0].votes) == (11, {"wang": 9, "li": 2})


def test_a_refused_sheet_keeps_its_strokes(calling: Place):
    call(calling, WANG, 9)
    with pytest.raises(Refusal):
        close(calling)
    assert counting.sheet(calling.keeper, cast.RED).papers == 9


STROKES = (b'["director", "vote", "wang"]', b"directorvotewang", b"directorvoidunreadable")


def found(place: Place) -> set[bytes]:
    """Which strokes stand in any file of the database."""
    files = [path.read_bytes() for path in place.folder.path.iterdir() if path.name.startswith("station.db")]
    return {stroke for stroke in STROKES for data in files if stroke in data}


def test_a_closed_sheet_leaves_no_stroke_in_any_file(calling: Place):
    call(calling, Mark(void="unreadable"), 6)
    call(calling, WANG, 6)
    counting.undo_last(calling.keeper, cast.RED)
    call(calling, WANG)
    assert found(calling)
    close(calling)
    assert found(calling) == set()


def test_sheets_and_pile_close_when_every_paper_is_called(calling: Place):
    call(calling, WANG, 12)
    close(calling)
    sheet = counting.sheet(calling.keeper, cast.RED)
    assert (sheet.number, sheet.papers, sheet.called) == (2, 0, 12)
    call(calling, LI, sheet.pile - 12)
    with pytest.raises(Refusal, match="too_many_called"):
        call(calling, LI)
    close(calling)
    counting.close_pile(calling.keeper, calling.heads, cast.RED)
    with pytest.raises(Refusal, match="no_pile"):
        call(calling, LI)


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (Mark(votes=("wang", "li")), "too_many_marks"),
        (Mark(votes=("nobody",)), "unknown_name"),
        (Mark(votes=("person-99",)), "unknown_name"),
        (Mark(votes=("chen",)), "unknown_name"),
        (Mark(void="写坏了"), "void_reason_unfit"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(calling: Place, mark: Mark, code: str):
    with pytest.raises(Refusal, match=code):
        call(calling, mark)


def test_somebody_written_in_counts_as_the_person(calling: Place):
    sheet = call(calling, Mark(votes=(f"person-{cast.GAO}",)))
    assert sheet.contests[0].votes == {f"person-{cast.GAO}": 1}


def test_a_paper_must_say_something_of_each_contest(calling: Place):
    with pytest.raises(Refusal, match="wrong_contests"):
        counting.call_paper(calling.keeper, cast.RED, marks={"member": WANG})
