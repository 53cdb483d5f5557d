"""``poll-station``: the station's commands. What they refuse they say in both languages, and exit with 1."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import click

from shared.console import PORT, Refusing, both, put_receipt, say, speak_utf8
from shared.errors import Refusal
from shared.figures import state_fingerprint
from shared.serving import listen, serve
from station import MOST_BYTES, create_app, receiving, resuming, sending
from station.checking import check
from station.courier import Courier, over_http
from station.folder import Folder, Opened
from station.keeper import By, Keeper
from station.pins import Pins
from station.running import alone

CONSOLE: Final = "console"
FOLDER = click.argument("path", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
FILES = click.argument("files", metavar="FILE…", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
CENTRAL = click.option("--central", metavar="URL", default="", help="中心的网址 · the office's address")
PEERS = click.option("--peer", "peers", metavar="URL", multiple=True, help="本单位其他站 · another station's address")


@click.group(cls=Refusing, help="投票站 · the program of one polling station")
def main() -> None:
    speak_utf8()


@main.command(help="生成密钥和登记申请 · make keys and the request to be enrolled")
@FOLDER
@click.option("--name", required=True, help="投票站的名称 · what people call the station")
def init(path: Path, name: str) -> None:
    folder = Folder(path)
    shown = folder.begin(name, os.urandom)
    click.echo(f"{folder.request}\n{both('本站指纹', 'fingerprint of this station')}: {shown}")


@main.command(help="装入选举包 · load the sealed package")
@FOLDER
@click.argument("package", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--root", default="", help="纸上的根密钥指纹 · the root's fingerprint as printed on paper")
def load(path: Path, package: Path, root: str) -> None:
    folder = Folder(path)
    opened = folder.unseal(package.read_bytes())
    _compare(folder, opened, root)
    with alone(path):
        found = folder.load(opened)
        click.echo(
            f"{found.setup.unit.name.zh} · {found.setup.unit.name.en} · v{found.setup.version} · {found.hash[:16]}"
        )
        with closing(_open(folder)) as keeper:
            _hand_out_slips(folder, keeper)


@main.command(help="运行投票站 · run the station")
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8443, show_default=True)
@click.option("--threads", default=48, show_default=True, help="同时服务的手机 · phones served at once")
@CENTRAL
@PEERS
def run(path: Path, *, host: str, port: int, threads: int, central: str, peers: Sequence[str]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the server has its own way of stopping
    folder = Folder(path)
    listening = listen(host, port)
    with alone(path), closing(_open(folder)) as keeper:
        courier = Courier(keeper, central=central, peers=peers)
        app = create_app(keeper, courier, secret=folder.secret(os.urandom), now=_now)
        courier.start()
        address = f"http://{host}:{listening.getsockname()[1]}"
        if keeper.readonly is not None:
            say(keeper.readonly)
        click.echo(f"ready {address}")
        with closing(courier):
            serve(app, listening, threads=threads, most_bytes=MOST_BYTES)


@main.command(help="旧数据库：取回缺少的记录，由两名负责人继续 · lead a restored station out of read-only")
@FOLDER
@FILES
@CENTRAL
@PEERS
@click.option("--by", "officials", metavar="OFFICIAL", multiple=True, help="负责人，两次 · an official; give two")
@click.option("--reason", default="restored", show_default=True, help="原因 · why")
def resume(
    path: Path, files: Sequence[Path], *, central: str, peers: Sequence[str], officials: Sequence[str], reason: str
) -> None:
    folder = Folder(path)
    with alone(path), closing(_open(folder)) as keeper:
        found = resuming.from_files(keeper, [file.read_bytes() for file in files])
        for base in [*([central] if central else []), *peers]:
            found = resuming.from_network(keeper, partial(over_http, f"{base.rstrip('/')}/api/v1/queries"))
        click.echo(f"{both('还缺', 'events still missing')}: {found.missing}")
        if keeper.readonly is not None and not officials:
            say(keeper.readonly)
        if officials:
            who = tuple(_signed_in(keeper, name) for name in officials)
            written = resuming.open_epoch(keeper, who, reason=reason)
            click.echo(f"{both('新的一段记录', 'new epoch')}: {written.epoch}")


@main.command(help="把批次写成文件 · write every batch as a file")
@FOLDER
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
def export(path: Path, target: Path) -> None:
    with closing(_open(Folder(path))) as keeper:
        sending.cut_now(keeper)
        for file in sending.export(keeper, target):
            click.echo(str(file))


@main.command(help="收入回执文件 · file receipts")
@FOLDER
@FILES
def receipts(path: Path, files: Sequence[Path]) -> None:
    with closing(_open(Folder(path))) as keeper:
        for file in files:
            receipt, _ = sending.file_receipt(keeper, file.read_bytes())
            click.echo(f"{file.name} {receipt.status} {receipt.accepted}")
        click.echo(f"{both('未送达', 'unsent')}: {sending.unsent(keeper)}")


@main.command(help="收入其他站的批次文件 · take in batch files of other stations")
@FOLDER
@FILES
def take(path: Path, files: Sequence[Path]) -> None:
    with closing(_open(Folder(path))) as keeper:
        for file in files:
            answer = receiving.receive(keeper, file.read_bytes())
            put_receipt(file, answer)
            status, why = receiving.read_own(keeper, answer)
            click.echo(f"{file.name} {status}")
            for refusal in why:
                say(refusal)


@main.command(help="核对本站记录 · check this station's own log")
@FOLDER
def verify(path: Path) -> None:
    with closing(_open(Folder(path))) as keeper:
        found = check(keeper)
        click.echo(f"{both('记录', 'events')}: {found.events} · {both('批次', 'batches')}: {found.batches}")
        for one in found.findings:
            click.echo(f"{one.epoch[:8]}/{one.seq}")
            say(one.refusal)
        click.echo(f"{state_fingerprint(found.fingerprint)} {found.fingerprint}")
        if keeper.readonly is not None:
            raise keeper.readonly
    sys.exit(1 if found.findings else 0)


@main.command(help="备份数据库 · copy the database")
@FOLDER
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path, target: Path) -> None:
    Folder(path).back_up(target)
    click.echo(str(target))


def _now() -> datetime:
    return datetime.now().astimezone()


def _open(folder: Folder) -> Keeper:
    return folder.keeper(_now, os.urandom)


def _compare(folder: Folder, opened: Opened, root: str) -> None:
    """People compare the root once; a package under another root is refused later on."""
    shown = opened.root.fingerprint
    click.echo(f"{both('根密钥指纹', 'fingerprint of the root')}: {shown} · {opened.root.name}")
    if root and "".join(root.split()).upper() != "".join(shown.split()):
        raise Refusal("wrong_root", trusted=root, found=shown)
    if not root and not folder.trusted_root():
        click.confirm(both("与纸上的一致吗", "does it equal the one on paper"), abort=True)


def _hand_out_slips(folder: Folder, keeper: Keeper) -> None:
    newest = keeper.enrolment.newest
    here = newest.certificate_of(keeper.device).station
    names = {one.id: one.name for one in newest.setup.officials if one.station == here}
    lines = [f"{names[id_]} · {id_} · {code}" for id_, code in Pins(keeper).make_slips(names).items()]
    folder.add_slips(lines)
    for line in lines:
        click.echo(line)


def _signed_in(keeper: Keeper, official: str) -> By:
    pin = click.prompt(f"{official} PIN", hide_input=True)
    Pins(keeper).verify(official, pin)
    return By(official, CONSOLE)


if __name__ == "__main__":
    main()
