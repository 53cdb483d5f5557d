"""The batches of a whole day reach the office in any order, cut in any way, any number of times: one unit fingerprint,
the same conflicts, the same rows; and whoever asks later hears that everything counts."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared import canonical, query, receipt
from shared import events as ev
from shared.canonical import from_base64
from shared.envelope import peek
from tests import cast
from tests.central.offices import Office
from tests.shared import liuhe
from tests.station.place import PACKAGE
from tests.story import ELECTED, TWICE, Day, Log

ORDERS = 220


@dataclass(frozen=True)
class Told:
    """What an office makes of the day."""

    fingerprint: str
    conflicts: tuple[tuple[int, int], ...]
    cases: tuple[tuple[str, bool], ...]
    rows: dict[str, list[tuple[object, ...]]]


def told(office: Office) -> Told:
    view = office.program.views.get(cast.UNIT_ID)
    assert view is not None
    return Told(
        view.fingerprint,
        tuple((one.round, one.voter) for one in view.conflicts),
        tuple((one.id, one.open) for one in office.program.settling.cases(view)),
        office.projection(),
    )


def shuffled(day: Day, dice: random.Random) -> list[bytes]:
    """Each log cut once or twice at random places, some batches repeated, all of it in any order."""
    cuts = [some for log in day.logs for _ in range(dice.choice((1, 1, 2))) for some in log.cut(places(log, dice))]
    repeated = dice.choices(cuts, k=dice.randrange(4))
    return dice.sample([*cuts, *repeated], len(cuts) + len(repeated))


def places(log: Log, dice: random.Random) -> list[int]:
    return [dice.randint(2, len(log.lines)) for _ in range(dice.randrange(10))]


@pytest.fixture(scope="session")
def straight(day: Day, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """As the stations sent it, the one that the other waits for first."""
    office = Office(tmp_path_factory.mktemp("straight"), PACKAGE)
    for batch in (*day.sent, *day.sent):
        office.receive(batch)
    assert {office.receive(batch).status for batch in day.sent} == {"accepted"}
    return told(office)


def test_the_day_itself_is_honest_and_has_one_right_used_twice(straight: Told):
    assert straight.rows["finding"] == straight.rows["waiting"] == []
    assert straight.conflicts == ((1, TWICE),)
    assert straight.cases == ((f"right/1/{TWICE}", True),)


def test_the_day_elects_whom_the_count_named(day: Day):
    declared = [event for event in day.hall.events if isinstance(event, ev.RoundDeclared)]
    assert [(one.status, one.next) for one in declared] == [("valid", "repeat"), ("valid", "none")]
    assert [(one.post, one.candidate) for round_ in declared for one in round_.elected] == ELECTED


@pytest.mark.slow
def test_any_order_gives_the_same_day(day: Day, straight: Told, tmp_path: Path):
    answers: Counter[str] = Counter()
    for number in range(ORDERS):
        office = Office(tmp_path / str(number), PACKAGE)
        batches = shuffled(day, random.Random(f"order {number}"))
        answers.update(office.receive(batch).status for batch in batches)
        assert told(office) == straight, f"order {number}"
        assert {one.status for one in poll(office, day, batches)} == {"accepted"}, f"order {number}"
        office.engine.dispose()
    assert answers.keys() == {"accepted", "held"}
    assert min(answers.values()) > ORDERS  # many had to wait, and merged by themselves


def poll(office: Office, day: Day, batches: list[bytes]) -> Iterator[receipt.Receipt]:
    """The hall asks with a signed question what became of every batch of the unit."""
    names = tuple(dict.fromkeys(peek(batch) for batch in batches))
    asked = query.ask(
        day.hall.key,
        "receipts",
        names,
        election=cast.ELECTION_ID,
        at=office.now.isoformat(timespec="seconds"),
        certificates=day.hall.certificates,
    )
    found = canonical.decode(office.program.questions.answer(asked, office.now))
    assert isinstance(found, dict)
    assert len(found["receipts"]) == len(names)
    return (receipt.open_(from_base64(one), [liuhe.OFFICE_KEY.public]) for one in found["receipts"])


def test_a_restart_between_any_two_batches_changes_nothing(day: Day, straight: Told, tmp_path: Path):
    office = Office(tmp_path, PACKAGE)
    for batch in shuffled(day, random.Random("restarts")):
        office.receive(batch)
        office.restart()
    assert told(office) == straight


def test_what_never_came_is_missing_in_any_order_alike(day: Day, tmp_path: Path):
    """The school's last hour stays on the lost stick: what rests on it waits, whichever way the rest arrived."""
    kept = [*day.school.cut([10, 20, 30])[:2], *day.hall.cut([30, 60, 90])]
    found = []
    for number in range(8):
        office = Office(tmp_path / str(number), PACKAGE)
        for batch in random.Random(number).sample(kept, len(kept)):
            office.receive(batch)
        assert office.rows("waiting")
        found.append(told(office))
    assert found == [found[0]] * len(found)
