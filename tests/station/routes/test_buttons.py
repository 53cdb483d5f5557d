"""No page offers what whoever looks at it may not do; it says whose duty it is."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from shared.web import PUBLIC
from station.access import LOOK
from tests import cast
from tests.station.place import Place
from tests.station.routes.desk import Desk, Office, papers
from tests.station.routes.test_access import addresses

LOOKERS = ("tang", "wu")
PAGES = (
    f"/voter/{cast.ZHANG}/record", f"/voter/{cast.YU}/record", "/count/red", "/count/white", "/ledger?station=",
    "/attendance?show=present",
)  # fmt: skip


def ways_of(office: Office, desk: Desk) -> Iterator[tuple[str, str]]:
    """(page, endpoint) of every form and link of every page that one may look at."""
    rules = office.app.extensions["access_rules"]
    adapter = office.app.url_map.bind("localhost")
    pages = [address for endpoint, address in addresses(office.app, "GET") if rules[endpoint] == LOOK]
    for address in (*pages, *PAGES):
        page = desk.sees(address)
        if not page.text or page.status != 200:
            continue
        asked = [(one.action, one.method.upper()) for one in page.forms] + [(href, "GET") for href in page.hrefs]
        for target, method in asked:
            path = urlsplit(target).path
            if path:
                yield address, str(adapter.match(path, method=method)[0])


def refused(office: Office, official: str) -> set[tuple[str, str]]:
    """What a page offers and would answer with 403."""
    rules = office.app.extensions["access_rules"]
    roles = set(cast.SETUP.official[official].roles)
    found = set(ways_of(office, office.desk(official)))
    assert found
    return {
        (page, endpoint) for page, endpoint in found
        if rules[endpoint] not in (PUBLIC, LOOK) and not roles & set(rules[endpoint])
    }  # fmt: skip


@pytest.mark.parametrize("official", LOOKERS)
def test_no_page_of_the_day_offers_what_is_refused(office: Office, official: str):
    office.place.admits(cast.ZHANG)
    assert refused(office, official) == set()


@pytest.mark.parametrize("official", LOOKERS)
def test_no_page_of_the_morning_does(morning: Office, official: str):
    place: Place = morning.place
    place.begins()
    assert refused(morning, official) == set()
    morning.desk("zhou").and_("sun", "/rounds/call")
    assert refused(morning, official) == set()


@pytest.mark.parametrize("official", LOOKERS)
def test_no_page_of_a_pause_does(office: Office, zhou: Desk, official: str):
    zhou.does("/rounds/pause", reason="停电一刻钟")
    assert refused(office, official) == set()


@pytest.mark.parametrize("official", LOOKERS)
def test_no_page_of_the_evening_does(office: Office, zhou: Desk, official: str):
    office.place.admits(*range(1, 25))
    office.place.closes()
    assert refused(office, official) == set()
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{cast.HALL_1}/count", **papers(23, 24))
    zhou.and_("sun", "/count/red/mix")
    assert refused(office, official) == set()


def test_whose_duty_it_is_stands_in_one_line(tang: Desk, wu: Desk):
    for desk in (tang, wu):
        assert "停止投票：由主持人" in desk.sees("/rounds").text
    assert "立即送出：由本站工作人员操作" in tang.sees("/exchange").text
    assert "读入文件：由本站工作人员操作" in tang.sees("/exchange").text
