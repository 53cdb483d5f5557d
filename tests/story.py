"""A whole small day of 六合村, played at two real stations: what every story about lost, shuffled or forged batches
rests on.

The hall leads. Ma Hong takes Lao Ding's papers with her own; voter 30 is admitted by mistake and undone; He Ping spoils
a paper; the roaming box visits four people, two vote. While the school is cut off, voter 31 of the school is admitted
at the hall by two officials, and at the school too: one right, used twice. Wang is elected director, Zhang is elected a
member; Chen and Zhao tie for the second seat, so a repeat ballot follows, for which the school hands its few papers to
the hall. Chen wins it.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from shared import chain, envelope, line
from shared import events as ev
from shared.chain import Head
from shared.dsse import Signed
from shared.keys import SigningKey
from station.commands import ballots, boxes, check_in, counting, log, roaming, rounds
from station.commands.counting import Mark
from station.receiving import receive
from station.sending import cut_now
from station.store import outbox
from station.store.opening import reading
from tests import cast
from tests.shared import liuhe
from tests.station.place import KEYS, Place, lines_of, prepare, run

MISTAKEN, TWICE = 30, 31
CHAINS = {"hall": liuhe.HALL_CHAIN, "school": liuhe.SCHOOL_CHAIN}
OWN_AT_HALL = (*range(1, 9), *range(10, 20))
OWN_AT_SCHOOL = range(31, 43)
WANG, LI, BLANK, VOID = Mark(("wang",)), Mark(("li",)), Mark(), Mark(void="unreadable")
GAO, STRANGER = Mark((f"person-{cast.GAO}",)), Mark(("other",))
ZHANG_CHEN, ZHANG_ZHAO, CHEN_ZHAO = Mark(("zhang", "chen")), Mark(("zhang", "zhao")), Mark(("chen", "zhao"))
CHEN, ZHAO = Mark(("chen",)), Mark(("zhao",))
RED_AT_HALL = [GAO, *[WANG] * 9, VOID, STRANGER, *[WANG] * 7, *[LI] * 3, BLANK]
WHITE_AT_HALL = [*[ZHANG_CHEN] * 10, *[CHEN_ZHAO] * 3, *[ZHANG_ZHAO] * 10]
RED_AT_SCHOOL = [*[WANG] * 9, *[LI] * 3]
WHITE_AT_SCHOOL = [*[ZHANG_CHEN] * 4, *[ZHANG_ZHAO] * 4, *[CHEN_ZHAO] * 4]
ELECTED = [("director", "wang"), ("member", "zhang"), ("member", "chen")]


@dataclass(frozen=True)
class Log:
    """One station's log at the end of the day, and the key to cut it anew in any way."""

    station: str
    epoch: str
    lines: tuple[bytes, ...]
    package: str

    @property
    def key(self) -> SigningKey:
        return KEYS[self.station][0]

    @property
    def device(self) -> str:
        return self.key.public.id

    @property
    def certificates(self) -> tuple[Signed, ...]:
        return CHAINS[self.station]

    @cached_property
    def _heads(self) -> list[Head]:
        heads = [chain.start(self.device, cast.ELECTION_ID, self.epoch)]
        for raw in self.lines:
            heads.append(heads[-1].after([raw]))
        return heads

    def head(self, through: int | None = None) -> Head:
        return self._heads[len(self.lines) if through is None else through]

    def batch(self, first: int = 1, last: int | None = None) -> bytes:
        """Lines ``first`` to ``last`` as the station would have cut them."""
        lines = self.lines[first - 1 : last]
        header = envelope.header_after(
            self.head(first - 1),
            lines,
            election=cast.ELECTION_ID,
            package=self.package,
            certificates=self.certificates,
        )
        return envelope.seal(header, lines, self.key)

    def cut(self, starts: Iterable[int]) -> list[bytes]:
        """The whole log in batches that begin at 1 and at ``starts``."""
        first = sorted({1, *(one for one in starts if 1 < one <= len(self.lines))})
        return [self.batch(one, next_ - 1) for one, next_ in zip(first, [*first[1:], len(self.lines) + 1], strict=True)]

    @cached_property
    def events(self) -> list[ev.Event]:
        read = [line.read(raw) for raw in self.lines]
        return [ev.read(one.type, one.data) for one in read]


@dataclass(frozen=True)
class Day:
    """``sent``: every batch that the stations themselves cut; ``folder``: where their databases lie."""

    hall: Log
    school: Log
    sent: tuple[bytes, ...]
    folder: Path

    @property
    def logs(self) -> tuple[Log, Log]:
        return self.hall, self.school


def play(folder: Path) -> Day:
    """The whole day; the stations are closed when it ends."""
    with ExitStack() as stack:
        hall = stack.enter_context(run(prepare(folder / "hall")))
        school = stack.enter_context(run(prepare(folder / "school", "school"), "school", seed=2))
        morning(hall, school)
        vote(hall, school)
        count(hall, school)
        repeat(hall, school)
        cut_now(school.keeper)
        cut_now(hall.keeper)
        return Day(_log(hall), _log(school), (*batches(hall), *batches(school)), folder)


def morning(hall: Place, school: Place) -> None:
    """Both logs begin, the round is called and opened in the hall, and its orders reach the school."""
    hall.begins()
    school.begins()
    hall.opens()
    boxes.seal(hall.keeper, hall.heads, cast.ROAMING, seal="roaming-001")
    carry(hall, school)
    school.opens()


def vote(hall: Place, school: Place) -> None:
    hall.admits(*OWN_AT_HALL, MISTAKEN)
    check_in.admit_with_proxies(hall.keeper, hall.clerk, cast.MA_HONG, principals=[cast.LAO_DING])
    check_in.cancel(hall.keeper, hall.clerk, MISTAKEN, reason="同名,点错了人", handed_back=cast.PAPERS)
    ballots.replace(hall.keeper, hall.clerk, cast.HE_PING, paper=cast.RED, reason="写坏")
    send_round(hall)
    two = (*hall.clerk, hall.heads[0])
    check_in.admit(hall.keeper, two, TWICE, override="人在中心会场,分会场联系不上")
    school.admits(*OWN_AT_SCHOOL)
    ballots.replace(school.keeper, school.clerk, 40, paper=cast.WHITE, reason="撕破")
    rounds.pause(school.keeper, school.heads[:1], reason="停电")
    rounds.resume(school.keeper, school.heads[:1])


def send_round(hall: Place) -> None:
    """The roaming box goes out with four sets of papers; two people vote, the paper form is entered afterwards."""
    keeper, heads = hall.keeper, hall.heads
    roaming.send(
        keeper,
        heads,
        cast.ROAMING,
        voters=cast.BEDRIDDEN,
        team=("sun", "qian", "feng"),
        papers=dict.fromkeys(cast.PAPERS, 4),
    )
    roaming.return_box(
        keeper, heads, cast.ROAMING, seal="roaming-001", intact=True, papers=dict.fromkeys(cast.PAPERS, 2)
    )
    for voter, outcome in zip(cast.BEDRIDDEN, ("voted", "voted", "absent", "refused"), strict=True):
        roaming.visit(keeper, hall.clerk, cast.ROAMING, voter=voter, outcome=outcome)  # type: ignore[arg-type]
    roaming.complete(keeper, heads, cast.ROAMING)


def count(hall: Place, school: Place) -> None:
    """Doors close, boxes are counted face down, both piles are called at both places, the main round is declared."""
    rounds.close(school.keeper, school.heads, unused=left(school, 1))
    rounds.close(hall.keeper, hall.heads, unused=left(hall, 1))
    empty(school, cast.SCHOOL_1, "school-001")
    empty(hall, cast.HALL_1, "hall-001")
    empty(hall, cast.ROAMING, "roaming-001")
    call(school, cast.RED, RED_AT_SCHOOL)
    call(school, cast.WHITE, WHITE_AT_SCHOOL)
    call(hall, cast.RED, RED_AT_HALL, sheets=2)
    call(hall, cast.WHITE, WHITE_AT_HALL, sheets=2)
    carry(school, hall)
    rounds.declare(hall.keeper, hall.heads)


def repeat(hall: Place, school: Place) -> None:
    """Chen or Zhao: fourteen vote in the hall, six at the school, whose sealed box is handed to the hall."""
    rounds.call_next(hall.keeper, hall.heads)
    boxes.seal(hall.keeper, hall.heads, cast.HALL_1, seal="hall-002")
    ballots.receive(hall.keeper, hall.heads, papers={cast.WHITE: 40})
    rounds.open_(hall.keeper, hall.heads)
    carry(hall, school)
    boxes.seal(school.keeper, school.heads, cast.SCHOOL_1, seal="school-002")
    ballots.receive(school.keeper, school.heads, papers={cast.WHITE: 20})
    rounds.open_(school.keeper, school.heads)
    hall.admits(*range(1, 15))
    school.admits(*range(31, 37))
    rounds.close(school.keeper, school.heads, unused=left(school, 2))
    boxes.hand_over(school.keeper, school.heads, cast.SCHOOL_1)
    rounds.close(hall.keeper, hall.heads, unused=left(hall, 2))
    carry(school, hall)
    boxes.receive(hall.keeper, hall.heads, cast.SCHOOL_1, seal="school-002", intact=True)
    empty(hall, cast.HALL_1, "hall-002", papers=14)
    empty(hall, cast.SCHOOL_1, "school-002", papers=6)
    call(hall, cast.WHITE, [*[CHEN] * 12, *[ZHAO] * 8], sheets=2)
    rounds.declare(hall.keeper, hall.heads)


def left(place: Place, round_: int) -> ev.Papers:
    """What lies at the desk when the doors close: nothing was lost."""
    page = place.keeper.state.mine.rounds[round_]
    out = [lease for lease in page.leases.values() if lease.sent]
    return {
        kind: paper.received - paper.issued - sum(one.papers[kind] - one.brought_back[kind] for one in out)
        for kind, paper in page.paper.items()
        if paper.received
    }


def empty(place: Place, box: str, seal: str, *, papers: int = 0) -> None:
    """A box is opened, and holds ``papers`` of the white, or else what the book says."""
    keeper = place.keeper
    number = rounds.current(keeper.state, keeper.setup)
    inside = {cast.WHITE: papers} if papers else boxes.inside_by_book(keeper.state, keeper.setup, number, box)
    boxes.open_(keeper, place.heads, box, seal=seal, intact=True)
    boxes.count(keeper, place.heads, box, papers=inside)


def call(place: Place, paper: str, marks: Sequence[Mark], *, sheets: int = 1) -> None:
    """Mix the pile and call ``marks`` in their order, on sheets of nearly the same length."""
    keeper = place.keeper
    counting.mix(keeper, place.heads, paper)
    edges = [round(len(marks) * place_ / sheets) for place_ in range(sheets + 1)]
    for first, end in pairwise(edges):
        for mark in marks[first:end]:
            counting.call_paper(keeper, paper, marks=mark)
        counting.close_sheet(keeper, place.heads[1:], paper)
    counting.close_pile(keeper, place.heads, paper)


def carry(from_: Place, to: Place) -> None:
    """A stick goes from one station to the other, and what is on it is taken in."""
    cut_now(from_.keeper)
    for raw in batches(from_):
        receive(to.keeper, raw)
    log.take(to.keeper, to.heads)


def batches(place: Place) -> list[bytes]:
    """Every batch that the station has cut."""
    with reading(place.keeper.engine) as connection:
        return [cut.raw for cut in outbox.every(connection)]


def _log(place: Place) -> Log:
    keeper = place.keeper
    return Log(place.name, keeper.head.epoch, tuple(lines_of(keeper)), keeper.setup.hash)
