"""An office and stations as the real commands would have left them on disk, with known keys, ready to run as programs
of their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rehearsal.programs import Program, free_port
from station.pins import Pins
from tests.central.offices import Office
from tests.shared import liuhe
from tests.station.place import HEADS, PACKAGE, prepare, run

PIN = "829164"


def office_on_disk(folder: Path) -> Path:
    """The office of 六合 as `poll-central init` and `package` leave it."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    Office(folder, PACKAGE).engine.dispose()
    for name, data in (("office.pem", liuhe.OFFICE_KEY.pem), ("session.bin", b"s" * 32), ("persons.bin", b"p" * 32)):
        (keys / name).write_bytes(data)
    (folder / "root.json").write_bytes(bytes(liuhe.ROOT_SIGNED))
    (folder / "office.json").write_bytes(bytes(liuhe.OFFICE_CERTIFICATE))
    return folder


def open_hall_on_disk(folder: Path, *officials: str) -> Path:
    """The hall with open doors, not running; its heads and ``officials`` have chosen their PIN."""
    with run(prepare(folder)) as hall:
        hall.begins()
        hall.opens()
        pins = Pins(hall.keeper)
        for official, slip in pins.make_slips([*HEADS["hall"], *officials]).items():
            pins.choose(official, slip, PIN)
    return folder


def central(folder: Path, port: int = 0) -> Program:
    port = port or free_port()
    return Program("poll-central", ["run", str(folder), "--port", str(port)], port, folder / "program.log")


def station(folder: Path, *, office: Program | None = None, port: int = 0) -> Program:
    port = port or free_port()
    words = ["run", str(folder), "--port", str(port), *(["--central", office.url] if office else [])]
    return Program("poll-station", words, port, folder / "program.log")


@contextmanager
def running(*programs: Program) -> Iterator[Sequence[Program]]:
    """Started one after another, stopped whatever happens."""
    try:
        for program in programs:
            program.start()
        yield programs
    finally:
        for program in programs:
            program.stop()
