"""Makes the README's pictures of screens: a small rehearsal, looked at by a phone-sized browser at the right moments.

    .venv/bin/python -m docs.pictures.make FOLDER

Needs the test libraries (Playwright, Pillow) and a browser (POLL_BROWSER, else /usr/bin/chromium).
"""

import io
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from rehearsal import counting
from rehearsal.day import CALLERS, Day
from rehearsal.desk import Seat
from rehearsal.marking import Marked
from rehearsal.stage import staged
from rehearsal.telling import Telling
from rehearsal.village import LEAST, Village

PHONE = {"width": 360, "height": 740}
LANGUAGES = ("zh", "en")
GAP = 12
FEW = 43  # papers called when the picture of the count is taken


class Camera:
    """Looks at a page through the eyes of an official who is signed in elsewhere."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.taken: dict[str, list[bytes]] = {language: [] for language in LANGUAGES}

    def shoot(self, seat: Seat, path: str, search: str = "") -> None:
        for language in LANGUAGES:
            context = self.browser.new_context(viewport=PHONE, device_scale_factor=2)  # type: ignore[arg-type]
            cookies = [{"name": one.name, "value": one.value or "", "url": seat.phone.base} for one in seat.phone.jar]
            context.add_cookies([one for one in cookies if one["name"] != "lang"])  # type: ignore[misc]
            page = context.new_page()
            page.goto(f"{seat.phone.base}/language/{language}?next={path}")
            if search:
                page.fill("input[name=q]", search)
                page.keyboard.press("Enter")
                page.wait_for_timeout(700)
            self.taken[language].append(page.screenshot())
            context.close()

    def strip(self, folder: Path) -> None:
        for language, shots in self.taken.items():
            images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
            width = sum(image.width for image in images) + GAP * (len(images) - 1)
            sheet = Image.new("RGB", (width, images[0].height), "#ffffff")
            for number, image in enumerate(images):
                sheet.paste(image, (number * (images[0].width + GAP), 0))
            sheet = sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS)
            sheet.quantize(128).save(folder / f"screens.{language}.png", optimize=True)


class Pictured(Day):
    """The rehearsal's day, with a camera in the hall."""

    camera: Camera

    def _pause(self) -> None:
        hall = self.stage.hall
        seat = hall.seats["lvlianli"]
        coming, gone = self.coming["hall"][-3], self.coming["hall"][0]
        self.camera.shoot(seat, f"/voter/{coming}")
        super()._pause()
        self.camera.shoot(seat, f"/voter/{gone}")

    def _called_out(self, round_: int, marked: dict[str, list[Marked]], at_hall: int) -> None:
        if round_ > 1:
            super()._called_out(round_, marked, at_hall)
            return
        hall, sub = self.stage.hall, self.stage.sub
        self.camera.shoot(hall.seats["sungenwei"], "/ledger?station=")
        self._half_called(marked["director"][:at_hall])
        for paper in ("deputy", "member"):
            counting.mix_and_call(hall, CALLERS["hall"], (paper, marked[paper][:at_hall]), lambda: None)
        for paper, many in marked.items():
            counting.mix_and_call(sub, CALLERS["sub-venue"], (paper, many[at_hall:]), lambda: None)

    def _half_called(self, papers: Sequence[Marked]) -> None:
        """The first pile, with a look at the blackboard after a few papers."""
        hall, who = self.stage.hall, CALLERS["hall"]
        first, second = who.heads
        hall.seats[first].and_(second, "/count/director/mix")
        caller = counting.Caller(hall.seats[who.callers["director"]], "director")
        for one in papers[:FEW]:
            caller._call(one)  # noqa: SLF001  # the sheet stays open while the picture is taken
        self.camera.shoot(caller.seat, "/count/director")
        caller.calls(papers[FEW:], lambda: None)
        hall.seats[who.pair[0]].and_(who.pair[1], "/count/director/close")

    def declared(self, round_: int) -> None:
        super().declared(round_)
        if round_ == 1:
            self.camera.shoot(self.stage.hall.seats["sungenwei"], "/result/1")


def main(folder: Path) -> None:
    with sync_playwright() as play, tempfile.TemporaryDirectory() as place, Telling() as telling:
        browser = play.chromium.launch(
            executable_path=os.environ.get("POLL_BROWSER", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with staged(Path(place), telling, random.Random("pictures")) as stage:
            day = Pictured(stage, Village(), telling, rights=LEAST, seed=3)
            day.camera = Camera(browser)
            day.plays()
            day.camera.strip(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
