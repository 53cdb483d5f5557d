"""The desk by its forms: found, admitted, refused, cancelled, replaced."""

from concurrent.futures import ThreadPoolExecutor

from rehearsal.phone import Page
from tests import cast
from tests.station.routes.desk import PIN, Desk, Office


def test_a_voter_is_found_and_told_apart(wu: Desk):
    page = wu.finds("何平")
    assert page.status == 200
    assert "何平" in page.text
    assert "户 007 · 1957年生 · …0007" in page.text


def test_a_name_that_was_searched_for_stands_in_no_address(wu: Desk):
    assert wu.finds("何平").url.endswith("/")


def test_nobody_found_says_what_to_try(wu: Desk):
    assert "没有找到" in wu.finds("zzz").text


def test_an_admission_hands_out_one_paper_of_each_type(wu: Desk, office: Office):
    page = wu.admits(cast.YU)
    assert page.status == 200
    assert "发给 主任选票 1 张 · 委员选票 1 张" in page.text
    assert len(office.place.keeper.state.uses(1, cast.YU)) == 1


def test_the_answer_survives_a_reload(wu: Desk):
    page = wu.admits(cast.YU)
    assert wu.sees(page.url).text == page.text


def test_the_second_tap_is_the_same_act(wu: Desk, office: Office):
    form = wu.sees(f"/voter/{cast.YU}").form("/admit")
    first = wu.phone.send(form)
    events = office.events
    again = wu.phone.send(form)
    assert (again.url, office.events) == (first.url, events)


def test_two_desks_at_once_admit_a_voter_once(office: Office):
    desks = [office.desk("wu", "1 号桌"), office.desk("zhou", "2 号桌")]
    forms = [desk.sees(f"/voter/{cast.YU}").form("/admit") for desk in desks]
    with ThreadPoolExecutor(2) as both:
        pages = list(both.map(lambda pair: pair[0].phone.send(pair[1]), zip(desks, forms, strict=True)))
    assert sorted(page.status for page in pages) == [200, 409]


def test_a_refusal_says_who_when_and_where(wu: Desk, office: Office):
    form = office.desk("zhou").sees(f"/voter/{cast.YU}").form("/admit")
    other = office.desk("zhou")
    stale = other.sees(f"/voter/{cast.YU}").form("/admit")
    wu.admits(cast.YU)
    page = other.phone.send(stale)
    assert page.status == 409
    assert form.action == stale.action
    for told in ("不能发票", "于海", "08:00", "中心会场", "1 号桌", "吴刚"):
        assert told in page.text


def test_whoever_has_ballots_already_is_refused_as_soon_as_tapped(wu: Desk):
    wu.admits(cast.YU)
    page = wu.sees(f"/voter/{cast.YU}")
    assert "不能发票" in page.text
    assert page.forms == []


def test_a_proxy_takes_the_papers_of_both(wu: Desk):
    page = wu.admits(cast.MA_HONG, rights=[str(cast.MA_HONG), str(cast.LAO_DING)])
    assert "发给 主任选票 2 张 · 委员选票 2 张" in page.text
    assert "代 丁福根" in page.text


def test_a_proxy_without_the_own_right_takes_one_set(wu: Desk):
    page = wu.admits(cast.MA_HONG, rights=[str(cast.LAO_DING)])
    assert "发给 主任选票 1 张" in page.text


def test_only_as_many_proxies_are_ticked_as_one_person_may_use(wu: Desk):
    ticked = wu.sees(f"/voter/{cast.MA_HONG}").form("/admit").fields["rights"]
    assert ticked == [str(no) for no in (cast.MA_HONG, cast.LAO_DING, cast.DING_2, cast.DING_3)]


def test_no_right_ticked_changes_nothing(wu: Desk, office: Office):
    events = office.events
    page = wu.admits(cast.MA_HONG, rights=[])
    assert "没有勾选任何选举权" in page.text
    assert office.events == events


def test_an_unpublished_proxy_is_shown_with_its_reason(wu: Desk):
    assert "没有列入公布的名单" in wu.sees(f"/voter/{cast.GAO}").text


def test_a_voter_of_another_station_is_sent_there(wu: Desk):
    page = wu.admits(31)
    assert page.status == 409
    assert "小学分会场" in page.text


def test_the_reason_for_a_voter_of_another_station_is_asked_for_beside_its_field(wu: Desk, office: Office):
    events = office.events
    for reason in ("", "远"):
        page = wu.admits(31, override=reason, second="zhou", second_pin=PIN)
        assert "请写明为什么在本站发票，至少 4 个字" in page.text
        assert page.form("/admit").fields["second"] == ["zhou"]
    assert office.events == events


def test_two_officials_may_admit_a_voter_of_another_station(wu: Desk, office: Office):
    page = wu.admits(31, override="腿脚不便", second="zhou", second_pin=PIN)
    assert "已签到" in page.text
    assert office.place.keeper.state.uses(1, 31)[0].override == "腿脚不便"


def test_a_wrong_second_pin_costs_nothing_that_was_typed(wu: Desk, office: Office):
    events = office.events
    page = wu.admits(31, override="腿脚不便", second="zhou", second_pin="000000")
    kept = page.form("/admit").fields
    assert "密码" in page.text
    assert (kept["override"], kept["second"], office.events) == (["腿脚不便"], ["zhou"], events)


def test_nobody_is_their_own_second(wu: Desk):
    page = wu.admits(31, override="腿脚不便", second="wu", second_pin=PIN)
    assert "请另一名工作人员确认" in page.text


def cancel(desk: Desk, voter: int, **values: str | list[str]) -> Page:
    return desk.does(f"/voter/{voter}/cancel", **values)


def test_a_cancelled_admission_frees_the_right(wu: Desk, office: Office):
    wu.admits(cast.YU)
    page = cancel(wu, cast.YU, reason="选错人", handed_back=[cast.RED])
    assert "领票已撤销" in page.text
    assert "收回并作废：主任选票" in page.text
    assert office.place.keeper.state.uses(1, cast.YU) == []


def test_a_cancellation_needs_a_reason(wu: Desk):
    wu.admits(cast.YU)
    assert "请写明原因" in cancel(wu, cast.YU, reason=" ").text


def test_a_spoiled_paper_is_replaced(wu: Desk):
    wu.admits(cast.YU)
    page = wu.does(f"/voter/{cast.YU}/replace", paper=cast.WHITE, reason="写坏")
    assert "换发 委员选票 1 张" in page.text
    assert "作废换票 1" in wu.sees("/ledger").text


def test_who_was_never_admitted_gets_no_replacement(wu: Desk):
    assert "没有领过票的不能换票" in wu.sees(f"/voter/{cast.YU}/replace").text


def test_an_unknown_roll_number_is_no_page(wu: Desk):
    assert wu.sees(f"/voter/{cast.STRANGER}").status == 404


def test_attendance_is_marked_apart_from_papers(wu: Desk, office: Office):
    wu.does(f"/attendance/{cast.YU}", mark="excused", reason="住院")
    assert office.place.keeper.state.mine.attendance[cast.YU] == "excused"
    assert "于海" in wu.sees("/attendance?show=excused").text


def test_an_excuse_needs_its_reason(wu: Desk):
    assert "请写明请假原因" in wu.does(f"/attendance/{cast.YU}", mark="excused").text


def test_an_answer_is_made_from_the_log_and_from_no_address(wu: Desk, office: Office):
    wu.admits(cast.YU)
    last = office.events
    for address in (f"cancelled/{last}-{last}", "cancelled/1-1", f"replaced/{last}", "replaced/9999", "cancelled/9-3"):
        assert wu.sees(f"/voter/{cast.YU}/{address}?papers=red").status == 404


def test_the_answer_of_a_replacement_belongs_to_its_voter(wu: Desk):
    wu.admits(cast.YU)
    page = wu.does(f"/voter/{cast.YU}/replace", paper=cast.WHITE, reason="写坏")
    address = page.url.partition("/voter/")[2].partition("/")[2]
    assert wu.sees(f"/voter/{cast.YU}/{address}").text == page.text
    assert wu.sees(f"/voter/{cast.HE_PING}/{address}").status == 404


def test_what_a_holder_took_is_cancelled_at_once(wu: Desk, office: Office):
    both = [str(cast.MA_HONG), str(cast.LAO_DING)]
    wu.admits(cast.MA_HONG, rights=both)
    assert wu.sees(f"/voter/{cast.MA_HONG}/cancel").form("/cancel").fields["rights"] == both
    assert "代 丁福根" in cancel(wu, cast.MA_HONG, reason="选错人").text
    assert [office.place.keeper.state.uses(1, int(no)) for no in both] == [[], []]


def test_a_cancellation_says_what_stays_used(wu: Desk, office: Office):
    wu.admits(cast.MA_HONG, rights=[str(cast.MA_HONG), str(cast.LAO_DING)])
    page = cancel(wu, cast.MA_HONG, reason="选错人", rights=[str(cast.MA_HONG)])
    assert "仍算已领票：代 丁福根" in page.text
    assert len(office.place.keeper.state.uses(1, cast.LAO_DING)) == 1


def test_a_cancellation_without_a_right_changes_nothing(wu: Desk, office: Office):
    wu.admits(cast.MA_HONG, rights=[str(cast.MA_HONG), str(cast.LAO_DING)])
    events = office.events
    assert "没有勾选任何选举权" in cancel(wu, cast.MA_HONG, reason="选错人", rights=[]).text
    assert office.events == events


def test_a_holder_who_comes_again_is_told_of_their_own_right_first(wu: Desk):
    stale = wu.sees(f"/voter/{cast.MA_HONG}").form("/admit")
    wu.phone.send(stale)
    stale.fields["once"] = ["A" * 22]
    assert "马红（一组） 的投票权" in wu.phone.send(stale).text
