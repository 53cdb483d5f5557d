"""What becomes of a batch: each status, each cause, in whatever order, and what is said to the sender."""

from pathlib import Path

import pytest

from shared import envelope
from shared import events as ev
from tests.central.offices import Office
from tests.central.village import (
    HALL,
    PACKAGE_HASH,
    UNIT,
    Desk,
    hall,
    hash_of,
    school,
    signed_package,
    village,
    whole_day,
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_batch_that_goes_on_is_accepted(office: Office):
    receipt = office.receive(hall().batch())
    assert (receipt.status, receipt.accepted, receipt.reasons) == ("accepted", 7, ())
    assert receipt.head == hall().head().hash


def test_the_same_batch_gets_the_same_receipt(office: Office):
    first = office.intake.receive(hall().batch(), office.now)
    assert office.intake.receive(hall().batch(), office.now) == first
    assert len(office.rows("batch")) == 1


def test_a_batch_from_qr_codes_is_the_same_batch(office: Office):
    first = office.intake.receive(hall().batch(), office.now)
    assert office.intake.receive(envelope.compact(hall().batch()), office.now) == first


def test_what_was_answered_is_there_after_a_restart(office: Office):
    receipt = office.receive(hall().batch())
    office.restart()
    assert office.receive(hall().batch()) == receipt


def test_a_gap_is_held_and_says_what_to_send(office: Office):
    lead = hall()
    receipt = office.receive(lead.batch(4))
    assert (receipt.status, receipt.accepted) == ("held", 0)
    assert receipt.reasons[0].code == "gap"
    assert receipt.reasons[0].facts["next"] == 1
    assert office.rows("event") == []


def test_a_held_batch_merges_by_itself_and_gets_a_new_receipt(office: Office):
    lead = hall()
    office.receive(lead.batch(4))
    assert office.receive(lead.batch(1, 3)).status == "accepted"
    assert len(office.rows("event")) == 7
    assert office.receive(lead.batch(4)).status == "accepted"
    assert office.rows("waiting") == []


def test_batches_cut_anew_overlap_without_harm(office: Office):
    lead = hall()
    for first, last in ((1, 4), (2, 6), (5, 7), (1, 7)):
        assert office.receive(lead.batch(first, last)).status == "accepted"
    assert len(office.rows("event")) == 7


def test_what_takes_another_log_in_waits_for_it_from_there_on(office: Office):
    lead = hall()
    branch = school(lead)
    receipt = office.receive(branch.batch())
    assert (receipt.status, receipt.accepted, receipt.reasons[0].code) == ("held", 2, "log_missing")
    office.receive(lead.batch())
    assert office.receive(branch.batch()).status == "accepted"
    assert office.rows("finding") == []


def test_a_package_that_has_not_come_is_waited_for(office: Office):
    newer = signed_package(village(2, remark="added"))
    hash_ = hash_of(newer)
    lead = hall().do(ev.PackageTaken(2, hash_))
    lead.package = hash_
    receipt = office.receive(lead.batch())
    assert (receipt.status, receipt.reasons[0].code) == ("held", "package_unknown")
    office.add_package(newer)
    office.intake.refold(UNIT)
    assert office.receive(lead.batch()).status == "accepted"


def test_another_content_of_a_known_version_is_quarantined(office: Office):
    lead = Desk(HALL, ("zhao", "qian"), package="ab" * 32)
    lead.do(ev.EpochOpened("first start"), ev.PackageTaken(1, "ab" * 32))
    assert office.receive(lead.batch(2)).status == "held"
    receipt = office.receive(lead.batch(1))
    assert (receipt.status, receipt.accepted) == ("held", 0)


def test_another_package_taken_under_a_known_number_is_quarantined(office: Office):
    lead = Desk(HALL, ("zhao", "qian")).do(ev.EpochOpened("first start"), ev.PackageTaken(1, "ab" * 32))
    receipt = office.receive(lead.batch())
    assert (receipt.status, receipt.accepted, receipt.reasons[0].code) == ("quarantined", 1, "package_other")


def test_a_kind_from_the_future_is_quarantined_from_there_on(office: Office):
    lead = hall()
    lead.write("weather.noted", {"rain": True})
    lead.admit(1)
    receipt = office.receive(lead.batch())
    assert (receipt.status, receipt.accepted, receipt.reasons[0].code) == ("quarantined", 7, "kind_waits")
    assert len(office.rows("claim")) == 0


def test_what_cannot_be_read_is_refused_and_not_kept(office: Office):
    lead = hall()
    lead.write("doors.paused", {"round": 1})
    receipt = office.receive(lead.batch())
    assert (receipt.status, receipt.accepted, receipt.reasons[0].code) == ("refused", 0, "bad_field")
    assert office.rows("batch") == []
    assert office.receive(hall().batch()).status == "accepted"


def test_a_line_that_lies_about_its_place_is_refused(office: Office):
    lead = hall()
    lead.lines[6] = lead.lines[6].replace(b'"seq":7', b'"seq":8')
    assert office.receive(lead.batch()).reasons[0].facts == {"field": "Line.seq"}


def test_a_line_that_names_a_voter_without_salt_is_refused(office: Office):
    lead = hall()
    lead.write("papers.issued", ev.write(ev.PapersIssued(1, 1, ("director",), "own"))[1])
    assert office.receive(lead.batch()).reasons[0].facts == {"field": "Line.salt"}


def test_a_batch_whose_header_is_proved_hears_what_is_held(office: Office):
    lead = hall()
    office.receive(lead.batch(1, 3))
    receipt = office.receive(lead.batch(4).replace(b'"A1"', b'"A2"'))
    assert (receipt.status, receipt.reasons[0].code, receipt.accepted) == ("refused", "broken_chain", 3)


def test_bytes_that_are_no_batch_are_answered_too(office: Office):
    receipt = office.receive(b"not a batch")
    assert (receipt.status, receipt.batch, receipt.reasons[0].code) == ("refused", None, "not_a_batch")


def test_a_key_may_not_fill_the_disk_with_what_does_not_count(tmp_path: Path):
    office, lead = Office(tmp_path, most_waiting=5_000), hall().admit(*range(1, 15))
    statuses = [office.receive(lead.batch(place, place + 1)) for place in range(3, 15, 2)]
    assert [one.status for one in statuses][-1] == "refused"
    assert statuses[-1].reasons[0].code == "quota"
    assert office.receive(lead.batch(1, 2)).status == "accepted"


def test_rules_that_were_broken_are_findings_and_change_nothing_else(office: Office):
    office.receive(hall().admit(1, 1).batch())
    assert [row[5] for row in office.rows("finding")] == ["right_used"]
    assert len(office.rows("claim")) == 2


def test_a_cancelled_admission_is_no_live_claim(office: Office):
    lead = hall().admit(1).do(ev.AdmissionCancelled(1, 1, "wrong name"))
    office.receive(lead.batch())
    assert [row[7] for row in office.rows("claim")] == [0]


def test_an_honest_day_leaves_no_finding(office: Office):
    for desk in whole_day():
        for batch in desk.batches(9):
            office.receive(batch)
    assert office.rows("finding") == office.rows("waiting") == []
    view = office.program.views.get(UNIT)
    assert view is not None
    assert office.program.settling.cases(view) == []


def damage(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_flipped_bit_is_refused_or_is_the_same_batch(office: Office):
    data = hall().batch()
    office.receive(data)
    before = office.projection()
    for place in range(0, len(data), 97):
        assert office.receive(damage(data, place)).status in ("refused", "accepted")
    assert office.projection() == before


def test_a_batch_without_certificates_is_refused(office: Office):
    lead = hall()
    foreign = envelope.seal(
        envelope.header_after(lead.start, lead.lines, election="liuhe-2026", package=PACKAGE_HASH, certificates=()),
        lead.lines,
        HALL,
    )
    assert office.receive(foreign).reasons[0].code == "wrong_role"


def test_two_senders_of_one_batch_at_one_moment(office: Office):
    """The second finds the first's rows; both get the same answer."""
    second = Office.beside(office)
    lead = hall()
    office.receive(lead.batch(1, 3))
    second.receive(lead.batch(1, 3))
    assert office.receive(lead.batch(4)) == second.receive(lead.batch(4))
    assert len(office.rows("event")) == 7


def test_a_program_that_is_behind_reads_again(office: Office):
    second = Office.beside(office)
    lead = hall()
    office.receive(lead.batch(1, 3))
    second.receive(lead.batch(4, 5))
    assert office.receive(lead.batch(6)).status == "accepted"
    assert second.receive(lead.batch(6)).accepted == 7
