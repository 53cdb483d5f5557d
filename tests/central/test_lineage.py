"""Forks, epochs, ended certificates: which lines of a log count, and what a decision changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from central.decisions import Settlement
from shared import events as ev
from shared.certificate import Ending, LastTrusted
from shared.errors import Refusal
from tests.central.offices import Office
from tests.central.village import CERTIFICATES, OFFICE, UNIT, Desk, hall, school


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def decide(office: Office, case: str, settlement: Settlement) -> None:
    settling = office.program.settling
    settling.propose(UNIT, case, settlement, by="zhang", once=case, now=office.now)
    settling.decide(UNIT, case, case, by="li", now=office.now)


def cases(office: Office) -> dict[str, bool]:
    view = office.program.views.get(UNIT)
    assert view is not None
    return {case.id.split("/")[0]: case.open for case in office.program.settling.cases(view)}


def two_versions() -> tuple[Desk, Desk]:
    """The hall went on twice from line 8: admitting 2 and 3, and admitting 4."""
    first = hall().admit(1)
    second = first.copy().admit(4)
    return first.admit(2, 3), second


def claimed(office: Office) -> list[int]:
    return [row[2] for row in office.rows("claim") if row[7]]


def test_neither_version_of_a_fork_counts(office: Office):
    first, second = two_versions()
    assert office.receive(first.batch()).status == "accepted"
    receipt = office.receive(second.batch(9))
    assert (receipt.status, receipt.accepted, receipt.reasons[0].code) == ("quarantined", 8, "forked")
    assert claimed(office) == [1]
    assert cases(office) == {"fork": True}


def test_the_batch_that_was_accepted_before_the_fork_says_so_now(office: Office):
    first, second = two_versions()
    office.receive(first.batch())
    office.receive(second.batch())
    assert office.receive(first.batch()).status == "quarantined"


def test_a_decision_names_the_version_that_counts(office: Office):
    first, second = two_versions()
    office.receive(first.batch())
    office.receive(second.batch())
    parent, branch = first.head(8).hash, second.head(9).hash
    case = f"fork/{first.device}/{first.epoch}/9"
    decide(
        office,
        case,
        Settlement("branch", "the second device was on the table", device=first.device, parent=parent, hash=branch),
    )
    assert claimed(office) == [1, 4]
    assert office.receive(first.batch()).reasons[0].code == "branch_not_chosen"
    assert cases(office) == {"fork": False}
    assert office.receive(second.admit(5).batch()).status == "accepted"


def test_a_fork_takes_what_rests_on_it_out_too(office: Office):
    lead = hall()
    branch = school(lead).admit(21)
    office.receive(lead.batch())
    office.receive(branch.batch())
    other = hall()
    other.lines = other.lines[:5]
    other.do(ev.RoundOpened(1, 29, 0))
    office.receive(other.batch())
    assert {row[1]: row[3] for row in office.rows("head")} == {lead.device: 5, branch.device: 2}
    assert claimed(office) == []


def next_epoch(lead: Desk, through: int | None = None, missing: int = 0) -> Desk:
    tail = lead.head(through)
    desk = Desk(lead.key, lead.heads, "ab" * 16)
    return desk.do(ev.EpochOpened("restored", ev.Tail(tail.epoch, tail.through + missing, tail.hash), missing=missing))


def test_a_second_epoch_merges_and_is_a_case(office: Office):
    lead = hall().admit(1)
    second = next_epoch(lead).admit(2)
    office.receive(second.batch())
    assert office.rows("event") == []
    office.receive(lead.batch())
    assert claimed(office) == [1, 2]
    assert cases(office) == {"epoch": True}
    assert office.rows("finding") == []


def test_an_epoch_that_goes_on_before_the_end_is_a_fork(office: Office):
    lead = hall().admit(1, 2)
    second = next_epoch(lead, through=8).admit(3)
    office.receive(lead.batch())
    assert office.receive(second.batch()).reasons[0].code == "forked"
    assert claimed(office) == [1]
    case = f"fork/{lead.device}/{lead.epoch}/9"
    chosen = Settlement("branch", "restored", device=lead.device, parent=lead.head(8).hash, hash=second.head(1).hash)
    decide(office, case, chosen)
    assert claimed(office) == [1, 3]


def test_two_first_epochs_are_a_fork_at_the_root(office: Office):
    lead, again = hall(), hall()
    again.epoch = "cd" * 16
    office.receive(lead.batch())
    office.receive(again.batch())
    assert office.rows("event") == []
    assert cases(office) == {"fork": True}


def test_lines_that_officials_gave_up_are_put_back_when_they_come(office: Office):
    lead = hall().admit(1, 2)
    second = next_epoch(lead, through=8, missing=1).admit(3)
    office.receive(lead.batch(1, 8))
    assert office.receive(second.batch()).status == "accepted"
    assert claimed(office) == [1, 3]
    office.receive(lead.batch(9))
    assert claimed(office) == [1, 2, 3]
    assert [row[3] for row in office.rows("head")] == [9, 2] or [row[3] for row in office.rows("head")] == [2, 9]


def end(office: Office, desk: Desk, last: LastTrusted | None) -> None:
    signed = Ending(CERTIFICATES[desk.device].id, "lost", last).sign([OFFICE])
    office.intake.refold(
        UNIT,
        lambda kept: (
            replace(kept, endings=(*kept.endings, bytes(signed))),
            {"ending": (UNIT, signed.id, bytes(signed))},
        ),
    )


def test_what_a_key_signed_after_its_end_is_quarantined_whenever_it_came(office: Office):
    lead = hall().admit(1, 2, 3)
    office.receive(lead.batch())
    end(office, lead, LastTrusted(lead.epoch, 8))
    assert claimed(office) == [1]
    late = office.receive(lead.admit(4).batch(11))
    assert (late.status, late.reasons[0].code) == ("quarantined", "certificate_ended")
    assert cases(office) == {"quarantine": True}


def test_a_release_lets_it_count_up_to_the_line_that_it_names(office: Office):
    lead = hall().admit(1, 2, 3)
    office.receive(lead.batch())
    end(office, lead, LastTrusted(lead.epoch, 8))
    case = f"quarantine/{lead.device}/{lead.epoch}/8"
    chosen = Settlement(
        "release", "the device was found", device=lead.device, epoch=lead.epoch, seq=9, hash=lead.head(9).hash
    )
    decide(office, case, chosen)
    assert claimed(office) == [1, 2]


def test_a_kind_from_the_future_can_be_passed_over(office: Office):
    lead = hall()
    lead.write("weather.noted", {"rain": True})
    lead.admit(1)
    office.receive(lead.batch())
    case = f"quarantine/{lead.device}/{lead.epoch}/7"
    decide(
        office,
        case,
        Settlement("release", "no matter", device=lead.device, epoch=lead.epoch, seq=9, hash=lead.head().hash),
    )
    assert claimed(office) == [1]
    assert office.receive(lead.batch()).status == "accepted"


def test_rebuilding_gives_every_row_again(office: Office):
    first, second = two_versions()
    branch = school(hall()).admit(21, 1, override="crowd")
    for data in (first.batch(), second.batch(), branch.batch()):
        office.receive(data)
    before, fingerprint = office.projection(), office.fingerprint(UNIT)
    for table in ("head", "event", "claim", "finding", "waiting"):
        with office.program.store.engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")
    office.restart()
    office.intake.refold(UNIT)
    assert office.projection() == before
    assert office.fingerprint(UNIT) == fingerprint


def test_a_decision_taken_out_is_noticed(office: Office):
    lead = hall().admit(1, 1, 1)
    office.receive(lead.batch())
    for seq in (9, 10):
        decide(office, f"finding/{lead.device}/{lead.epoch}/{seq}", Settlement("noted", "seen"))
    with office.program.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM decision WHERE seq = 1")
        connection.exec_driver_sql("UPDATE standing SET version = version + 1")
    with pytest.raises(Refusal, match="broken_chain"):
        office.program.views.get(UNIT)
