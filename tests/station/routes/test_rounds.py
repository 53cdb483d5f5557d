"""A station's morning and evening by its forms: the log is begun, the round called, opened, paused, closed."""

from tests import cast
from tests.station.routes.desk import PIN, Desk, Office, papers


def test_two_officials_compare_the_package_and_begin_the_log(morning: Office):
    zhou = morning.desk("zhou")
    page = zhou.sees("/")
    for told in ("六合镇村民委员会换届选举", "44 人，本站 30 人", "根指纹"):
        assert told in page.text
    assert "本站记录已开启" in zhou.and_("sun", "/start").text
    assert morning.events == 2


def test_one_official_alone_begins_nothing(morning: Office):
    page = morning.desk("zhou").does("/start")
    assert "请选择第二名工作人员" in page.text
    assert morning.events == 0


def test_a_clerk_waits_for_whoever_may_begin(morning: Office):
    assert "等待主持人或监票人" in morning.desk("wu").sees("/").text


def test_what_is_missing_stands_before_each_step(morning: Office):
    zhou = morning.desk("zhou")
    zhou.and_("sun", "/start")
    zhou.and_("sun", "/rounds/call")
    page = zhou.sees("/rounds")
    assert "固定票箱已当众封好" in page.links
    assert "主任选票已清点登记" in page.links


def test_a_round_opens_when_nothing_is_missing(morning: Office):
    zhou = morning.desk("zhou")
    for path, values in (
        ("/start", {}),
        ("/rounds/call", {}),
        (f"/boxes/{cast.HALL_1}/seal", {"seal": "0417"}),
        ("/papers/receive", papers(60, 60)),
    ):
        assert zhou.and_("sun", path, **values).status == 200
    page = zhou.and_("sun", "/rounds/open")
    assert "投票中" in page.text


def test_doors_do_not_open_on_an_unsealed_box(morning: Office):
    zhou = morning.desk("zhou")
    zhou.and_("sun", "/start")
    zhou.and_("sun", "/rounds/call")
    page = zhou.and_("sun", "/rounds/open")
    assert page.status == 409
    assert "还没有封好的固定票箱" in page.text


def test_papers_are_numbers(zhou: Desk):
    page = zhou.and_("sun", "/papers/receive", **{"papers-red": "许多", "papers-white": ""})
    assert "请填写" in page.text


def test_a_delivery_too_large_to_be_true_is_asked_again(zhou: Desk, office: Office):
    events = office.events
    page = zhou.and_("sun", "/papers/receive", **papers(6000, 60))
    assert "最多 588 张" in page.text
    assert page.form("/receive").fields["papers-red"] == ["6000"]
    assert office.events == events


def test_a_wrong_delivery_is_corrected_by_two(zhou: Desk, office: Office):
    page = zhou.and_("sun", "/papers/correct", reason="多点了一张", **papers(59, 60))
    assert "领到的张数已更正" in page.text
    assert office.place.keeper.state.mine.rounds[1].paper[cast.RED].received == 59
    assert "更正领到的张数" in zhou.sees("/log").text


def test_the_desk_is_counted_again_from_the_ledger(zhou: Desk, wu: Desk):
    wu.admits(cast.YU)
    page = zhou.and_("sun", "/rounds/close", **papers(59, 58))
    assert "重新清点桌上的选票" in page.text
    page = zhou.and_("sun", "/ledger/recount", reason="漏点一张", **papers(59, 59))
    assert "已重新清点" in page.text
    assert "桌上相差" not in page.text


def test_a_pause_stops_the_desk_until_it_ends(zhou: Desk, wu: Desk):
    stale = wu.sees(f"/voter/{cast.YU}").form("/admit")
    zhou.does("/rounds/pause", reason="停电")
    assert wu.phone.send(stale).status == 409
    zhou.does("/rounds", "/resume")
    assert wu.admits(cast.YU).status == 200


def test_an_act_of_a_round_does_not_slip_into_another(wu: Desk):
    page = wu.admits(cast.YU, round="7")
    assert page.status == 409


def test_closing_counts_what_is_left_on_the_desk(zhou: Desk, wu: Desk):
    wu.admits(cast.YU)
    page = zhou.and_("sun", "/rounds/close", **papers(59, 58))
    assert "已停止投票" in page.text
    assert "中心会场 的桌上相差 1 张" in page.text


def test_the_header_and_the_strip_follow_the_round(wu: Desk):
    wu.admits(cast.YU)
    page = wu.sees("/")
    assert "主任、委员选举 · 第 1 轮" in page.text
    assert "应到 30 已领票 1 发出 2 作废换票 0" in page.text


def test_a_refused_act_comes_back_with_what_was_typed(zhou: Desk, office: Office):
    office.place.closes()
    page = zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-002")
    kept = page.form("/open").fields
    assert page.status == 409
    assert page.url.endswith(f"/boxes/{cast.HALL_1}/open")
    assert (kept["seal"], kept["second"], kept["second_pin"]) == (["hall-002"], ["sun"], [""])
    assert "一号箱 的封条号与封箱时登记的不同" in page.text


def test_what_came_back_is_sent_again_once_it_is_right(zhou: Desk, office: Office):
    office.place.closes()
    page = zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-002")
    again = zhou.phone.send(page.form("/open"), seal="hall-001", second_pin=PIN)
    assert "票箱已打开" in again.text


def test_before_the_call_there_is_a_way_to_it_and_nothing_to_fill_in(morning: Office):
    zhou = morning.desk("zhou")
    zhou.and_("sun", "/start")
    for path in ("/papers/receive", f"/boxes/{cast.HALL_1}/seal", "/rounds/open"):
        page = zhou.sees(path)
        assert page.forms == []
        assert page.links["召集本轮"].endswith("/rounds/call")


def test_an_unknown_round_has_no_page(zhou: Desk):
    assert zhou.sees("/result/99").status == 404


def test_closed_doors_have_no_form_to_close_them(zhou: Desk):
    zhou.and_("sun", "/rounds/close", **papers(60, 60))
    assert zhou.sees("/rounds/close").url.endswith("/ledger")
