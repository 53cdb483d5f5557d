"""A decision stands under the facts that it was taken under; when they change it is kept and shown, and the case is
open again."""

from pathlib import Path

import pytest

from central.cases import Case
from central.decisions import Kind, Settlement
from shared import events as ev
from shared.errors import Refusal
from tests.central.offices import NOON, Office, Person
from tests.central.village import UNIT, Desk, close, hall, school, whole_day

EQUATION, MARGIN, DECLARED = "equation/1/director/boxes", "margin/1", "declared/1"


class Affair:
    """An office that heard the whole day, and the lead's desk that goes on writing."""

    def __init__(self, office: Office, lead: Desk) -> None:
        self.office = office
        self.lead = lead
        self.sent = 0
        self.sends()

    def sends(self, *events: ev.Event) -> None:
        self.lead.do(*events)
        self.office.receive(self.lead.batch(self.sent + 1))
        self.sent = len(self.lead.lines)

    def recounts(self, papers: int) -> None:
        self.sends(ev.BoxCounted(1, "hall-1", {"director": papers}, "counted again"))

    def case(self, id_: str) -> Case:
        return self.office.program.settling.case(UNIT, id_)[1]

    def proposes(self, id_: str, once: str, kind: Kind = "noted") -> None:
        chosen = Settlement(kind=kind, reason="looked into")
        self.office.program.settling.propose(UNIT, id_, chosen, by="张晓", once=once, now=NOON)

    def settles(self, id_: str, once: str = "one", kind: Kind = "noted") -> None:
        self.proposes(id_, once, kind)
        self.decides(id_, once)

    def decides(self, id_: str, once: str) -> None:
        self.office.program.settling.decide(UNIT, id_, once, by="李敏", now=NOON)


@pytest.fixture
def affair(tmp_path: Path) -> Affair:
    """The lead counted one paper less in its box after it declared."""
    lead, branch = whole_day()
    office = Office(tmp_path)
    office.receive(branch.batch())
    made = Affair(office, lead)
    made.recounts(15)
    return made


def doubtful(tmp_path: Path) -> Affair:
    """One paper in doubt, and one decides whether 13 or 14 are more than half; both papers of voter 25 stay."""
    lead, office = hall(), Office(tmp_path)
    branch = school(lead).admit(*range(21, 31))
    lead.admit(*range(1, 16)).admit(25, override="crowd")
    close(branch, "school-1", 10, unused=10, first=6)
    close(lead, "hall-1", 16, unused=24, first=8)
    office.receive(branch.batch())
    made = Affair(office, lead)
    chosen = Settlement("two_papers_cast", "both are in", round=1, count=2)
    made.office.program.settling.propose(UNIT, "right/1/25", chosen, by="张晓", once="right", now=NOON)
    made.decides("right/1/25", "right")
    return made


def test_a_difference_that_grew_is_open_again(affair: Affair):
    affair.settles(EQUATION)
    assert not affair.case(EQUATION).open
    affair.recounts(3)
    found = affair.case(EQUATION)
    assert (found.open, found.earlier and found.earlier.settlement.reason) == (True, "looked into")
    affair.settles(EQUATION, "two")
    assert not affair.case(EQUATION).open


def test_a_difference_as_it_was_is_settled_by_what_was_decided_then(affair: Affair):
    affair.settles(EQUATION)
    affair.recounts(3)
    affair.recounts(15)
    assert not affair.case(EQUATION).open


def test_the_page_shows_the_decision_that_no_longer_stands(affair: Affair):
    affair.settles(EQUATION)
    affair.recounts(3)
    shown = Person(affair.office, "看", "watch").get(f"/case/{UNIT}/{EQUATION}").get_data(as_text=True)
    assert "此后情况有变" in shown
    assert "looked into" in shown


def test_what_was_proposed_under_other_facts_is_not_decided(affair: Affair):
    affair.proposes(EQUATION, "one")
    affair.recounts(3)
    with pytest.raises(Refusal, match="case_changed"):
        affair.decides(EQUATION, "one")
    assert affair.office.rows("decision") == []


def test_a_case_open_again_is_open_after_a_rebuild(affair: Affair):
    affair.settles(EQUATION)
    affair.recounts(3)
    before, shown = affair.office.fingerprint(UNIT), affair.office.projection()
    affair.office.restart()
    affair.office.intake.refold(UNIT)
    assert (affair.office.fingerprint(UNIT), affair.office.projection()) == (before, shown)
    assert affair.case(EQUATION).open


def test_a_round_voided_for_its_doubt_is_judged_anew_when_the_count_changes(tmp_path: Path):
    affair = doubtful(tmp_path)
    affair.settles(MARGIN, kind="voided")
    assert not affair.case(MARGIN).open
    votes = {"director-1": 7, "director-2": 9}
    sheet = ev.SheetContest("director", 16, 0, votes=votes)
    affair.sends(
        ev.PileMixed(1, "director", 2, ("hall-1",), 16, "called again"),
        ev.SheetCalled(1, "director", 2, 1, 16, (sheet,)),
        ev.PileClosed(1, "director", 2),
    )
    assert affair.case(MARGIN).open


def test_a_result_declared_otherwise_is_open_again_when_it_differs_otherwise(affair: Affair):
    affair.sends(ev.RoundDeclared(1, "valid", (ev.Elected("director", "director-1", 14),)))
    affair.settles(DECLARED)
    assert not affair.case(DECLARED).open
    affair.sends(ev.RoundDeclared(1, "valid", (ev.Elected("director", "director-2", 14),)))
    assert affair.case(DECLARED).open
