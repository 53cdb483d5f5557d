"""One election day in the head: each log writes real lines, judges every act through the one door, and holds only what
it has taken in. A refused act raises its first `Refusal`, and is shown to have changed nothing.

    hall.opens(); hall.admits(HE_PING); assert refused(hall, lambda: hall.admits(HE_PING)) == ["right_used"]
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from shared import events as ev
from shared import line
from shared.book import Book
from shared.chain import Head, extend, genesis
from shared.election import Setup
from shared.errors import Refusal
from shared.ledger import box_count, papers_of
from shared.replay import Entry, Replay
from shared.rules import Act, By, objections
from shared.rules.outcome import outcome
from shared.rules.rounds import due, rights_here, sitting
from shared.state import Origin, State, apply, value_of
from tests import cast

FIRST_EPOCH = "00" * 15 + "01"
HEADS = {"hall": ("zhou", "sun"), "school": ("shen", "han")}
CLERK = {"hall": "wu", "school": "yang"}
SECRECY_SHEET = 10


@dataclass
class Log:
    """One device's log, and what it knows of others."""

    device: str
    setup: Setup
    station: str
    epoch: str = FIRST_EPOCH
    entries: list[Entry] = field(default_factory=list)
    acts: list[tuple[ev.Event, Origin]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    minute: int = 0
    state: State = field(init=False)

    def __post_init__(self: Any) -> None:
        self.state = State(self.device)

    # ---- writing -------------------------------------------------------------------------------------------------

    def objections(self: Any, event: ev.Event, *officials: str) -> list[Refusal]:
        return objections(self._act(event, officials or self._who(event)), self.state, self.setup)

    def does(self: Any, event: ev.Event, *officials: str) -> None:
        """Write one event, or raise the first objection to it."""
        before = snapshot(self.state)
        who = officials or self._who(event)
        found = objections(self._act(event, who), self.state, self.setup)
        assert snapshot(self.state) == before, "looking changed something"
        if found:
            raise found[0]
        self.writes(event, who)

    def writes(self: Any, event: ev.Event, who: tuple[str, ...] = ()) -> None:
        """Write one event without asking, as a dishonest or broken device would."""
        kind, data = ev.write(event)
        by = tuple(line.By(name, "desk-1") for name in who or self._who(event))
        salt = "0f" * 16 if event.NAMES_VOTER else ""
        self.minute += 1
        at = f"2026-11-08T{8 + self.minute // 60:02d}:{self.minute % 60:02d}:00+08:00"
        raw = line.write(line.Line(len(self.entries) + 1, at, kind, by, data, salt=salt))
        hash_ = extend(self.head, raw)
        origin = Origin(self.device, self.epoch, len(self.entries) + 1, hash_, at, by[0].official, by[0].desk)
        self.entries.append((raw, hash_))
        self.acts.append((event, origin))
        apply(self.state, event, origin)

    @property
    def head(self: Any) -> str:
        return self.entries[-1][1] if self.entries else genesis(self.device, cast.ELECTION_ID, self.epoch)

    def _act(self: Any, event: ev.Event, who: tuple[str, ...]) -> Act:
        by = tuple(By(name, "desk-1") for name in who)
        return Act(event, by, self.device, self.epoch, len(self.entries) + 1, self.station)

    def _who(self: Any, event: ev.Event) -> tuple[str, ...]:
        if event.TWO:
            return HEADS[self.station]
        return (CLERK[self.station],) if "clerk" in event.ROLES else (HEADS[self.station][0],)

    # ---- the log itself ------------------------------------------------------------------------------------------

    def begins(self: Any) -> None:
        self.does(ev.EpochOpened("new"))
        self.does(ev.PackageTaken(self.setup.version, self.setup.hash))

    def takes(self: Any, other: "Log") -> None:
        """Take in another log as far as it has come."""
        through = len(other.entries)
        self.does(ev.LogTaken(other.device, other.epoch, through, other.head))
        for event, origin in other.acts[self.known.get(other.device, 0) : through]:
            apply(self.state, event, origin)
        self.known[other.device] = through

    def book(self: Any) -> Book:
        return self.state.books[self.device]

    def replayed(self: Any, *others: "Log") -> tuple[Replay, list[Refusal]]:
        """This log judged again from its lines alone, with every finding."""
        logs = {one.device: one for one in others}

        def fetch(head: Head, since: Head | None) -> Iterable[Entry]:
            return logs[head.device].entries[since.through if since else 0 : head.through]

        replay = Replay(self.device, {self.setup.version: self.setup}, fetch, self.station)
        found = [refusal for entry in self.entries for refusal in replay.feed(self.epoch, entry).findings]
        return replay, found

    # ---- rounds and doors ----------------------------------------------------------------------------------------

    def calls(self: Any) -> None:
        wanted = due(self.state, self.setup)
        assert wanted is not None
        self.does(wanted)

    def prepares(self: Any, round_: int = 1, *, boxes: tuple[str, ...], papers: int = 60) -> None:
        for box in boxes:
            self.does(ev.BoxSealed(round_, box, f"{box}-{round_}"))
        self.does(ev.PapersReceived(round_, dict.fromkeys(self.papers(round_), papers)))

    def opens_round(self: Any, round_: int = 1) -> None:
        self.does(ev.RoundOpened(round_, *sitting(self.state, self.setup)))

    def opens_doors(self: Any, round_: int = 1) -> None:
        self.does(ev.DoorsOpened(round_))

    def closes_doors(self: Any, round_: int = 1, **unused: int) -> None:
        own, proxy = rights_here(self.state, self.device, round_)
        counted = {paper: self.left(round_, paper) for paper in self.papers(round_)} | unused
        self.does(ev.DoorsClosed(round_, counted, own, proxy))

    def closes_round(self: Any, round_: int = 1) -> None:
        self.does(ev.RoundClosed(round_))

    def declares(self: Any, round_: int = 1) -> ev.RoundDeclared:
        found = outcome(self.state, self.setup, round_)
        assert found is not None
        event = ev.RoundDeclared(round_, found.status, found.elected, found.next)
        self.does(event)
        return event

    def papers(self: Any, round_: int = 1) -> tuple[str, ...]:
        return papers_of(self.state, self.setup, round_)

    def left(self: Any, round_: int, paper: str) -> int:
        page = self.book().rounds[round_]
        entry = page.paper[paper]
        out = sum(lease.papers.get(paper, 0) - lease.brought_back.get(paper, 0) for lease in page.leases.values())
        return entry.received - entry.issued - out

    # ---- the desk ------------------------------------------------------------------------------------------------

    def admits(self: Any, *voters: int, round_: int = 1) -> None:
        for no in voters:
            self.does(ev.PapersIssued(round_, no, self.papers(round_), "own"))

    def admits_holder(self: Any, principal: int, holder: int, round_: int = 1) -> None:
        self.does(ev.PapersIssued(round_, principal, self.papers(round_), "proxy", holder))

    def overrides(self: Any, no: int, why: str = "二人同意", round_: int = 1) -> None:
        event = ev.PapersIssued(round_, no, self.papers(round_), "own", override=why)
        self.does(event, HEADS[self.station][0], CLERK[self.station])

    def cancels(self: Any, no: int, *handed_back: str, round_: int = 1) -> None:
        self.does(ev.AdmissionCancelled(round_, no, "认错人", handed_back))

    def replaces(self: Any, no: int, paper: str, round_: int = 1) -> None:
        self.does(ev.PaperReplaced(round_, no, paper, "写坏"))

    # ---- the roaming box -----------------------------------------------------------------------------------------

    def leases(self: Any, *voters: int, device: str = "", round_: int = 1) -> None:
        number = len(self.book().rounds[round_].leases) + 1
        self.does(ev.LeaseGranted(round_, cast.ROAMING, number, voters, device))

    def sends_box(self: Any, papers: int = 5, lease: int = 1, round_: int = 1) -> None:
        taken = dict.fromkeys(self.papers(round_), papers)
        self.does(ev.BoxSent(round_, cast.ROAMING, lease, ("qian", "feng", "sun"), taken))

    def visits(self: Any, no: int, outcome_: Any = "voted", *officials: str, lease: int = 1, round_: int = 1) -> None:
        types = self.papers(round_) if outcome_ == "voted" else ()
        self.does(ev.VisitRecorded(round_, cast.ROAMING, lease, no, outcome_, types), *(officials or ("qian",)))

    def box_returns(self: Any, unused: int, lease: int = 1, round_: int = 1) -> None:
        back = dict.fromkeys(self.papers(round_), unused)
        self.does(ev.BoxReturned(round_, cast.ROAMING, lease, f"{cast.ROAMING}-{round_}", True, back))

    def completes(self: Any, voted: int, lease: int = 1, round_: int = 1) -> None:
        self.does(ev.VisitsCompleted(round_, cast.ROAMING, lease, voted))

    # ---- the count -----------------------------------------------------------------------------------------------

    def opens_box(self: Any, box: str, round_: int = 1) -> None:
        self.does(ev.BoxOpened(round_, box, self.book().rounds[round_].box[box].seal, True))

    def counts_box(self: Any, box: str, again: str = "", round_: int = 1, **papers: int) -> None:
        self.does(ev.BoxCounted(round_, box, papers, again))

    def empties(self: Any, box: str, papers: int, round_: int = 1) -> None:
        """Open a box in which as many papers of every type lie, and count them."""
        self.opens_box(box, round_)
        self.counts_box(box, round_=round_, **dict.fromkeys(self.papers(round_), papers))

    def mixes(self: Any, paper: str, *boxes: str, again: str = "", round_: int = 1) -> None:
        inside = [box_count(self.state, self.setup, round_, box) or {} for box in boxes]
        count = len(self.book().rounds[round_].piles.get(paper, [])) + 1
        papers = sum(one.get(paper, 0) for one in inside)
        self.does(ev.PileMixed(round_, paper, count, boxes, papers, again))

    def calls_sheet(self: Any, paper: str, papers: int, *contests: ev.SheetContest, round_: int = 1) -> None:
        pile = self.book().rounds[round_].piles[paper][-1]
        number = len(pile.sheets) + 1
        self.does(ev.SheetCalled(round_, paper, pile.count, number, papers, contests))

    def closes_pile(self: Any, paper: str, round_: int = 1) -> None:
        count = self.book().rounds[round_].piles[paper][-1].count
        self.does(ev.PileClosed(round_, paper, count))

    def tallies(self: Any, paper: str, boxes: tuple[str, ...], contest: ev.SheetContest, round_: int = 1) -> None:
        """Mix, call everything on one sheet, close."""
        self.mixes(paper, *boxes, round_=round_)
        papers = self.book().rounds[round_].piles[paper][-1].papers
        self.calls_sheet(paper, papers, contest, round_=round_)
        self.closes_pile(paper, round_)


def snapshot(state: State) -> Any:
    return value_of(state.books), {key: len(uses) for key, uses in state.rights.items()}


def refused(act: Callable[[], object]) -> Refusal:
    """The refusal that an act meets; a test fails where it meets none."""
    try:
        act()
    except Refusal as refusal:
        return refusal
    raise AssertionError("nobody refused")


def director(valid: int, blank: int = 0, void: int = 0, **votes: int) -> ev.SheetContest:
    return ev.SheetContest("director", valid, blank, {"unclear": void} if void else {}, votes)


def member(valid: int, blank: int = 0, void: int = 0, **votes: int) -> ev.SheetContest:
    return ev.SheetContest("member", valid, blank, {"unclear": void} if void else {}, votes)


def new_hall(setup: Setup = cast.HALL_ALONE) -> Log:
    return Log(cast.HALL_KEY.public.id, setup, "hall")


def new_school(setup: Setup = cast.SETUP) -> Log:
    return Log(cast.SCHOOL_KEY.public.id, setup, "school")


def called_hall(setup: Setup = cast.HALL_ALONE) -> Log:
    """The hall with the main round called."""
    hall = new_hall(setup)
    hall.begins()
    hall.calls()
    return hall


def open_hall(setup: Setup = cast.HALL_ALONE) -> Log:
    """The hall with open doors: box 1 and the roaming box sealed, 60 papers of each type on the desk."""
    hall = called_hall(setup)
    hall.prepares(boxes=(cast.HALL_1, cast.ROAMING))
    hall.opens_round()
    hall.opens_doors()
    return hall


def open_village(setup: Setup = cast.SETUP) -> tuple[Log, Log]:
    """Hall and school with open doors; the school knows the hall's orders."""
    hall, school = open_hall(setup), new_school(setup)
    school.begins()
    school.takes(hall)
    school.prepares(boxes=(cast.SCHOOL_1,), papers=30)
    school.opens_doors()
    return hall, school


def closed_hall(voters: int = 20, setup: Setup = cast.HALL_ALONE, leave_out: int = 0) -> Log:
    """The hall after ``voters`` voted in person and the round is closed; box 1 holds their papers, less ``leave_out``,
    the roaming box stayed empty. Both are counted, nothing is called yet."""
    hall = open_hall(setup)
    hall.admits(*range(1, voters + 1))
    hall.closes_doors()
    hall.closes_round()
    hall.empties(cast.HALL_1, voters - leave_out)
    hall.empties(cast.ROAMING, 0)
    return hall


BOXES = (cast.HALL_1, cast.ROAMING)


def counted_hall(red: ev.SheetContest, white: ev.SheetContest, voters: int = 20) -> Log:
    """The hall after the public count of both papers, ready to declare."""
    hall = closed_hall(voters)
    hall.tallies(cast.RED, BOXES, red)
    hall.tallies(cast.WHITE, BOXES, white)
    return hall
