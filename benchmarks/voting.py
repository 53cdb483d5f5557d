"""A real station, started by its own commands, with its doors open: enrolled by a benchmark's office, run over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.office import ELECTION, PAPERS, Office, Place, town
from rehearsal.phone import Page, Phone
from rehearsal.programs import Program, free_port, run
from shared import package, request
from shared.keys import SealingKey, SigningKey

UNIT: Final = f"{ELECTION}/liuhe"
HERE, ELSEWHERE = "s0", "s1"
PIN: Final = "135790"
DESK: Final = "1 号桌"
THREADS: Final = 48
ELSEWHERE_VOTERS: Final = 20


@dataclass(frozen=True)
class Running:
    """The station's program. Voters 1 to ``voters`` are its own, those after them are another station's."""

    program: Program
    folder: Path
    voters: int

    @property
    def port(self) -> int:
        return self.program.port

    @property
    def database(self) -> Path:
        return self.folder / "station.db"

    def verify(self) -> None:
        """The station's own check of its whole log. Stops the program first."""
        self.program.stop()
        run("poll-station", "verify", self.folder)


@contextmanager
def open_station(folder: Path, voters: int) -> Iterator[Running]:
    """A station whose doors stand open, with papers enough for everybody."""
    station = folder / "station"
    run("poll-station", "init", station, "--name", "中心会场")
    office = Office()
    sealed = folder / "package.json"
    sealed.write_bytes(_package(office, station, voters))
    run("poll-station", "load", station, sealed, "--root", office.root.fingerprint)
    port = free_port()
    words = ["run", str(station), "--port", str(port), "--threads", str(THREADS)]
    program = Program("poll-station", words, port, folder / "station.log")
    program.start()
    try:
        running = Running(program, station, voters)
        _open_doors(running)
        yield running
    finally:
        program.stop()


def _package(office: Office, folder: Path, voters: int) -> bytes:
    asked = request.read((folder / "request.json").read_bytes())
    other = SigningKey.generate(office.random)
    places = [
        Place(HERE, asked.public, asked.sealing, voters),
        Place(ELSEWHERE, other.public.base64, SealingKey.beside(other).public, ELSEWHERE_VOTERS),
    ]
    certificates = [office.certify(UNIT, place) for place in places]
    signed = office.sign(town(UNIT, places), certificates)
    return package.seal(signed, office.subject(UNIT, places[0]), 1)


def _open_doors(running: Running) -> None:
    """What officials do on their phones before the first voter: PINs, the log, the round, the box, the papers."""
    for name in ("scrutineer", "clerk", "head"):
        phone = _with_pin(running, f"{HERE}-{name}")
    paths: list[tuple[str, dict[str, str]]] = [
        ("/start", {}),
        ("/rounds/call", {}),
        (f"/boxes/{HERE}-box/seal", {"seal": "A-1"}),
        ("/papers/receive", {f"papers-{paper}": str(2 * running.voters) for paper in PAPERS}),
        ("/rounds/open", {}),
    ]
    for path, values in paths:
        form = phone.open(path).form(path)
        _held(phone.send(form, second=f"{HERE}-scrutineer", second_pin=PIN, **values), path)


def _with_pin(running: Running, official: str) -> Phone:
    """Their phone, signed in with the one-time slip."""
    slips = (running.folder / "slips.txt").read_text("utf-8").splitlines()
    slip = next(line.split(" · ")[2] for line in slips if line.split(" · ")[1] == official)
    phone = Phone(running.program.url)
    form = phone.open("/sign-in/first").form("/sign-in/first")
    _held(phone.send(form, official=official, desk=DESK, slip=slip, pin=PIN, pin_again=PIN), "/sign-in/first")
    return phone


def _held(page: Page, path: str) -> None:
    """A form that was not taken comes back at its own address."""
    if page.status != 200 or page.url.endswith(path):
        raise RuntimeError(f"{page.url} {page.status}: {page.text}")
