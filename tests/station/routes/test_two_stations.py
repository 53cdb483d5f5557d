"""Hall and school with nothing but files between them: orders there, a closing and a sealed box back."""

from collections.abc import Iterator

import pytest

from station import sending
from station.store import outbox
from station.store.opening import reading
from tests import cast
from tests.station.place import Place
from tests.station.routes.desk import Desk, Office, papers, served


@pytest.fixture
def annex(school: Place) -> Iterator[Office]:
    """The school, its log begun, no orders yet."""
    with served(school, "shen", "han", "yang") as office:
        yield office


def carry(from_: Office, to: Desk) -> str:
    """Everything that one station has, on a stick, read and taken in at the other."""
    sending.cut_now(from_.place.keeper)
    with reading(from_.place.keeper.engine) as connection:
        files = [(sending.file_name(from_.place.keeper, cut), cut.raw) for cut in outbox.every(connection)]
    to.phone.upload(to.sees("/exchange").form("/upload"), "files", files)
    return to.does("/exchange", "/take-in").text


@pytest.fixture
def shen(office: Office, annex: Office) -> Desk:
    """The school's presiding officer: the hall's orders are here, the doors open, two people voted."""
    shen = annex.desk("shen")
    assert "已并入" in carry(office, shen)
    shen.and_("han", f"/boxes/{cast.SCHOOL_1}/seal", seal="school-001")
    shen.and_("han", "/papers/receive", **papers(20, 20))
    assert shen.and_("han", "/rounds/open").status == 200
    yang = annex.desk("yang")
    for voter in (31, 32):
        assert yang.admits(voter).status == 200
    return shen


def test_a_sub_venue_waits_for_the_leads_orders(annex: Office):
    page = annex.desk("shen").sees("/rounds")
    assert "由中心会场召集" in page.text
    assert "还没有它的记录" in page.text


def test_a_sub_venue_opens_once_the_orders_are_taken_in(shen: Desk):
    assert "投票中" in shen.sees("/").text


def test_a_sealed_box_is_handed_over_and_received(shen: Desk, annex: Office, office: Office, zhou: Desk):
    zhou.and_("sun", "/rounds/close", **papers(60, 60))
    carry(office, shen)
    shen.and_("han", "/rounds/close", **papers(18, 18))
    assert "已移交" in shen.and_("han", f"/boxes/{cast.SCHOOL_1}/hand-over").text
    carry(annex, zhou)
    assert "待接收" in zhou.sees("/boxes").text
    page = zhou.and_("sun", f"/boxes/{cast.SCHOOL_1}/receive", seal="school-001")
    assert "票箱已接收" in page.text


def test_a_right_used_at_both_places_is_seen_by_everybody(shen: Desk, annex: Office, office: Office, zhou: Desk):
    wu = office.desk("wu")
    assert wu.admits(31, override="人在会场", second="zhou", second_pin="135790").status == 200
    carry(annex, zhou)
    assert "有 1 人的选举权被使用了两次" in wu.sees("/").text
    page = zhou.sees("/result/1")
    for told in ("村民31 的选举权被使用了两次", "小学分会场 1 号桌 · 杨帆 经手", "中心会场 1 号桌 · 吴刚 经手"):
        assert told in page.text
