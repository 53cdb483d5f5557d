"""What officials do on the station's screens: each verb opens a page, fills in its form and looks at the answer."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from rehearsal.phone import Form, Page, Phone
from rehearsal.programs import Program

PATIENCE: Final = 90.0  # seconds that people wait for a record to come from elsewhere
FIRST_OF_ALL: Final = re.compile(r"\b[0-9a-f]{64}\b")


class WentOtherwise(RuntimeError):
    """A screen answered something else than the day needs; the message is what stood on it."""


def insist(page: Page, words: str) -> Page:
    """The page must say ``words``."""
    if page.status >= 500 or words not in page.text:
        raise WentOtherwise(f"{page.url} ({page.status}): {words!r} is not on the page: {page.text[:600]}")
    return page


@dataclass(slots=True)
class Seat:
    """One official at one phone, signed in."""

    phone: Phone
    official: str
    pins: dict[str, str]
    desk: str
    finder: Form | None = None

    def sign_in_first(self, slip: str) -> None:
        """The first time: the slip of paper, and a PIN of one's own."""
        page = self.phone.open("/sign-in/first")
        pin = self.pins[self.official]
        told = {"official": self.official, "desk": self.desk, "slip": slip, "pin": pin, "pin_again": pin}
        page = self.phone.send(page.form("/sign-in/first"), **told)
        if "/sign-in" in page.url:
            raise WentOtherwise(f"{self.official} could not sign in: {page.text[:400]}")

    def sees(self, path: str) -> Page:
        page = self.phone.open(path)
        if page.status >= 400:
            raise WentOtherwise(f"{path}: {page.text[:400]}")
        return page

    def does(self, path: str, action: str = "", **values: str | list[str]) -> Page:
        """Open a page, fill in its form, press the button; the program must go on to another page."""
        form = self.sees(path).form(action or path)
        return self.presses(form, **values)

    def presses(self, form: Form, **values: str | list[str]) -> Page:
        answer = self.phone.send(form, **values)
        if answer.status >= 400 or (answer.url == form.action and "second_pin" in form.fields):
            raise WentOtherwise(f"{form.action} ({answer.status}): {answer.text[:600]}")
        return answer

    def and_(self, second: str, path: str, action: str = "", **values: str | list[str]) -> Page:
        """An act of two: the second official types their own PIN on the same phone."""
        return self.does(path, action, second=second, second_pin=self.pins[second], **values)

    # The desk

    def looks_up(self, no: int, name: str) -> Page:
        """Search by name and open the person; what the screen says is for the caller to judge."""
        self.finder = self.finder or self.sees("/").form("/")
        found = self.phone.part(self.finder, "found", q=name)
        if not any(href.endswith(f"/voter/{no}") for href in found.hrefs):
            raise WentOtherwise(f"{name} ({no}) is not found: {found.text[:300]}")
        return self.phone.open(f"/voter/{no}")

    def admits(self, no: int, name: str, **values: str | list[str]) -> int:
        """Check the card, hand out the papers; gives how many rights were used."""
        page = self.looks_up(no, name)
        form = page.form("/admit")
        answer = self.phone.send(form, **values)
        insist(answer, "已签到")
        return len(form.fields.get("rights", []))

    def refuses(self, no: int, name: str) -> str:
        """Somebody who must not get papers: the whole screen says so. Gives what it says."""
        return insist(self.looks_up(no, name), "不能发票").text

    def takes_in(self, arrived: Callable[[], bool]) -> None:
        """Take in what came from the other station, until what is waited for is there."""
        end = time.monotonic() + PATIENCE
        while not arrived():
            page = self.sees("/exchange")
            waiting = [form for form in page.forms if form.action.endswith("/take-in")]
            if waiting:
                self.presses(waiting[0])
            else:
                time.sleep(0.25)
            if time.monotonic() > end:
                raise WentOtherwise(f"nothing more came: {page.text[:600]}")

    def cuts(self) -> None:
        """Whatever is in no batch yet goes into one, and on its way."""
        self.does("/exchange", "/exchange/send")

    def waits_until_sent(self) -> None:
        end = time.monotonic() + PATIENCE
        while "记录都已送到中心" not in self.sees("/exchange").text:
            if time.monotonic() > end:
                raise WentOtherwise(self.sees("/exchange").text[:600])
            time.sleep(0.3)

    def fingerprint(self) -> str:
        """All 64 digits, as the station's own screen shows them."""
        found = FIRST_OF_ALL.search(self.sees("/exchange").text)
        if found is None:
            raise WentOtherwise("the screen shows no fingerprint")
        return found[0]


@dataclass(slots=True)
class Place:
    """One station: its program, its cables, its people, and what lies on its desk and in its boxes."""

    id: str
    program: Program
    pins: dict[str, str]
    names: dict[str, str]
    seats: dict[str, Seat] = field(default_factory=dict)
    handed_out: Counter[tuple[int, str]] = field(default_factory=Counter)
    thrown_in: Counter[tuple[int, str]] = field(default_factory=Counter)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def signs_in(self, official: str, slip: str, desk: str) -> None:
        seat = Seat(Phone(self.program.url), official, self.pins, desk)
        seat.sign_in_first(slip)
        self.seats[official] = seat

    def gives(self, round_: int, papers: Iterable[str], box: str, rights: int = 1) -> None:
        """Papers leave the desk and go into a box."""
        with self._guard:
            for paper in papers:
                self.handed_out[round_, paper] += rights
            self.thrown_in[round_, box] += rights

    def gives_in_vain(self, round_: int, *papers: str) -> None:
        """Papers leave the desk and come back spoiled or void."""
        with self._guard:
            self.handed_out.update((round_, paper) for paper in papers)


def make_pin(dice: random.Random) -> str:
    """Six digits that are no run."""
    digits = [dice.randrange(10)]
    while len(digits) < 6:
        digits.append((digits[-1] + dice.choice((2, 3, 4, 6, 7))) % 10)
    return "".join(map(str, digits))
