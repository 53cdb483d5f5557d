"""The station's screens in a real browser, phone-sized, in both languages: they fit, they obey the CSP, they work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.station.place import Place, prepare, run
from tests.station.routes.desk import PIN, Office, papers, served

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
MORNING = ("/", "/rounds", "/boxes", "/ledger", "/attendance", "/exchange", "/log", "/me", "/start", "/papers/receive",
           "/rounds/close", "/rounds/pause", f"/boxes/{cast.HALL_2}/seal", f"/roaming/{cast.ROAMING}",
           f"/voter/{cast.YU}", f"/voter/{cast.MA_HONG}", "/voter/31", f"/voter/{cast.YU}/cancel")  # fmt: skip
EVENING = ("/boxes", "/ledger", "/ledger?station=", "/ledger/red/explain/boxes", "/count", "/count/red", "/result/1",
           "/result/1/declare", "/result/1/write-off/school")  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = prepare(Path(tmp_path_factory.mktemp("station")) / "hall")
    with run(folder) as place, served(place, "zhou", "sun", "wu", "zheng") as office:
        place.begins()
        place.opens()
        place.admits(cast.ZHANG)
        yield office


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """24 voters; one red paper is missing; the red pile is being called."""
    folder = prepare(Path(tmp_path_factory.mktemp("evening")) / "hall")
    with run(folder) as place, served(place, "zhou", "sun", "zheng") as office:
        place.begins()
        place.opens()
        place.admits(*range(1, 25))
        place.closes()
        _counts(office, place)
        yield office


def _counts(office: Office, place: Place) -> None:
    zhou = office.desk("zhou")
    zhou.and_("sun", f"/boxes/{place.box}/open", seal="hall-001")
    zhou.and_("sun", f"/boxes/{place.box}/count", **papers(23, 24))
    zhou.and_("sun", "/count/red/mix")


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def screen(browser: Browser, language: str) -> Iterator[Page]:
    """A phone's page; whatever its console complains of fails the test."""
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, office: Office, official: str, language: str) -> None:
    page.goto(f"{office.address}/language/{language}?next=/sign-in")
    page.select_option("#official", official)
    page.fill("#desk", "1")
    page.fill("#pin", PIN)
    page.click("button.main")
    page.wait_for_url(f"{office.address}/")


def fits(page: Page) -> bool:
    """Nothing has to be pushed aside to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def small_targets(page: Page) -> list[str]:
    """Buttons and links of their own that a thumb would miss (WCAG 2.5.8 asks 24 px; ours 44)."""
    return list(
        page.evaluate(
            """[...document.querySelectorAll('button, a.button, a.card, .bottom a, label.choice, label.pick, select')]
            .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44)
            .map(one => one.outerHTML.slice(0, 90))"""
        )
    )


@pytest.mark.parametrize("path", MORNING)
def test_the_mornings_screens_fit_a_phone(office: Office, screen: Page, language: str, path: str):
    sign_in(screen, office, "zhou", language)
    screen.goto(office.address + path)
    assert fits(screen)
    assert small_targets(screen) == []


@pytest.mark.parametrize("path", EVENING)
def test_the_evenings_screens_fit_a_phone(evening: Office, screen: Page, language: str, path: str):
    sign_in(screen, evening, "zhou", language)
    screen.goto(evening.address + path)
    assert fits(screen)
    assert small_targets(screen) == []


def test_the_list_follows_the_typing(office: Office, screen: Page, language: str):
    sign_in(screen, office, "wu", language)
    screen.fill("#q", "何平")
    expect(screen.locator("#found a.voter")).to_have_count(1)
    expect(screen.locator("#ways")).to_be_hidden()
    screen.fill("#q", "")
    expect(screen.locator("#ways")).to_be_visible()


def test_ticked_rights_are_counted_on_the_button(office: Office, screen: Page, language: str):
    sign_in(screen, office, "wu", language)
    screen.goto(f"{office.address}/voter/{cast.MA_HONG}")
    button = screen.locator("button.main .word")
    expect(button).to_contain_text("8")
    screen.locator(f"input[value='{cast.LAO_DING}']").uncheck()
    expect(button).to_contain_text("6")


def test_an_admission_fills_the_screen_green_and_the_next_tap_goes_on(office: Office, screen: Page, language: str):
    voter = {"zh": cast.GAO, "en": cast.YU}[language]
    sign_in(screen, office, "wu", language)
    screen.goto(f"{office.address}/voter/{voter}")
    screen.click("button.main")
    expect(screen.locator("body.verdict.ok h1")).to_contain_text(cast.NAMES[voter])
    screen.click("a.button.main")
    expect(screen.locator("#q")).to_be_visible()


def test_a_refusal_fills_the_screen_red(office: Office, screen: Page, language: str):
    sign_in(screen, office, "wu", language)
    screen.goto(f"{office.address}/voter/{cast.ZHANG}")
    expect(screen.locator("body.verdict.no .lead")).to_contain_text("08:00")


def test_everything_goes_on_without_scripts(office: Office, browser: Browser, language: str):
    voter = {"zh": cast.ZHAO, "en": cast.LIU}[language]
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, office, "wu", language)
    page.fill("#q", cast.NAMES[voter])
    page.click("button.look")
    page.click("a.voter")
    page.click("button.main")
    expect(page.locator("body.verdict.ok h1")).to_contain_text(cast.NAMES[voter])
    context.close()


def test_no_more_names_than_seats_can_be_ticked(evening: Office, screen: Page, language: str):
    sign_in(screen, evening, "zheng", language)
    screen.goto(f"{evening.address}/count/red")
    screen.locator("input[value=wang]").check()
    screen.locator("input[value=li]").check()
    expect(screen.locator("input[value=wang]")).not_to_be_checked()
    screen.click("button.main")
    expect(screen.locator(".tally .strokes")).not_to_have_count(0)
