"""A short day at the hall and the school, through the commands that the screens call."""

import pytest

from shared.errors import Refusal
from shared.ledger import ledger
from station.checking import check
from station.commands import ballots, boxes, check_in, counting, log, roaming, rounds
from station.commands.counting import Mark
from station.receiving import receive
from station.sending import cut_now
from station.store import outbox
from station.store.opening import reading
from tests import cast
from tests.station.place import Place


def carry(from_: Place, to: Place) -> None:
    """A stick goes from one station to the other, and what is on it is taken in."""
    cut_now(from_.keeper)
    with reading(from_.keeper.engine) as connection:
        files = [cut.raw for cut in outbox.every(connection)]
    for raw in files:
        receive(to.keeper, raw)
    log.take(to.keeper, to.heads)


def test_who_is_admitted_is_present(open_hall: Place):
    open_hall.admits(cast.HE_PING)
    assert open_hall.keeper.state.mine.attendance == {cast.HE_PING: "present"}


def test_a_proxy_holder_takes_all_papers_in_one_act(open_hall: Place):
    check_in.admit_with_proxies(
        open_hall.keeper, open_hall.clerk, cast.MA_HONG, principals=[cast.LAO_DING, cast.DING_2]
    )
    rights = [open_hall.keeper.state.uses(1, no)[0].right for no in (cast.MA_HONG, cast.LAO_DING, cast.DING_2)]
    assert rights == ["own", "proxy", "proxy"]
    assert open_hall.keeper.state.mine.attendance == {cast.MA_HONG: "present"}


def test_a_cancelled_admission_may_be_made_again(open_hall: Place):
    open_hall.admits(cast.HE_PING)
    check_in.cancel(open_hall.keeper, open_hall.clerk, cast.HE_PING, reason="发错了人", handed_back=[cast.RED])
    open_hall.admits(cast.HE_PING)
    assert len(open_hall.keeper.state.uses(1, cast.HE_PING)) == 1


def test_a_voter_of_the_school_is_admitted_by_two_with_a_reason(open_hall: Place):
    with pytest.raises(Refusal, match="other_home"):
        open_hall.admits(31)
    check_in.admit(open_hall.keeper, (*open_hall.clerk, open_hall.heads[0]), 31, override="人在中心会场")
    assert open_hall.keeper.state.uses(1, 31)[0].override == "人在中心会场"


def test_a_form_of_an_earlier_round_is_judged_by_its_own_round(open_hall: Place):
    with pytest.raises(Refusal, match="round_not_open"):
        check_in.admit(open_hall.keeper, open_hall.clerk, cast.HE_PING, round_=2)


def test_a_spoiled_paper_is_replaced(open_hall: Place):
    open_hall.admits(cast.HE_PING)
    ballots.replace(open_hall.keeper, open_hall.clerk, cast.HE_PING, paper=cast.RED, reason="写坏")
    line = ledger(open_hall.keeper.state, open_hall.keeper.setup, 1, cast.RED)
    assert (line.issued, line.spoiled, line.rights) == (2, 1, 1)


def test_the_roaming_box_goes_out_and_comes_back(open_hall: Place):
    keeper, heads = open_hall.keeper, open_hall.heads
    papers = {cast.RED: 4, cast.WHITE: 4}
    boxes.seal(keeper, heads, cast.ROAMING, seal="r-1")
    listed = roaming.applied(keeper.setup, cast.ROAMING)
    roaming.send(keeper, heads, cast.ROAMING, voters=listed, team=("sun", "qian", "feng"), papers=papers)
    with pytest.raises(Refusal, match="right_leased"):
        open_hall.admits(listed[0])

    roaming.return_box(keeper, heads, cast.ROAMING, seal="r-1", intact=True, papers={cast.RED: 3, cast.WHITE: 3})
    roaming.visit(keeper, open_hall.clerk, cast.ROAMING, voter=listed[0], outcome="voted")
    roaming.visit(keeper, open_hall.clerk, cast.ROAMING, voter=listed[1], outcome="absent")
    roaming.complete(keeper, heads, cast.ROAMING)

    assert [use.right for use in keeper.state.uses(1, listed[0])] == ["roaming"]
    open_hall.admits(listed[1])
    assert ledger(keeper.state, keeper.setup, 1, cast.RED).open_differences() == {"boxes": 2}


def test_the_lead_closes_the_round_with_its_doors(open_hall: Place):
    open_hall.admits(*range(3, 11))
    open_hall.closes()
    page = open_hall.keeper.state.mine.rounds[1]
    assert (page.closed, page.doors) == (True, "closed")
    with pytest.raises(Refusal, match="box_uncounted"):
        rounds.declare(open_hall.keeper, open_hall.heads)


def test_orders_and_counts_travel_between_hall_and_school(open_hall: Place, school: Place):
    with pytest.raises(Refusal, match="round_not_called"):
        rounds.open_(school.keeper, school.heads)
    carry(open_hall, school)
    school.opens()
    school.admits(*range(31, 44))
    open_hall.admits(*range(3, 20))
    school.closes()
    open_hall.closes()
    call(school, {cast.RED: Mark(votes=("wang",)), cast.WHITE: Mark(votes=("chen",))})
    call(open_hall, {cast.RED: Mark(votes=("wang",)), cast.WHITE: Mark(votes=("chen", "liu"))})
    carry(school, open_hall)

    rounds.declare(open_hall.keeper, open_hall.heads)

    page = open_hall.keeper.state.mine.rounds[1]
    assert page.declared == "valid"
    assert [(one.candidate, one.votes) for one in page.elected] == [("wang", 30), ("chen", 30), ("liu", 17)]
    assert check(open_hall.keeper).findings == check(school.keeper).findings == ()


def call(place: Place, marks: dict[str, Mark]) -> None:
    """Open and count the box, then call both piles, each on one sheet."""
    place.counts()
    counting.mix(place.keeper, place.heads, cast.WHITE)
    for paper, mark in marks.items():
        for _ in range(counting.sheet(place.keeper, paper).pile):
            counting.call_paper(place.keeper, paper, marks=mark)
        counting.close_sheet(place.keeper, place.heads[1:], paper)
        counting.close_pile(place.keeper, place.heads, paper)


def test_the_next_round_is_the_one_that_is_due(open_hall: Place):
    with pytest.raises(Refusal, match="nothing_due"):
        rounds.call_next(open_hall.keeper, open_hall.heads)
