"""The day of the village, as a story: two rounds at the hall and the sub-venue, with what goes wrong on such days."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from rehearsal import counting
from rehearsal.counting import Callers
from rehearsal.desk import Place, Seat, WentOtherwise, insist
from rehearsal.marking import Marked
from rehearsal.office import unpacked
from rehearsal.road import Road
from rehearsal.stage import Stage
from rehearsal.telling import Step, Telling
from rehearsal.village import Village

PAPERS: Final = ("director", "deputy", "member")
FIXED: Final = {"hall": ("hall-1", "hall-2"), "sub-venue": ("sub-1",)}
HEADS: Final = {"hall": ("sungenwei", "huzhide"), "sub-venue": ("lilinqing", "yangxiu")}
CLERKS: Final = {"hall": ("lvlianli", "xulian"), "sub-venue": ("wangfeigang",)}
CALLERS: Final = {
    "hall": Callers(
        HEADS["hall"],
        ("zhouyin", "songpingqin"),
        {"director": "zhouyin", "deputy": "songpingqin", "member": "yangpinglian"},
    ),
    "sub-venue": Callers(
        HEADS["sub-venue"],
        ("lihuijin", "liyongkai"),
        {"director": "lihuijin", "deputy": "liyongkai", "member": "yangxiu"},
    ),
}
MARKED: Final[dict[int, Callable[[dict[str, int], random.Random], dict[str, list[Marked]]]]] = {
    1: counting.main_papers,
    2: counting.repeat_papers,
}
RECEIVED: Final = {"hall": 1400, "sub-venue": 400}


class Day:
    """Everything that people do between the morning and the declared result."""

    def __init__(self, stage: Stage, village: Village, telling: Telling, *, rights: int, seed: int) -> None:
        self.stage = stage
        self.village = village
        self.telling = telling
        self.dice = dice = random.Random(f"{seed} day")
        self.stick = random.Random(f"{seed} stick")  # of its own: how many files there are differs from run to run
        self.coming = village.turnout(rights, dice).by_station
        self.box_of = {no: dice.choice(FIXED[place]) for place, many in self.coming.items() for no in many}
        self.seals: dict[tuple[int, str], str] = {}

    def plays(self) -> None:
        self.books_begin()
        self.first_round()
        self.counted(1, PAPERS)
        self.second_round()

    # Preparations

    def books_begin(self) -> None:
        with self.telling.phase("两站核对资料，开启记录", "Both stations begin their books", 2) as step:
            for place in self.stage.places.values():
                first, second = HEADS[place.id]
                place.seats[first].and_(second, "/start")
                step()

    def prepared(self, place: Place, round_: int, papers: Sequence[str], boxes: Sequence[str]) -> None:
        """Papers are counted onto the desk, boxes shown empty and sealed."""
        first, second = HEADS[place.id]
        received = {f"papers-{paper}": str(RECEIVED[place.id]) for paper in papers}
        place.seats[first].and_(second, "/papers/receive", **received)
        for box in boxes:
            self.seals[round_, box] = f"{box}-{round_}{self.dice.randrange(100, 999)}"
            place.seats[second].and_(first, f"/boxes/{box}/seal", seal=self.seals[round_, box])

    def opened(self, round_: int, papers: Sequence[str], boxes: Sequence[str]) -> None:
        """The hall calls and opens the round; the sub-venue takes that in before it opens its own doors."""
        hall, sub = self.stage.hall, self.stage.sub
        first, second = HEADS["hall"]
        with self.telling.phase(f"第 {round_} 轮：召集、封箱、开始", f"Round {round_} is called and opened", 2) as step:
            hall.seats[first].and_(second, "/rounds/call")
            self.prepared(hall, round_, papers, boxes)
            hall.seats[first].and_(second, "/rounds/open")
            hall.seats[first].cuts()
            step()
            lead, other = HEADS["sub-venue"]
            sub.seats[lead].takes_in(lambda: self._called(sub.seats[lead], round_))
            self.prepared(sub, round_, papers, FIXED["sub-venue"])
            sub.seats[lead].takes_in(
                lambda: (
                    "/rounds/open" in " ".join(sub.seats[lead].sees("/rounds").hrefs)
                    and "等待开门" in sub.seats[lead].sees("/rounds").text
                )
            )
            sub.seats[lead].and_(other, "/rounds/open")

    def _called(self, seat: Seat, round_: int) -> bool:
        return f"第 {round_} 轮" in seat.sees("/rounds").text

    # Voting

    def first_round(self) -> None:
        self.opened(1, PAPERS, (*FIXED["hall"], "roaming-1"))
        hall, sub = self._waves("hall", 5), self._waves("sub-venue", 5)
        road = Road(self.stage.hall, self.village, self.seals[1, "roaming-1"])
        total = sum(map(len, (*hall, *sub)))
        with self.telling.phase("投票：三张桌同时发票", "Voting at three desks", total) as step:
            self._vote(1, (hall[0], sub[0]), PAPERS, step)
            road.leaves()
            self._vote(1, (hall[1], sub[1]), PAPERS, step)
            road.refuses_at_the_desk(self.stage.hall.seats["lvlianli"])
            self._mishaps(hall[0], hall[3])
            road.returns()
            road.comes_after_all(self.stage.hall.seats["xulian"], FIXED["hall"][0])
            self._vote(1, (hall[2], sub[2]), PAPERS, step)
            self._pause()
            self._apart((hall[3], sub[3]), step)
            self._vote(1, (hall[4], sub[4]), PAPERS, step)
        self.closed_apart(road)

    def _waves(self, place: str, count: int) -> list[list[int]]:
        coming = self.coming[place]
        size = -(-len(coming) // count)
        return [coming[at * size : (at + 1) * size] for at in range(count)]

    def _vote(self, round_: int, wave: tuple[list[int], list[int]], papers: Sequence[str], step: Step) -> None:
        """Two desks at the hall and one at the sub-venue, each its own queue."""
        hall, sub = wave
        one, two = CLERKS["hall"]
        queues = [(self.stage.hall, one, hall[::2]), (self.stage.hall, two, hall[1::2])]
        queues.append((self.stage.sub, CLERKS["sub-venue"][0], sub))
        with ThreadPoolExecutor(len(queues)) as pool:
            jobs = [pool.submit(self._queue, queue, round_, papers, step) for queue in queues]
            for job in jobs:
                job.result()

    def _queue(self, queue: tuple[Place, str, list[int]], round_: int, papers: Sequence[str], step: Step) -> None:
        place, clerk, numbers = queue
        for no in numbers:
            rights = place.seats[clerk].admits(no, self.village.name(no))
            place.gives(round_, papers, self.box_of[no], rights)
            step()

    def _mishaps(self, done: list[int], later: list[int]) -> None:
        """One comes a second time; one is picked by mistake and undone; one spoils a paper."""
        seat, hall = self.stage.hall.seats["lvlianli"], self.stage.hall
        again, spoils = done[3], done[5]
        seat.refuses(again, self.village.name(again))
        wrong = later[-1]
        seat.admits(wrong, self.village.name(wrong), rights=[str(wrong)])
        answer = seat.does(f"/voter/{wrong}/cancel", reason="名字点错，选票未填，当场收回", handed_back=list(PAPERS))
        insist(answer, "领票已撤销")
        hall.gives_in_vain(1, *PAPERS)
        insist(seat.does(f"/voter/{spoils}/replace", paper="member", reason="写坏"), "已换票")
        hall.gives_in_vain(1, "member")

    def _pause(self) -> None:
        first, second = HEADS["hall"]
        seat = self.stage.hall.seats[first]
        seat.and_(second, "/rounds/pause", reason="停电，票箱由监票人看守")
        insist(seat.sees("/rounds"), "恢复投票")
        seat.does("/rounds", "/rounds/resume")

    def _apart(self, wave: tuple[list[int], list[int]], step: Step) -> None:
        """All cables are cut. A villager of the hall is at the sub-venue; two officials admit them, but pick the
        namesake, who has voted at the hall: nobody can know."""
        cables = [*self.stage.uplinks.values(), *self.stage.lan]
        for cable in cables:
            cable.cut()
        self._vote(1, wave, PAPERS, step)
        no, sub = self.village.present, self.stage.sub
        lead, seat = HEADS["sub-venue"][0], sub.seats[CLERKS["sub-venue"][0]]
        told = {"override": "在分会场照看老人，不能去中心会场", "second": lead, "second_pin": sub.pins[lead]}
        sub.gives(1, PAPERS, FIXED["sub-venue"][0], seat.admits(no, self.village.name(no), **told))
        for cable in cables:
            cable.mend()

    # Closing

    def closes(self, place: Place, round_: int, papers: Sequence[str], extra: int = 0) -> None:
        """``extra``: papers of each type that the roaming team carried off and did not bring back."""
        first, second = HEADS[place.id]
        left = {paper: RECEIVED[place.id] - extra - place.handed_out[round_, paper] for paper in papers}
        unused = {f"papers-{paper}": str(count) for paper, count in left.items()}
        place.seats[first].and_(second, "/rounds/close", **unused)

    def closed_apart(self, road: Road) -> None:
        """The cable between the stations is cut while both close: closing and orders travel as files."""
        hall, sub = self.stage.hall, self.stage.sub
        with self.telling.phase("停止投票；记录用文件往返", "Doors close; records travel as files", 2) as step:
            for cable in (*self.stage.lan, self.stage.uplinks["sub-venue"]):
                cable.cut()
            self.closes(sub, 1, PAPERS)
            self.carried(sub, hall)
            step()
            self.closes(hall, 1, PAPERS, extra=road.papers_given)
            self.carried(hall, sub)
            insist(hall.seats["sungenwei"].sees("/rounds"), "停止投票")
            for cable in self.stage.lan:
                cable.mend()

    def carried(self, from_: Place, to: Place) -> None:
        """A stick goes from one station to the other, and what is on it is taken in."""
        sender, taker = (place.seats[HEADS[place.id][0]] for place in (from_, to))
        sender.cuts()
        files = unpacked(sender.phone.open("/exchange/batches.zip"))
        self.stick.shuffle(files)
        page = taker.phone.upload(taker.sees("/exchange").form("/exchange/upload"), "files", [*files, files[0]])
        insist(page, "并入其他站的记录")
        taker.does("/exchange", "/exchange/take-in")

    # Counting

    def counted(self, round_: int, papers: Sequence[str]) -> None:
        """Boxes are opened and counted, piles mixed and called at both stations at once; the hall declares."""
        places = self.stage.places.values()
        boxes = {place.id: self._boxes_of(place, round_) for place in places}
        chinese, english = f"第 {round_} 轮：开箱清点", f"Round {round_}: boxes opened, papers counted"
        with self.telling.phase(chinese, english, len(boxes)) as step:
            for place in places:
                counting.open_boxes(place, CALLERS[place.id], round_, papers, boxes=boxes[place.id])
                step()
        inside = {place.id: sum(place.thrown_in[round_, box] for box in boxes[place.id]) for place in places}
        marked = MARKED[round_](dict.fromkeys(papers, sum(inside.values())), self.dice)
        self._called_out(round_, marked, inside["hall"])
        self.declared(round_)

    def _called_out(self, round_: int, marked: dict[str, list[Marked]], at_hall: int) -> None:
        """The first ``at_hall`` papers of each type lie at the hall, the others at the sub-venue."""
        hall, sub = self.stage.hall, self.stage.sub
        piles = [(hall, paper, many[:at_hall]) for paper, many in marked.items()]
        piles += [(sub, paper, many[at_hall:]) for paper, many in marked.items()]
        chinese, english = f"第 {round_} 轮：逐张唱票", f"Round {round_}: papers called one by one"
        steps = sum(map(len, marked.values()))
        with self.telling.phase(chinese, english, steps) as step, ThreadPoolExecutor(len(piles)) as pool:
            done = [
                pool.submit(counting.mix_and_call, place, CALLERS[place.id], (paper, many), step)
                for place, paper, many in piles
            ]
            for one in done:
                one.result()

    def _boxes_of(self, place: Place, round_: int) -> dict[str, str]:
        roaming = ("roaming-1",) if (round_, place.id) == (1, "hall") else ()
        return {box: self.seals[round_, box] for box in (*FIXED[place.id], *roaming)}

    def declared(self, round_: int) -> None:
        """The sub-venue's count comes over the network; two officials declare what the books give."""
        hall, sub = self.stage.hall, self.stage.sub
        first, second = HEADS["hall"]
        seat = hall.seats[first]
        with self.telling.phase(f"第 {round_} 轮：汇总，宣布结果", f"Round {round_}: the result is declared"):
            sub.seats[HEADS["sub-venue"][0]].cuts()
            seat.takes_in(lambda: "还不能宣布" not in seat.sees(f"/result/{round_}").text)
            page = seat.and_(second, f"/result/{round_}/declare")
            insist(page, "结果已宣布")
            if round_ == 1:
                insist(page, "票数相等")

    # The repeat ballot

    def second_round(self) -> None:
        """In the same sitting, with fewer people; the voters' and candidates' names are as before."""
        papers = ("member",)
        self.opened(2, papers, FIXED["hall"])
        hall = self.coming["hall"][: int(len(self.coming["hall"]) * 0.4)]
        sub = self.coming["sub-venue"][: int(len(self.coming["sub-venue"]) * 0.4)]
        with self.telling.phase("第 2 轮：重新投票", "Round 2: the repeat ballot", len(hall) + len(sub)) as step:
            self._vote(2, (hall, sub), papers, step)
        for place in (self.stage.sub, self.stage.hall):
            self.closes(place, 2, papers)
        self.counted(2, papers)
        if "召集" in self.stage.hall.seats["sungenwei"].sees("/rounds").text.partition("已经结束")[0]:
            raise WentOtherwise("another round is due after the repeat ballot")
