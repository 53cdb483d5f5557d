"""``poll-rehearse``: whole days with the real programs and virtual people."""

import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from rehearsal.day import Day
from rehearsal.desk import WentOtherwise
from rehearsal.evening import Evening
from rehearsal.figures import figures, wrong
from rehearsal.phone import NoSuchForm
from rehearsal.programs import ProgramFailed
from rehearsal.stage import STATIONS, Stage, staged
from rehearsal.telling import Telling
from rehearsal.village import LEAST, Village, duties_of_officials
from shared.console import speak_utf8

FAILURES: Final = (WentOtherwise, NoSuchForm, ProgramFailed)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    seed: int
    voters: int
    leave: bool
    as_json: bool


@click.group(help="演练：虚拟的工作人员和选民，真实的程序 · rehearsals: virtual people, real programs")
def main() -> None:
    speak_utf8()


@main.command(help="柳河村的一个选举日 · one whole election day of a village")
@click.option("--seed", default=1, show_default=True, help="同一个数得到同一个结果 · the same number, the same result")
@click.option(
    "--voters",
    default=1200,
    show_default=True,
    type=click.IntRange(LEAST, 1300),
    help="约多少人投票 · about how many vote",
)
@click.option("--exit", "leave", is_flag=True, help="结束后停止一切 · stop everything at the end")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON · one line of JSON")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="放在哪里 · where everything is put")
def demo(*, seed: int, voters: int, leave: bool, as_json: bool, folder: Path | None) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the programs are stopped on the way out
    with _folder(folder, leave=leave) as place:
        try:
            faults = _rehearse(place, Wish(seed, voters, leave, as_json))
        except FAILURES as failure:
            faults = [f"演练没有走完：{failure} · The rehearsal did not come to its end."]
        if faults:
            click.echo("\n".join([*faults, f"文件夹 · folder: {place}"]), err=True)
            sys.exit(1)


def _rehearse(place: Path, wish: Wish) -> list[str]:
    """Play the day; what does not hold, in words."""
    began, telling, village = time.monotonic(), Telling(), Village()
    with telling, staged(place, telling, random.Random(f"{wish.seed} stage")) as stage:
        Day(stage, village, telling, rights=wish.voters, seed=wish.seed).plays()
        office, shown = Evening(stage, village, telling, wish.seed).ends()
        found = figures(office, shown, time.monotonic() - began)
        faults = wrong(found)
        if wish.as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
        if not wish.leave and not faults:
            telling.stops()
            _tells(stage, telling)
            _waits()
    return faults


@contextmanager
def _folder(asked: Path | None, *, leave: bool) -> Iterator[Path]:
    """The folder asked for, or a temporary one, which goes when all is well and nobody is to look at it."""
    if asked is not None:
        asked.mkdir(parents=True, exist_ok=True)
        yield asked.resolve()
        return
    place = Path(tempfile.mkdtemp(prefix="poll-demo-"))
    yield place
    if leave:
        shutil.rmtree(place, ignore_errors=True)


def _tells(stage: Stage, telling: Telling) -> None:
    """Addresses, officials with their PINs, accounts, the folder, and how to stop."""
    say = telling.console.print
    say(f"\n[bold]选举办公室 · the office[/]  {stage.office.program.url}")
    for name, password in stage.office.accounts.items():
        say(f"  {name}  {password}")
    duties = duties_of_officials()
    for place in stage.places.values():
        say(f"[bold]{STATIONS[place.id]} · {place.id}[/]  {place.program.url}")
        for official, pin in place.pins.items():
            say(f"  {place.names[official]}  PIN {pin}  {duties.get(official, '')}")
        say(f"  其他人首次登录用纸条 · everybody else signs in with a slip: {stage.folder / place.id / 'slips.txt'}")
    say(
        "可以试试 · try: 查找选民、看选票账目和结果、在中心看已裁定的重复用票 · "
        "find a voter, read the ledger and the result, open the settled case at the office"
    )
    say(f"文件夹 · folder  {stage.folder}\n按 Ctrl-C 停止全部程序 · Ctrl-C stops all programs")


def _waits() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
