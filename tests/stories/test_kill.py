"""Station and office run as real programs, phones admit by the forms of the pages, and again and again one of the two
programs is killed: all that was acknowledged is there, the chain verifies, sending goes on."""

import json
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rehearsal.phone import UNREACHABLE, Phone
from rehearsal.programs import Program
from rehearsal.programs import run as command
from shared import line
from station.store.opening import open_store, reading
from tests import cast
from tests.stories.programs import PIN, central, office_on_disk, open_hall_on_disk, running, station

ROUNDS = 20
PHONES = 4
PATIENCE = 60  # seconds until the desks of a busy machine must have gone on
HOLDERS = {one.holder for one in cast.SETUP.proxies}  # they could still take somebody else's papers
VOTERS = [no for no in range(1, 31) if no not in (*HOLDERS, *cast.BEDRIDDEN)]
DONE = re.compile(r"/voter/(\d+)/(admitted|cancelled)/(?:\d+-)?(\d+)")
KIND = {"admitted": "papers.issued", "cancelled": "admission.cancelled"}


@dataclass
class Desks:
    """Phones whose owners tap on, whatever happens. ``acknowledged``: (voter, kind, seq) of every answer that was
    read."""

    address: str
    acknowledged: set[tuple[int, str, int]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def phone(self, number: int) -> Phone:
        """Signed in once: a killed station knows its people again."""
        phone = Phone(self.address)
        phone.send(phone.open("/sign-in").form("/sign-in"), official="wu", desk=f"{number} 号桌", pin=PIN)
        return phone

    def go_on(self) -> None:
        """Wait until a further act was acknowledged: a program that came back works again."""
        before, end = len(self.acknowledged), time.monotonic() + PATIENCE
        while len(self.acknowledged) == before:
            assert time.monotonic() < end, "the desks came to a standstill"
            time.sleep(0.02)

    def work(self, phone: Phone, number: int) -> None:
        dice = random.Random(number)
        while not self.stop.is_set():
            try:
                self.tap(phone, dice.choice(VOTERS[number::PHONES]))
            except UNREACHABLE:
                time.sleep(0.05)  # the program was killed; people tap again

    def tap(self, phone: Phone, voter: int) -> None:
        """Admit somebody, or take the admission back."""
        page = phone.open(f"/voter/{voter}")
        forms = [form for form in page.forms if form.action.endswith("/admit")]
        if forms:
            answer = phone.send(forms[0])
        else:
            answer = phone.send(phone.open(f"/voter/{voter}/cancel").form("/cancel"), reason="再来")
        done = DONE.search(answer.url)
        if done is None or answer.status != 200:
            self.faults.append(f"{answer.status} {answer.url} {answer.text[:200]}")
        else:
            self.acknowledged.add((int(done[1]), KIND[done[2]], int(done[3])))


@contextmanager
def at_work(address: str) -> Iterator[Desks]:
    desks = Desks(address)
    signed_in = [(desks.phone(number), number) for number in range(PHONES)]
    threads = [threading.Thread(target=desks.work, args=one) for one in signed_in]
    for thread in threads:
        thread.start()
    try:
        yield desks
    finally:
        desks.stop.set()
        for thread in threads:
            thread.join()


def in_the_log(folder: Path) -> set[tuple[int, str, int]]:
    """(voter, kind, seq) of every line that names one voter."""
    engine = open_store(folder / "station.db")
    with reading(engine) as connection:
        read = [line.read(row[0]) for row in connection.execute("SELECT line FROM log")]
    engine.dispose()
    return {(int(one.data["voter"]), one.type, one.seq) for one in read if "voter" in one.data}


def verified(folder: Path) -> str:
    """`poll-station verify` finds nothing wrong; the fingerprint that it prints."""
    return command("poll-station", "verify", folder).split()[-1]


def merged(office: Path) -> str:
    """The fingerprint of the hall's log as the office computes it."""
    said = json.loads(command("poll-central", "report", cast.UNIT_ID, "--json", "--folder", office))
    return str(said["fingerprint"]["hall"]["central"])


def sent_in_full(hall: Program, office: Path) -> bool:
    """Within a minute the office holds all that the station has."""
    wanted = verified(Path(hall.words[1]))
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if merged(office) == wanted:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.slow
def test_twenty_kills_lose_nothing_that_was_acknowledged(tmp_path: Path):
    folder, office = open_hall_on_disk(tmp_path / "hall", "wu"), office_on_disk(tmp_path / "office")
    dice, killed = random.Random(20), []
    with running(away := central(office), hall := station(folder, office=away)), at_work(hall.url) as desks:
        for _ in range(ROUNDS):
            desks.go_on()
            time.sleep(dice.uniform(0.1, 1.2))
            victim = dice.choice((hall, away))
            victim.kill()
            killed.append(victim.name)
            acknowledged = set(desks.acknowledged)
            if victim is hall:
                assert verified(folder)
            assert acknowledged <= in_the_log(folder)
            victim.start()
        desks.stop.set()
        assert sent_in_full(hall, office)
    assert desks.faults == []
    assert desks.acknowledged <= in_the_log(folder)
    assert set(killed) == {"poll-station", "poll-central"}
    for program in (hall, away):
        assert "Traceback" not in program.log.read_text(encoding="utf-8")
    assert verified(folder) == merged(office)
