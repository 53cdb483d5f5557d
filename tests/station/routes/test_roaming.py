"""A roaming box by its forms: out under a lease, back, its visits typed from the paper form."""

import pytest

from tests import cast
from tests.station.routes.desk import Desk, Office, papers

BOX = f"/roaming/{cast.ROAMING}"
TEAM = ["qian", "feng", "sun"]


@pytest.fixture
def away(zhou: Desk) -> Desk:
    """The box is out with the four who asked for it."""
    zhou.and_("sun", f"/boxes/{cast.ROAMING}/seal", seal="0418")
    assert zhou.and_("sun", f"{BOX}/send", team=TEAM, **papers(5, 5)).status == 200
    return zhou


@pytest.fixture
def back(away: Desk) -> Desk:
    away.and_("sun", f"{BOX}/return", seal="0418", **papers(3, 3))
    return away


def test_the_list_is_of_those_who_asked(zhou: Desk):
    zhou.and_("sun", f"/boxes/{cast.ROAMING}/seal", seal="0418")
    form = zhou.sees(f"{BOX}/send").form("/send")
    assert form.fields["voters"] == [str(no) for no in cast.BEDRIDDEN]


def test_a_team_that_is_too_small_does_not_leave(zhou: Desk):
    zhou.and_("sun", f"/boxes/{cast.ROAMING}/seal", seal="0418")
    page = zhou.and_("sun", f"{BOX}/send", team=["qian"], **papers(5, 5))
    assert page.status == 409
    assert "同行" in page.text


def test_the_desk_refuses_whose_right_is_away_and_says_where(away: Desk, wu: Desk):
    page = wu.sees(f"/voter/{cast.BEDRIDDEN[0]}")
    assert "不能发票" in page.text
    assert "流动箱" in page.text
    assert page.forms == []


def test_two_officials_take_a_right_back(away: Desk, wu: Desk):
    away.and_("sun", f"{BOX}/take-back", voters=["20"], reason="本人来到会场")
    assert wu.admits(20).status == 200


def test_visits_are_typed_line_by_line(back: Desk, office: Office):
    page = back.does(f"{BOX}/visits", **{"outcome-20": "voted", "helper-20": "y", "outcome-21": "absent"})
    assert "已登记 2 人" in page.text
    assert office.place.keeper.state.uses(1, 20)[0].right == "roaming"


def test_a_repeated_form_of_visits_records_nothing_twice(back: Desk, office: Office):
    form = back.sees(f"{BOX}/visits").form("/visits")
    back.phone.send(form, **{"outcome-20": "voted"})
    events = office.events
    back.phone.send(form, **{"outcome-20": "voted"})
    assert office.events == events


def test_an_invented_outcome_is_refused(back: Desk):
    assert back.does(f"{BOX}/visits", **{"outcome-20": "flown"}).status == 400


def test_when_all_is_entered_the_rest_may_vote_at_the_desk(back: Desk, wu: Desk):
    back.does(f"{BOX}/visits", **{"outcome-20": "voted", "outcome-21": "voted", "outcome-22": "absent"})
    page = back.and_("sun", f"{BOX}/complete")
    assert "上门登记完毕" in page.text
    assert wu.admits(23).status == 200


def test_a_box_does_not_leave_with_fewer_papers_than_voters(zhou: Desk):
    zhou.and_("sun", f"/boxes/{cast.ROAMING}/seal", seal="0418")
    page = zhou.and_("sun", f"{BOX}/send", team=["qian", "feng", "sun"], **papers(1, 5))
    assert page.status == 409
    assert "不够" in page.text


def test_the_visits_say_where_the_papers_are(back: Desk):
    back.does(f"{BOX}/visits", **{"outcome-20": "voted"})
    assert "主任选票 5 = 发出 1 + 带回 3 · 还差 1" in back.sees(f"{BOX}/visits").text


def test_more_votes_than_papers_are_refused_beside_the_form(back: Desk, office: Office):
    events = office.events
    three = {"outcome-20": "voted", "outcome-21": "voted", "outcome-22": "voted"}
    page = back.does(f"{BOX}/visits", **three)
    assert "投票的人比发出的选票多" in page.text
    assert page.form("/visits").fields["outcome-22"] == ["voted"]
    assert office.events == events
    assert "已登记 3 人" in back.and_("sun", f"{BOX}/visits", **three).text
