"""Admissions a second through the station's real door, thirty phones at once, against a view that only commits a row.

What is timed is the form that admits: session, CSRF and one-time token, rules, the right used and the voter arrived,
chain, durable, committed with whatever else waits. The pages with the forms are opened before the clock starts, the
page that follows is not asked for. The baseline runs in the same server with as many threads, on the same disk.
"""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from benchmarks.pairing import LEAST_PAIRS, Figures, alternate
from benchmarks.voting import DESK, HERE, PIN, THREADS, Running, open_station
from shared import events as ev
from shared import line as lines

NAME: Final = "checkin_http"
FLOOR: Final = 0.5
GOAL: Final = 1.0
PHONES: Final = 30
EACH: Final = 40  # voters of one phone in one turn
TURN: Final = PHONES * EACH
ADMITTED: Final = re.compile(r"/voter/(\d+)/admitted/1-(\d+)-(\d+)").fullmatch


@dataclass
class Desk:
    """The phones, what they send to, and what they have had answered so far."""

    phones: "subprocess.Popen[str]"
    station: Running
    bare_port: int
    bare_rows: int = 0
    turns: Iterator[int] = field(default_factory=count)
    delays: list[float] = field(default_factory=list)

    def ours(self) -> float:
        """Admissions a second at the station."""
        turn = next(self.turns)
        first = 1 + turn * TURN
        voters = [list(range(first + phone * EACH, first + (phone + 1) * EACH)) for phone in range(PHONES)]
        # The first to stand in a phone's queue comes a second time, after half of the others.
        planted = [
            {"voter": first},
            {"voter": self.station.voters + 1 + turn},
            {"voter": first + TURN - 1, "csrf": "IjAi.bm9ib2R5.c2lnbmVkIHRoaXM"},
        ]
        found = self._order({"admit": {"port": self.station.port, "voters": voters, "planted": planted}})
        self._check(found["answers"], set(range(first, first + TURN)), turn)
        self.delays += found["delays"]
        return TURN / float(found["seconds"])

    def bare(self) -> float:
        """The same requests where each is one row and one commit."""
        found = self._order({"again": {"port": self.bare_port}})
        assert [status for status, _, _ in found["answers"]] == [303] * (TURN + 3)
        self.bare_rows += TURN + 3
        return (TURN + 3) / float(found["seconds"])

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.phones.stdin is not None
        assert self.phones.stdout is not None
        self.phones.stdin.write(f"{json.dumps(order)}\n")
        self.phones.stdin.flush()
        found: dict[str, Any] = json.loads(self.phones.stdout.readline())
        return found

    def _check(self, answers: list[tuple[int, str, str]], voters: set[int], turn: int) -> None:
        """Every answer names the lines of its own voter, everybody has one, and what was planted was refused."""
        refused = sorted((status, code) for status, _, code in answers if status != 303)
        # a voter of the other station comes back in the form, which asks for the reason: no code, and no line below
        assert refused == [(400, "form_expired"), (409, ""), (409, "right_used")], refused
        log = _log(self.station.database)
        assert len(log) == 7 + (turn + 1) * TURN * 2, len(log)  # two lines each, and those of the opening
        answered = set()
        for told in filter(None, (ADMITTED(address) for _, address, _ in answers)):
            no, first, last = (int(part) for part in told.groups())
            assert last == first + 1
            assert log[first] == ev.PapersIssued(1, no, ("red", "white"), "own")
            assert log[last] == ev.Arrived(no)
            answered.add(no)
        assert answered == voters


def measure(folder: Path) -> Figures:
    with open_station(folder, LEAST_PAIRS * TURN) as station, _bare(folder) as port, _phones(station) as phones:
        desk = Desk(phones, station, port)
        ratio = alternate(desk.ours, desk.bare)
        with closing(sqlite3.connect(folder / "bare.db")) as connection:
            assert connection.execute("SELECT count(*) FROM admission").fetchone()[0] == desk.bare_rows
        station.verify()
    cuts = quantiles(desk.delays, n=100)
    more: dict[str, float | int | str] = {
        "unit": "admissions/s",
        "phones": PHONES,
        "admissions": LEAST_PAIRS * TURN,
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
    }
    return Figures(ratio=ratio, more=more)


def _log(database: Path) -> dict[int, ev.Event]:
    """What the station's file holds, by number."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT seq, line FROM log ORDER BY seq").fetchall()
    read = [(seq, lines.read(raw)) for seq, raw in rows]
    return {seq: ev.read(line.type, line.data) for seq, line in read}


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    """The baseline's server; gives its port."""
    words = [sys.executable, "-m", "benchmarks.bare_desk", str(folder / "bare.db"), str(THREADS)]
    with (
        (folder / "bare.log").open("wb") as log,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().split()[1])
        finally:
            process.terminate()


@contextmanager
def _phones(station: Running) -> Iterator["subprocess.Popen[str]"]:
    words = [sys.executable, "-m", "benchmarks.phones"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            person = {"official": f"{HERE}-clerk", "desk": DESK, "pin": PIN}
            process.stdin.write(json.dumps({"port": station.port, "phones": PHONES, "person": person}) + "\n")
            process.stdin.flush()
            yield process
        finally:
            process.terminate()
