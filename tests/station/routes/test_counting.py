"""The evening by its forms: boxes counted, papers called, the equation, the result declared."""

import pytest

from rehearsal.phone import Page
from tests import cast
from tests.station.routes.desk import Desk, Office, papers

VOTERS = range(1, 25)


@pytest.fixture
def counted(office: Office, zhou: Desk) -> Desk:
    """24 voters, every paper in the box, the box counted and both piles mixed."""
    office.place.admits(*VOTERS)
    office.place.closes()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", **papers(24, 24))
    for paper in cast.PAPERS:
        assert zhou.and_("sun", f"/count/{paper}/mix").status == 200
    return zhou


def call(desk: Desk, paper: str = cast.RED, **values: str | list[str]) -> Page:
    return desk.does(f"/count/{paper}", **values)


def call_all(desk: Desk, paper: str, post: str, names: list[str]) -> None:
    """Every paper of the pile names these; then the sheet is totalled."""
    for _ in VOTERS:
        assert call(desk, paper, **{f"vote-{post}": names}).status == 200
    desk.does(f"/count/{paper}", "/sheet")


def test_a_box_with_a_broken_seal_is_opened_as_such(office: Office, zhou: Desk):
    office.place.admits(*VOTERS)
    office.place.closes()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001", intact=[])
    assert not office.place.keeper.state.mine.rounds[1].box[cast.HALL_1].seal_intact


def test_what_blocks_the_count_is_said_in_words(office: Office, zheng: Desk):
    office.place.closes()
    assert "一号箱还没有清点" in zheng.sees("/count").text


def test_a_called_paper_adds_a_stroke(counted: Desk, zheng: Desk):
    page = call(zheng, **{"vote-director": "wang"})
    assert "已唱 1 / 24" in page.text
    assert "王建国 1" in page.text


def test_a_repeated_paper_is_called_once(counted: Desk, zheng: Desk):
    form = zheng.sees("/count/red").form("/count/red")
    zheng.phone.send(form, **{"vote-director": "wang"})
    assert "已唱 1 / 24" in zheng.phone.send(form, **{"vote-director": "wang"}).text


def test_blank_and_void_are_pressed_not_left_empty(counted: Desk, zheng: Desk):
    assert "请按“弃权”" in call(zheng).text
    assert "弃权 1" in call(zheng, whole="blank").text
    page = call(zheng, whole="void")
    assert "这张票为什么无效" in page.text
    assert "无效 1" in zheng.phone.send(page.form("/count/red"), whole="over").text


def test_an_invented_reason_for_void_is_refused(counted: Desk, zheng: Desk):
    assert call(zheng, whole="ugly").status == 400


def test_a_name_written_in_is_found_on_the_roll(counted: Desk, zheng: Desk):
    page = call(zheng, find="director", **{"written-director": "何平"})
    assert "person-7" in page.form("/count/red").choices["vote-director"]
    page = zheng.phone.send(page.form("/count/red"), **{"vote-director": "person-7"})
    assert "另选：何平 1" in page.text


def test_a_candidate_written_in_is_the_candidate(counted: Desk, zheng: Desk):
    page = call(zheng, find="director", **{"written-director": "王建国"})
    offered = page.form("/count/red").choices["vote-director"]
    assert f"person-{cast.WANG}" not in offered
    assert "wang" in offered


def test_the_last_paper_is_taken_back(counted: Desk, zheng: Desk):
    call(zheng, **{"vote-director": "wang"})
    page = zheng.does("/count/red", "/undo")
    assert "已唱 0 / 24" in page.text


def test_more_names_than_seats_are_refused(counted: Desk, zheng: Desk):
    page = call(zheng, **{"vote-director": ["wang", "li"]})
    assert page.status == 409


def test_a_sheet_of_few_papers_is_not_totalled(counted: Desk, zheng: Desk):
    call(zheng, **{"vote-director": "wang"})
    page = zheng.does("/count/red", "/sheet")
    assert page.status == 409
    assert "至少要 10 张" in page.text


def test_no_single_paper_stands_in_an_address(counted: Desk, zheng: Desk):
    assert call(zheng, **{"vote-director": "wang"}).url.endswith("/count/red")


def test_an_observer_sees_the_board_without_its_buttons(counted: Desk, tang: Desk):
    page = tang.sees("/count/red")
    assert "王建国" in page.text
    assert "下一张" not in page.text


def test_the_whole_evening_ends_with_a_declared_result(counted: Desk, zheng: Desk):
    call_all(zheng, cast.RED, "director", ["wang"])
    call_all(zheng, cast.WHITE, "member", ["zhang", "chen"])
    for paper in cast.PAPERS:
        counted.and_("sun", f"/count/{paper}/close")
    assert "还没有 小学分会场 的关门和清点记录" in counted.sees("/result/1").text
    counted.and_("sun", "/result/1/write-off/school", reason="线路中断")
    page = counted.and_("sun", "/result/1/declare")
    for told in ("主任 · 当选 王建国 24 票", "参加投票 24 ÷ 登记 44", "54.5%", "须超过 22，即至少 23", "选举有效"):
        assert told in page.text


def test_nothing_is_declared_while_a_station_is_missing(counted: Desk):
    page = counted.and_("sun", "/result/1/declare")
    assert page.status == 409


def test_a_difference_is_explained_by_two(office: Office, zhou: Desk):
    office.place.admits(*VOTERS)
    office.place.closes()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", **papers(23, 24))
    assert "少收回 1 张" in zhou.sees("/ledger").text
    page = zhou.and_("sun", f"/ledger/{cast.RED}/explain/boxes", reason="一人带走选票")
    assert "相差 1 张，已由两人说明" in page.text


def test_a_paper_not_returned_closes_the_equation(office: Office, zhou: Desk):
    office.place.admits(*VOTERS)
    office.place.closes()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", **papers(23, 24))
    zhou.and_("sun", f"/ledger/{cast.RED}/not-returned", count="1", reason="一人带走选票")
    assert "少收回" not in zhou.sees("/ledger").text


def test_a_box_is_counted_again_with_a_reason(office: Office, zhou: Desk):
    office.place.admits(*VOTERS)
    office.place.closes()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", **papers(23, 24))
    page = zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", again="漏数一张", **papers(24, 24))
    assert "48 张" in page.text


def test_more_papers_than_went_out_leads_to_the_box_that_may_be_counted_again(office: Office, zhou: Desk):
    office.place.closes()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", **papers(1, 0))
    page = zhou.sees("/ledger")
    assert "重新清点一号箱" in page.links
    assert "重新混合" in page.text
