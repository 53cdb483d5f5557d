"""The running book: one act after another, all or nothing, durable before it is answered."""

import sqlite3
import threading
from pathlib import Path

import pytest

from shared import chain, line
from shared import events as ev
from shared.errors import Refusal
from station.checking import check
from station.commands import check_in, log, rounds
from station.keeper import By
from tests import cast
from tests.station.place import Place, lines_of, prepare, run


def test_two_desks_admit_one_voter_at_once_and_exactly_one_does(open_hall: Place):
    answers: list[object] = []
    start = threading.Barrier(8)

    def desk(number: int) -> None:
        start.wait()
        try:
            answers.append(check_in.admit(open_hall.keeper, (By("wu", f"desk-{number}"),), cast.HE_PING))
        except Refusal as refusal:
            answers.append(refusal)

    threads = [threading.Thread(target=desk, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [refusal.code for refusal in refusals] == ["right_used"] * 7
    used = open_hall.keeper.state.uses(1, cast.HE_PING)
    assert len(used) == 1
    assert {refusal.facts["desk"] for refusal in refusals} == {used[0].desk}


def test_many_desks_admit_many_voters_and_every_one_is_in_the_log(open_hall: Place):
    voters = [no for no in cast.HALL_VOTERS if no not in cast.BEDRIDDEN]
    threads = [threading.Thread(target=open_hall.admits, args=(no,)) for no in voters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(len(open_hall.keeper.state.uses(1, no)) == 1 for no in voters)
    assert check(open_hall.keeper).findings == ()


def test_the_same_form_again_gives_the_first_answer_and_writes_nothing(open_hall: Place):
    first = open_hall.admits(cast.HE_PING, token="form-1")
    again = open_hall.admits(cast.HE_PING, token="form-1")

    assert again.repeated
    assert (again.epoch, again.first, again.last, again.at) == (first.epoch, first.first, first.last, first.at)
    assert len(open_hall.keeper.state.uses(1, cast.HE_PING)) == 1


def test_the_same_form_after_a_restart_gives_the_first_answer(tmp_path: Path):
    folder = prepare(tmp_path)
    with run(folder) as hall:
        hall.begins()
        hall.opens()
        first = hall.admits(cast.HE_PING, token="form-1")
    with run(folder, seed=2) as hall:
        assert hall.admits(cast.HE_PING, token="form-1").first == first.first


def test_a_refused_act_writes_nothing(open_hall: Place):
    before = (lines_of(open_hall.keeper), open_hall.keeper.fingerprint())
    with pytest.raises(Refusal, match="voter_unknown"):
        open_hall.admits(cast.STRANGER)
    assert (lines_of(open_hall.keeper), open_hall.keeper.fingerprint()) == before


def test_one_refused_proxy_refuses_the_whole_act(open_hall: Place):
    open_hall.admits(cast.LAO_DING)
    before = (lines_of(open_hall.keeper), open_hall.keeper.fingerprint())
    with pytest.raises(Refusal, match="right_used"):
        check_in.admit_with_proxies(
            open_hall.keeper, open_hall.clerk, cast.MA_HONG, principals=[cast.DING_2, cast.LAO_DING]
        )
    assert (lines_of(open_hall.keeper), open_hall.keeper.fingerprint()) == before


def test_an_act_that_fails_halfway_leaves_nothing_in_memory(open_hall: Place):
    before = (lines_of(open_hall.keeper), open_hall.keeper.fingerprint())
    halfway = [ev.Arrived(cast.HE_PING), ev.Arrived(cast.STRANGER)]
    with pytest.raises(Refusal, match="voter_unknown"):
        open_hall.keeper.propose(halfway, open_hall.clerk)
    assert (lines_of(open_hall.keeper), open_hall.keeper.fingerprint()) == before
    open_hall.admits(cast.HE_PING)
    assert check(open_hall.keeper).fingerprint == open_hall.keeper.fingerprint()


def test_a_failure_halfway_does_not_harm_the_acts_committed_with_it(open_hall: Place):
    halfway = [ev.Arrived(cast.YU), ev.Arrived(cast.STRANGER)]
    threads = [threading.Thread(target=open_hall.admits, args=(no,)) for no in (cast.HE_PING, cast.MA_HONG, cast.GAO)]
    threads.insert(1, threading.Thread(target=_refused, args=(open_hall, halfway)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    admitted = [no for no in (cast.HE_PING, cast.MA_HONG, cast.GAO) if open_hall.keeper.state.uses(1, no)]
    assert admitted == [cast.HE_PING, cast.MA_HONG, cast.GAO]
    assert cast.YU not in open_hall.keeper.state.mine.attendance
    assert check(open_hall.keeper).findings == ()


def _refused(place: Place, events: list[ev.Event]) -> None:
    with pytest.raises(Refusal):
        place.keeper.propose(events, place.clerk)


def test_a_bug_in_one_act_is_raised_where_it_was_asked_and_nowhere_else(open_hall: Place):
    with pytest.raises(ZeroDivisionError):
        open_hall.keeper.propose(lambda state, setup: [ev.Arrived(1 // 0)], open_hall.clerk)
    open_hall.admits(cast.HE_PING)


def test_a_store_that_fails_leaves_nothing_in_memory_and_is_said(open_hall: Place):
    with open_hall.keeper.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON log WHEN NEW.seq = 9 BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        )
    before = (lines_of(open_hall.keeper), open_hall.keeper.fingerprint())
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        open_hall.admits(cast.HE_PING)
    assert (lines_of(open_hall.keeper), open_hall.keeper.fingerprint()) == before
    with open_hall.keeper.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    open_hall.admits(cast.HE_PING)
    assert check(open_hall.keeper).findings == ()


def test_a_restart_gives_the_same_state(tmp_path: Path):
    folder = prepare(tmp_path)
    with run(folder) as hall:
        hall.begins()
        hall.opens()
        hall.admits(cast.HE_PING, cast.MA_HONG)
        before = hall.keeper.fingerprint()
    with run(folder) as hall:
        assert hall.keeper.fingerprint() == before
        assert check(hall.keeper).fingerprint == before


def test_the_chain_of_the_log_holds(open_hall: Place):
    head = chain.start(open_hall.keeper.device, cast.ELECTION_ID, open_hall.keeper.head.epoch)
    assert head.after(lines_of(open_hall.keeper)) == open_hall.keeper.head


def test_a_line_that_names_a_voter_carries_a_salt_and_no_other_does(open_hall: Place):
    open_hall.admits(cast.HE_PING)
    read = [line.read(raw) for raw in lines_of(open_hall.keeper)]
    assert all(bool(one.salt) is ev.KINDS[one.type].NAMES_VOTER for one in read)
    assert len({one.salt for one in read if one.salt}) == 2


def test_nothing_happens_before_two_officials_began_the_log(tmp_path: Path):
    with run(prepare(tmp_path)) as hall:
        with pytest.raises(Refusal, match="log_not_begun"):
            rounds.call_next(hall.keeper, hall.heads)
        with pytest.raises(Refusal, match="second_official_needed"):
            log.start(hall.keeper, hall.heads[:1])
        hall.begins()
        with pytest.raises(Refusal, match="log_begun"):
            hall.begins()
