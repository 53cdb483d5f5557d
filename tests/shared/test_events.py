"""Every kind of event: it reads back as it was written, says who may do it, and cannot tie a voter to a vote."""

from dataclasses import MISSING, fields
from typing import Any, get_args

import pytest

from shared import events as ev
from shared.codec import LARGEST
from shared.errors import Refusal
from shared.state import Origin, State, apply, fingerprint
from tests.cast import RED, ROAMING

CONTEST = ev.SheetContest("director", 12, 1, {"two names": 1}, {"wang": 7, "person-7": 4, "other": 1})
EXAMPLES: list[ev.Event] = [
    ev.EpochOpened("restored", ev.Tail("0" * 32, 7, "a" * 64), 2),
    ev.PackageTaken(2, "b" * 64),
    ev.LogTaken("a" * 52, "0" * 32, 9, "c" * 64),
    ev.DeviceEnrolled("b" * 52, ROAMING, "d" * 64),
    ev.Arrived(7),
    ev.Left(7),
    ev.Excused(7, "生病"),
    ev.PapersReceived(1, {RED: 60}),
    ev.PapersCorrected(1, {RED: 61}, "点错"),
    ev.DeskRecounted(1, {RED: 4}, "漏点"),
    ev.PapersIssued(1, 24, (RED,), "proxy", 9, "腿脚不便"),
    ev.AdmissionCancelled(1, 7, "认错人", (RED,)),
    ev.PaperReplaced(1, 7, RED, "写坏", ROAMING),
    ev.PapersNotReturned(1, RED, 1, "带走"),
    ev.DifferenceExplained(1, RED, "boxes", -1, "多一张"),
    ev.LeaseGranted(1, ROAMING, 1, (20, 21), "b" * 52),
    ev.BoxSent(1, ROAMING, 1, ("qian", "feng", "sun"), {RED: 5}),
    ev.VisitRecorded(1, ROAMING, 1, 20, "voted", (RED,), True),
    ev.BoxReturned(1, ROAMING, 1, "A1", True, {RED: 3}),
    ev.VisitsCompleted(1, ROAMING, 1, 1),
    ev.LeaseTakenBack(1, ROAMING, 1, (21,), "家属送来"),
    ev.BoxSealed(1, ROAMING, "A1"),
    ev.BoxHandedOver(1, "school-1", "B1", {RED: 7}),
    ev.BoxReceived(1, "school-1", "B1", False),
    ev.BoxWrittenOff(1, ROAMING, "山洪"),
    ev.BoxOpened(1, ROAMING, "A1", True),
    ev.BoxCounted(1, ROAMING, {RED: 1}, "再点"),
    ev.PileMixed(1, RED, 1, ("hall-1", ROAMING), 13, "复核"),
    ev.SheetCalled(1, RED, 1, 1, 14, (CONTEST,)),
    ev.PileClosed(1, RED, 1),
    ev.RoundCalled(2, "repeat", (ev.Contest("member", 1, ("chen", "zhao")),), 1),
    ev.RoundOpened(1, 44, 3),
    ev.RoundClosed(1),
    ev.RoundDeclared(1, "valid", (ev.Elected("director", "wang", 15),), "rerun"),
    ev.StationWrittenOff(1, "school", "失去联系"),
    ev.DoorsOpened(1),
    ev.DoorsPaused(1, "停电"),
    ev.DoorsResumed(1),
    ev.DoorsClosed(1, {RED: 3}, 40, 2),
]
KINDS = list(ev.KINDS.values())
ABOUT_PEOPLE = {"voter", "voters", "holder"}
ABOUT_VOTES = {"contests", "votes", "valid", "blank", "void", "candidate"}
HEADS_ONLY = {"presiding_officer", "chief_scrutineer", "scrutineer"}


def test_every_kind_is_here():
    assert {type(one) for one in EXAMPLES} == set(KINDS) == set(get_args(ev.AnyEvent))
    assert {kind.TYPE for kind in ev.Event.__subclasses__()} == ev.KINDS.keys()


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TYPE)
def test_an_event_reads_back_as_it_was_written(event: ev.Event):
    assert ev.read(*ev.write(event)) == event


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TYPE)
def test_what_may_be_left_out_is_left_out(event: ev.Event):
    plain = {one.name: getattr(event, one.name) for one in fields(event) if one.default is MISSING}
    bare = type(event)(**{name: value for name, value in plain.items() if name in _required(type(event))})
    assert set(ev.write(bare)[1]) == _required(type(event))
    assert ev.read(*ev.write(bare)) == bare


def _required(kind: type[ev.Event]) -> set[str]:
    return {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
def test_a_kind_says_who_may_do_it(kind: type[ev.Event]):
    assert kind.ROLES
    assert "observer" not in kind.ROLES
    assert kind.TYPE.count(".") == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.LEAD], ids=lambda kind: kind.TYPE)
def test_the_lead_s_orders_take_two_heads(kind: type[ev.Event]):
    assert kind.TWO
    assert set(kind.ROLES) == HEADS_ONLY


def test_what_takes_two():
    single = {kind.TYPE for kind in KINDS if not kind.TWO}
    assert single == {
        "package.taken", "log.taken", "device.enrolled", "attendance.arrived", "attendance.left", "attendance.excused",
        "papers.issued", "admission.cancelled", "paper.replaced", "visit.recorded", "doors.paused", "doors.resumed",
        "sheet.called",
    }  # fmt: skip


def test_an_unknown_kind_is_refused():
    with pytest.raises(Refusal, match="unknown_kind"):
        ev.read("papers.forged", {})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
def test_a_line_is_salted_exactly_where_it_names_a_voter(kind: type[ev.Event]):
    assert kind.NAMES_VOTER is bool(ABOUT_PEOPLE & {one.name for one in fields(kind)})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
def test_no_event_ties_a_voter_to_a_vote(kind: type[ev.Event]):
    """Secrecy: what names a voter holds no vote, and what holds votes names no voter, no time and no single paper."""
    names = _names(kind)
    assert not (names & ABOUT_PEOPLE and names & ABOUT_VOTES)
    assert not names & {"serial", "ballot", "number_on_paper", "at", "time"}


def _names(kind: Any) -> set[str]:
    """Names of all fields of a class and of the classes inside them."""
    inside = {"SheetContest": ev.SheetContest, "Contest": ev.Contest, "Elected": ev.Elected, "Tail": ev.Tail}
    own = {one.name for one in fields(kind)}
    deeper = [cls for one in fields(kind) for name, cls in inside.items() if name in str(one.type) and cls is not kind]
    return own.union(*(_names(cls) for cls in deeper))


def test_a_state_of_anything_that_can_be_read_has_a_fingerprint():
    """Names in foreign letters and sums past 2^53 come from no honest station, and stop nobody from looking."""
    state = State("")
    strange = [
        ev.PapersReceived(1, {"票": LARGEST}),
        ev.PapersReceived(1, {"票": LARGEST}),
        ev.BoxWrittenOff(1, "流动箱\\", "?"),
        ev.StationWrittenOff(1, "小学", "?"),
        ev.DifferenceExplained(1, "红票", "各处", -LARGEST, "?"),
    ]
    for seq, event in enumerate([*EXAMPLES, *strange], start=1):
        apply(state, event, Origin("a" * 52, "0" * 32, seq, "f" * 64, "2026-11-08T08:00:00Z", "zhou", "d"))
    assert len(fingerprint(state, "5e" * 32)) == 64
