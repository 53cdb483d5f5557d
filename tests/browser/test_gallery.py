"""Every frame and macro on sample screens: they fit a phone, can be hit by a thumb, can be read, and obey the CSP."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.browser.gallery_app import ERRORS, PHONE_SCREENS, WIDE_SCREENS, gallery

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
EVERY_SCREEN = [f"/screen/{name}" for name in PHONE_SCREENS + WIDE_SCREENS] + [f"/{name}" for name in ERRORS]

SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, textarea, label.choice')]
    .filter(e => e.offsetParent && !e.closest('.wall') && !e.matches('.skip, .choice input, [type=hidden]'))
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width < 48 || box.height < 48)
    .map(([html, box]) => `${html} ${box.width} × ${box.height}`)"""

TEXT_ON_GROUND = [
    ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("soft", "idle-ground"), ("lead", "card"),
    ("lead", "paper"), ("on-lead", "lead"), ("on-header", "header"), ("header-soft", "header"), ("ok", "ok-ground"),
    ("on-header", "header-roaming"), ("header-soft", "header-roaming"), ("pill-ink", "pill"), ("ok", "card"),
    ("pill-warn-ink", "pill-warn"), ("no", "no-ground"), ("no", "card"), ("no", "paper"), ("warn", "warn-ground"),
    ("warn", "card"), ("on-full", "full-ok"), ("on-full", "full-no"), ("on-full-warn", "full-warn"), ("seal", "paper"),
]  # fmt: skip


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, gallery(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, base_url=address)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", EVERY_SCREEN)
def test_a_screen_fits_a_phone_and_a_thumb(page: Page, path: str, language: str):
    complaints = complaints_of(page)
    page.goto(f"/language/{language}?next={path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(SMALL_TARGETS) == []
    assert [words for words in complaints if "Failed to load resource" not in words] == []


@pytest.mark.parametrize("path", EVERY_SCREEN)
def test_a_screen_says_its_language_and_offers_the_other(page: Page, path: str):
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == "zh-Hans"

    page.get_by_text("Switch to English").click()

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith(path)


@pytest.mark.parametrize("screen", ["confirm", "admitted", "ledger", "count", "result", "forms"])
def test_the_main_button_is_at_the_thumb(page: Page, screen: str):
    page.goto(f"/screen/{screen}")

    box = page.locator(".button.main").last.bounding_box()

    assert box is not None
    assert box["height"] >= 60
    assert PHONE["height"] / 2 < box["y"] + box["height"] <= PHONE["height"]


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"contrast": "more"}])
def test_every_text_can_be_read_on_its_ground(browser: Browser, address: str, look: dict[str, str]):
    context = browser.new_context(**look)
    page = context.new_page()
    page.goto(address)

    weak = {pair: ratio for pair in TEXT_ON_GROUND if (ratio := contrast(*(token(page, name) for name in pair))) < 4.5}

    context.close()
    assert weak == {}


def test_a_second_tap_during_a_slow_save_sends_nothing(page: Page):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/screen/confirm")

    word = page.evaluate(
        "() => { const b = document.querySelector('.button.main'); b.click(); b.click(); return b.textContent; }"
    )
    page.wait_for_url("**/act")

    assert word == "正在保存…"
    assert sent.count("POST") == 1


def test_the_tapped_candidate_is_sent_although_the_button_is_busy(page: Page):
    page.goto("/screen/count")
    with page.expect_request("**/act") as asked:
        page.get_by_text("王秀英").click(no_wait_after=True)

    assert "mark=wang" in (asked.value.post_data or "")


def test_a_form_works_without_javascript(browser: Browser, address: str):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/screen/confirm")

    page.locator(".button.main").click()

    assert page.locator("body").inner_text() == "done"
    context.close()


def test_strokes_grow_five_to_a_character(page: Page):
    page.goto("/screen/pieces")

    drawn = page.locator("svg.strokes path").evaluate_all("all => all.slice(0, 5).map(e => e.getAttribute('d'))")

    assert [path.count("M") for path in drawn] == [1, 2, 3, 4, 5]


def complaints_of(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def token(page: Page, name: str) -> tuple[float, float, float]:
    value = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()")
    assert len(value) == 7, f"--{name} is {value!r}; colours are written #rrggbb"
    return tuple(int(value[start : start + 2], 16) / 255 for start in (1, 3, 5))


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
