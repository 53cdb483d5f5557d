"""Everything that stands before the day begins: the office, two stations with their cables, people with their PINs."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rehearsal.desk import Place, make_pin
from rehearsal.network import Cable
from rehearsal.office import ACCOUNTS, Office, make_password, printed, slips_of
from rehearsal.programs import Program, free_port, run
from rehearsal.telling import Step, Telling

STATIONS: Final = {"hall": "中心会场", "sub-venue": "分会场"}
DESKS: Final = {
    "hall": {
        "sungenwei": "主持台", "huzhide": "监票台", "lvlianli": "1 号桌", "xulian": "2 号桌", "luoyonghui": "流动组",
        "zhouyin": "计票台甲", "songpingqin": "计票台乙", "yangpinglian": "计票台丙",
    },
    "sub-venue": {
        "lilinqing": "主持台", "yangxiu": "监票台", "wangfeigang": "1 号桌", "lihuijin": "计票台甲",
        "liyongkai": "计票台乙",
    },
}  # fmt: skip


@dataclass(slots=True)
class Stage:
    """``lan``: the cables between the two stations; ``uplinks``: station -> its cable to the office."""

    folder: Path
    office: Office
    places: dict[str, Place]
    uplinks: dict[str, Cable]
    lan: list[Cable]

    @property
    def hall(self) -> Place:
        return self.places["hall"]

    @property
    def sub(self) -> Place:
        return self.places["sub-venue"]


@contextmanager
def staged(folder: Path, telling: Telling, dice: random.Random) -> Iterator[Stage]:
    """Set everything up and start it; at the end all programs that were started are stopped."""
    with ExitStack() as stack:
        office = _office(folder, dice)
        with telling.phase("建立办公室，导入名册", "The office, its election and its roll"):
            office.is_founded()
        with telling.phase("两个站：密钥、指纹、选举资料", "Two stations: keys, fingerprints, packages", 2) as step:
            slips = _enrolled(folder, office, step)
        with telling.phase("启动中心和两个站", "Central and both stations start", 3) as step:
            _starts(office.program, stack)
            step()
            stage = _wired(folder, office, stack)
            for place in stage.places.values():
                _starts(place.program, stack)
                step()
        with telling.phase("设密码，设账号", "Slips become PINs, invitations accounts", 3) as step:
            office.invites()
            step()
            for place in stage.places.values():
                _sign_in(place, slips[place.id], dice)
                step()
        yield stage


def _office(folder: Path, dice: random.Random) -> Office:
    port = free_port()
    place = folder / "office"
    program = Program("poll-central", ["run", str(place), "--port", str(port)], port, folder / "office.log")
    return Office(place, program, {name: make_password(dice) for name in ACCOUNTS})


def _enrolled(folder: Path, office: Office, step: Step) -> dict[str, dict[str, tuple[str, str]]]:
    """Station -> official -> (name, slip). The package is made only when every station is approved."""
    for id_, name in STATIONS.items():
        shown = printed(run("poll-station", "init", folder / id_, "--name", name))
        office.approves(id_, folder / id_ / "request.json", shown)
    slips = {}
    for id_ in STATIONS:
        package = folder / f"{id_}.package"
        office.packs(id_, package)
        slips[id_] = slips_of(run("poll-station", "load", folder / id_, package, "--root", office.root))
        step()
    return slips


def _wired(folder: Path, office: Office, stack: ExitStack) -> Stage:
    """Each station reaches the office, and the other station, through a cable of its own."""
    ports = {id_: free_port() for id_ in STATIONS}
    uplinks = {id_: Cable(office.program.port) for id_ in STATIONS}
    to_station = {id_: Cable(port) for id_, port in ports.items()}
    places = {}
    for id_, port in ports.items():
        other = next(one for one in STATIONS if one != id_)
        words = ["run", str(folder / id_), "--port", str(port)]
        words += ["--central", uplinks[id_].url, "--peer", to_station[other].url]
        program = Program("poll-station", words, port, folder / f"{id_}.log")
        places[id_] = Place(id_, program, {}, {})
    for cable in (*uplinks.values(), *to_station.values()):
        stack.callback(cable.close)
    return Stage(folder, office, places, uplinks, list(to_station.values()))


def _starts(program: Program, stack: ExitStack) -> None:
    stack.callback(program.stop)
    program.start()


def _sign_in(place: Place, slips: dict[str, tuple[str, str]], dice: random.Random) -> None:
    """Everybody with a duty today, each on their own phone."""
    for official, desk in DESKS[place.id].items():
        name, slip = slips[official]
        place.pins[official] = make_pin(dice)
        place.names[official] = name
        place.signs_in(official, slip, desk)
