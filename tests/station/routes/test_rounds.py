"""A station's morning and evening by its forms: the log is begun, the round called, opened, paused, closed."""

from tests import cast
from tests.station.routes.desk import Desk, Office, papers


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
