"""The office's pages in a real browser: wide and on a phone, both languages; a case settled by two people."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from central import create_app
from tests.central.offices import PASSWORD, Office, Person
from tests.central.village import UNIT, close, hall, school

pytestmark = pytest.mark.browser
WIDE, PHONE = (1280, 900), (390, 844)
PATHS = (
    "/",
    f"/station/{UNIT}/hall",
    "/cases",
    f"/case/{UNIT}/right/1/25",
    "/results",
    f"/result/{UNIT}",
    "/files",
    "/waiting",
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A day that is counted; voter 25 was admitted twice, and one record comes from a newer version."""
    office = Office(tmp_path)
    lead = hall()
    branch = school(lead).admit(*range(21, 31))
    lead.admit(*range(1, 16)).admit(25, override="洪水冲断了去小学的路")
    close(branch, "school-1", 10, unused=10, first=6)
    branch.write("weather.noted", {"rain": True})
    for desk in (lead, branch):
        office.receive(desk.batch())
    for name in ("张晓", "李敏"):
        Person(office, name, "watch", "adjudicate")
    return office


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(office.program), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def come_in(browser: Browser, address: str, name: str, size: tuple[int, int] = WIDE) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    expect(page.locator(".wall")).to_be_visible()
    return page


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_its_screen(browser: Browser, address: str, size: tuple[int, int], language: str):
    page = come_in(browser, address, "李敏", size)
    page.goto(f"{address}/language/{language}")
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size[0], path
        assert page.locator("h1").count() == 1, path


def test_the_console_stays_silent(browser: Browser, address: str):
    page = come_in(browser, address, "李敏")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PATHS:
        page.goto(address + path)
    assert said == []


def test_two_people_settle_a_case(browser: Browser, address: str):
    zhang, li = come_in(browser, address, "张晓"), come_in(browser, address, "李敏", PHONE)
    place = f"{address}/case/{UNIT}/right/1/25"
    zhang.goto(place)
    zhang.check("input[value='two_papers_cast']")
    zhang.fill("#reason", "两张都在箱里")
    zhang.click("button:has-text('提交处理办法')")
    expect(zhang.locator(".proposal")).to_contain_text("另一位")
    li.goto(place)
    li.click("button:has-text('同意，裁定')")
    expect(li.locator(".decided")).to_contain_text("张晓 提议，李敏 裁定")


def test_the_wall_looks_again_by_itself(browser: Browser, address: str, office: Office):
    page = come_in(browser, address, "李敏")
    rows = page.locator("table.list tbody tr").first
    expect(rows).to_contain_text("16 / 20")
    lead = hall().admit(*range(1, 16)).admit(25, override="洪水冲断了去小学的路").admit(16)
    office.receive(lead.batch(24))
    expect(rows).to_contain_text("17 / 20", timeout=12_000)


def test_files_are_dropped_and_answered(browser: Browser, address: str, tmp_path: Path):
    page = come_in(browser, address, "李敏")
    (tmp_path / "good.jsonl").write_bytes(hall().batch(1, 4))
    (tmp_path / "bad.jsonl").write_bytes(b"{}\n")
    page.goto(f"{address}/files")
    page.set_input_files("#files", [tmp_path / "good.jsonl", tmp_path / "bad.jsonl"])
    page.click("button.main")
    expect(page.locator("tr[data-status=accepted]")).to_contain_text("good.jsonl")
    expect(page.locator("tr[data-status=refused]")).to_contain_text("bad.jsonl")
    with page.expect_download() as download:
        page.click("button:has-text('下载回执')")
    assert download.value.suggested_filename == "receipts.zip"
