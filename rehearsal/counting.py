"""The public count: seals looked at, papers counted face down, piles mixed, papers called one by one onto sheets."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rehearsal.desk import Place, Seat, WentOtherwise, insist
from rehearsal.marking import Marked, level, several, single, votes
from rehearsal.phone import Form, Page
from rehearsal.telling import Step

A_SHEET: Final = 50  # papers on a tally sheet, as printed; the last one takes what is left
LEAST: Final = 10
WRITTEN_IN: Final = "刘洁莲"

DIRECTOR: Final = (("赵峰德", 610), ("周健强", 380), (WRITTEN_IN, 10))
DEPUTY: Final = (("何云菊", 640), ("高建庆", 360))
MEMBERS: Final = (("陈银", 84), ("杨文龙", 76), ("王月", 63), ("韩旭", 63), ("汤静月", 12))
TIED: Final = ("王月", "韩旭")
AGAIN: Final = (("王月", 54), ("韩旭", 46))


@dataclass(frozen=True, slots=True)
class Callers:
    """Who calls at a station: ``heads`` open boxes, ``pair`` closes piles, ``callers`` call, one paper type each."""

    heads: tuple[str, str]
    pair: tuple[str, str]
    callers: dict[str, str]


def main_papers(papers: dict[str, int], dice: random.Random) -> dict[str, list[Marked]]:
    """What stands on the papers of the main round; two names have the same number of votes for the last seat."""
    members = several(papers["member"], MEMBERS, 3, dice)
    level(members, *TIED)
    return {
        "director": single(papers["director"], DIRECTOR, dice),
        "deputy": single(papers["deputy"], DEPUTY, dice),
        "member": members,
    }


def repeat_papers(papers: dict[str, int], dice: random.Random) -> dict[str, list[Marked]]:
    """The repeat ballot decides: the two may not be level once more."""
    found = single(papers["member"], AGAIN, dice)
    if votes(found, TIED[0]) == votes(found, TIED[1]):
        place = next(number for number, one in enumerate(found) if one.names == (TIED[1],))
        found[place] = Marked((TIED[0],))
    return {"member": found}


def open_boxes(place: Place, who: Callers, round_: int, papers: Sequence[str], *, boxes: dict[str, str]) -> None:
    """Open each box and count it face down. ``boxes``: box -> seal."""
    first, second = who.heads
    seat = place.seats[first]
    for box, seal in boxes.items():
        seat.and_(second, f"/boxes/{box}/open", seal=seal)
        inside = {f"papers-{paper}": str(place.thrown_in[round_, box]) for paper in papers}
        seat.and_(second, f"/boxes/{box}/count", **inside)


def mix_and_call(place: Place, who: Callers, pile: tuple[str, Sequence[Marked]], step: Step) -> None:
    """One paper type, from the mixed pile to the closed one. ``pile``: paper type, what stands on its papers."""
    paper, marked = pile
    first, second = who.heads
    place.seats[first].and_(second, f"/count/{paper}/mix")
    caller = Caller(place.seats[who.callers[paper]], paper)
    caller.calls(marked, step)
    one, other = who.pair
    insist(place.seats[one].and_(other, f"/count/{paper}/close"), "计票完毕")


class Caller:
    """One official who calls the papers of one pile."""

    def __init__(self, seat: Seat, paper: str) -> None:
        self.seat = seat
        self.paper = paper
        self.page = seat.sees(f"/count/{paper}")

    def calls(self, marked: Sequence[Marked], step: Step) -> None:
        """Each paper onto the open sheet; the third is called wrongly once, and taken back."""
        on_sheet = 0
        for number, one in enumerate(marked):
            if number == 2:
                self._slips(one)
            self._call(one)
            on_sheet += 1
            step()
            rest = len(marked) - number - 1
            if rest == 0 or (on_sheet >= A_SHEET and rest >= LEAST):
                self.page = insist(self.seat.phone.send(self.page.form(f"{self.paper}/sheet")), "已合计")
                on_sheet = 0

    def _slips(self, one: Marked) -> None:
        self._call(Marked(void="unreadable") if one.names else Marked())
        self.page = insist(self.seat.phone.send(self.page.form(f"{self.paper}/undo")), "已撤回")

    def _call(self, one: Marked) -> None:
        form = self.page.form(f"/count/{self.paper}")
        if one.void:
            asked = self.seat.phone.send(form, whole="void")
            self._take(self.seat.phone.send(asked.form(f"/count/{self.paper}"), whole=one.void))
        elif not one.names:
            self._take(self.seat.phone.send(form, whole="blank"))
        else:
            self._named(form, one.names)

    def _named(self, form: Form, names: Sequence[str]) -> None:
        field = next(name for name in form.choices if name.startswith("vote-"))
        if WRITTEN_IN in names and WRITTEN_IN not in "".join(form.choices[field].values()):
            post = field.removeprefix("vote-")
            form = self.seat.phone.send(form, find=post, **{f"written-{post}": WRITTEN_IN}).form(form.action)
        chosen = [form.choose(field, name) for name in names]
        self._take(self.seat.phone.send(form, **{field: chosen}))

    def _take(self, page: Page) -> None:
        if page.status >= 400 or "没有点选任何人" in page.text:
            raise WentOtherwise(f"a paper could not be called ({page.status}): {page.text[:400]}")
        self.page = page
