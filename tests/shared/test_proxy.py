"""Proxy voting (PX1, PX2): a named holder, in writing, on the published list, a limited number for each."""

from shared import events as ev
from tests.cast import (
    DING_2,
    DING_3,
    DING_4,
    ENTRUSTED_WANG,
    GAO,
    HALL_ALONE,
    HE_PING,
    LAO_DING,
    MA_HONG,
    PAPERS,
    SCHOOL_AWAY,
    SETUP,
    UNPUBLISHED,
    WANG,
    YU,
    under,
)
from tests.shared.day import open_hall, open_village, refused


def test_the_holder_uses_the_right_of_the_principal():
    hall = open_hall()
    hall.admits_holder(LAO_DING, MA_HONG)
    hall.admits(MA_HONG)
    assert [(use.right, use.holder) for use in hall.state.uses(1, LAO_DING)] == [("proxy", MA_HONG)]


def test_without_a_registered_proxy_there_is_none():
    assert refused(lambda: open_hall().admits_holder(HE_PING, MA_HONG)).code == "proxy_missing"


def test_somebody_else_than_the_holder_is_refused():
    assert refused(lambda: open_hall().admits_holder(LAO_DING, YU)).code == "proxy_holder_differs"


def test_one_s_own_right_has_no_holder():
    hall = open_hall()
    event = ev.PapersIssued(1, LAO_DING, PAPERS, "own", MA_HONG)
    assert refused(lambda: hall.does(event)).code == "proxy_holder_differs"


def test_a_proxy_off_the_published_list_is_refused_where_publication_is_asked():
    """村组法 15: the names of both are published."""
    assert refused(lambda: open_hall().admits_holder(UNPUBLISHED, GAO)).code == "proxy_unpublished"
    open_hall(under(HALL_ALONE, proxy_needs_publication=False)).admits_holder(UNPUBLISHED, GAO)


def test_a_candidate_holds_no_proxy_unless_the_office_allows_it():
    assert refused(lambda: open_hall().admits_holder(ENTRUSTED_WANG, WANG)).code == "proxy_candidate"
    open_hall(under(HALL_ALONE, candidate_may_hold_proxy=True)).admits_holder(ENTRUSTED_WANG, WANG)


def test_three_proxies_are_used_and_the_fourth_is_refused():
    hall = open_hall()
    for principal in (LAO_DING, DING_2, DING_3):
        hall.admits_holder(principal, MA_HONG)
    refusal = refused(lambda: hall.admits_holder(DING_4, MA_HONG))
    assert (refusal.code, refusal.facts["limit"]) == ("proxy_limit", 3)


def test_the_limit_counts_what_the_holder_used_not_who_came_in_person():
    hall = open_hall()
    hall.admits(LAO_DING)
    for principal in (DING_2, DING_3, DING_4):
        hall.admits_holder(principal, MA_HONG)


def test_the_limit_is_a_parameter():
    hall = open_hall(under(HALL_ALONE, proxies_per_holder=1))
    hall.admits_holder(LAO_DING, MA_HONG)
    assert refused(lambda: hall.admits_holder(DING_2, MA_HONG)).code == "proxy_limit"


def test_a_cancelled_proxy_gives_the_holder_the_place_back():
    hall = open_hall(under(HALL_ALONE, proxies_per_holder=1))
    hall.admits_holder(LAO_DING, MA_HONG)
    hall.cancels(LAO_DING)
    hall.admits_holder(DING_2, MA_HONG)


def test_a_proxy_is_used_at_the_home_of_the_principal():
    hall, school = open_village(SETUP)
    assert refused(lambda: hall.admits_holder(SCHOOL_AWAY, HE_PING)).code == "other_home"
    school.admits_holder(SCHOOL_AWAY, HE_PING)
