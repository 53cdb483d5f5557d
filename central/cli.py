"""``poll-central``: the office's commands. What they refuse they say in both languages, and exit with 1."""

import gc
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from central import create_app, report
from central.accounts import ROLES
from central.checking import check
from central.config import MOST_FILES, Program, wire
from central.enrolment import Drawn
from central.faults import PlanFault, RowFault
from central.office import found_office, open_office
from shared import receipt
from shared.certificate import LastTrusted
from shared.console import LANGUAGES, PORT, Refusing, both, put_receipt, say, speak_utf8
from shared.errors import Refusal
from shared.figures import state_fingerprint
from shared.serving import listen, serve

MOST_NAMED = 20  # units in a sentence
FOLDER = click.option(
    "--folder",
    "-C",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("office"),
    show_default=True,
    envvar="POLL_OFFICE",
    help="办公室的文件夹 · the office's folder",
)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(cls=Refusing, help="选举办公室 · the program of the election office")
def main() -> None:
    speak_utf8()


@main.command(help="建立办公室：密钥、证书、数据库 · make the office: keys, certificate, database")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="选举办公室", show_default=True, help="办公室的名称 · the office's name")
def init(folder: Path, name: str) -> None:
    office = found_office(folder, name, _now().date(), os.urandom)
    click.echo(f"{office.name}\n{both('根密钥指纹', 'fingerprint of the root')}: {office.root.fingerprint}")


@main.command(help="运行 · run the office")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8400, show_default=True)
@click.option("--threads", default=32, show_default=True)
@click.option("--tls/--no-tls", default=False, help="前面有 TLS · served behind TLS: cookies for https only")
def run(folder: Path, *, host: str, port: int, threads: int, tls: bool) -> None:
    program = _program(folder)
    listening = listen(host, port)
    address = f"http://{host}:{listening.getsockname()[1]}"
    app = create_app(program, tls=tls)
    click.echo(f"ready {address}")
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # the books are many small objects that live long; looking through them is dear
    serve(app, listening, threads=threads, most_bytes=MOST_FILES)


@main.group(help="选举 · elections")
def election() -> None:
    pass


@election.command(help="由方案和名册建立一个单位 · make a unit from its plan and its roll")
@FOLDER
@click.argument("plan", type=FILE)
@click.option("--roll", "roll_file", type=FILE, required=True, help="选民名册 · the roll: .xlsx, .csv")
def create(folder: Path, plan: Path, roll_file: Path) -> None:
    drawn = _program(folder).enrolment.create(plan.read_bytes(), roll_file.read_bytes(), _now())
    _tell(drawn)


@main.group(help="名册 · rolls")
def roll() -> None:
    pass


@roll.command("check", help="核对名册，不保存 · check a roll and keep nothing")
@FOLDER
@click.argument("roll_file", metavar="ROLL", type=FILE)
@click.option("--plan", type=FILE, required=True, help="选举方案 · the plan that it is for")
def check_roll(folder: Path, roll_file: Path, plan: Path) -> None:
    _tell(_program(folder).enrolment.draw(plan.read_bytes(), roll_file.read_bytes()))


@roll.command("import", help="换用新名册 · put another roll under a unit's plan")
@FOLDER
@click.argument("unit")
@click.argument("roll_file", metavar="ROLL", type=FILE)
def import_roll(folder: Path, unit: str, roll_file: Path) -> None:
    _tell(_program_of(folder, unit).enrolment.import_roll(unit, roll_file.read_bytes(), _now()))


@main.group(help="投票站 · stations")
def station() -> None:
    pass


@station.command(help="核对指纹后批准投票站 · compare the fingerprint, then approve a station")
@FOLDER
@click.argument("unit")
@click.argument("name", metavar="STATION")
@click.argument("request_file", metavar="REQUEST", type=FILE)
@click.option("--fingerprint", default="", help="站内屏幕上的指纹 · the fingerprint on the station's own screen")
def approve(folder: Path, unit: str, name: str, request_file: Path, *, fingerprint: str) -> None:
    program, asked = _program_of(folder, unit), request_file.read_bytes()
    shown = program.enrolment.compare(asked)
    click.echo(f"{both('申请的指纹', 'fingerprint of the request')}: {shown}")
    if fingerprint and _bare(fingerprint) != _bare(shown):
        raise Refusal("fingerprint_differs", found=shown)
    if not fingerprint:
        click.confirm(both("与站内屏幕一致吗", "does it equal the station's own screen"), abort=True)
    program.enrolment.approve(unit, name, asked, _now())
    click.echo(f"{unit} {name} {both('已批准', 'approved')}")


@main.command(help="制作一个投票站的封装选举包 · make a station's sealed package")
@FOLDER
@click.argument("unit")
@click.argument("name", metavar="STATION")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), required=True)
def package(folder: Path, unit: str, name: str, output: Path) -> None:
    sealed, version = _program_of(folder, unit).enrolment.package(unit, name, _now())
    output.write_bytes(sealed)
    click.echo(f"{output} v{version}")


@main.command("import", help="收入批次文件，回执写在旁边 · take in batch files; receipts are written beside them")
@FOLDER
@click.argument("files", metavar="FILE…", nargs=-1, type=FILE, required=True)
def import_(folder: Path, files: Sequence[Path]) -> None:
    program = _program(folder)
    refused = 0
    for file in files:
        answer = program.intake.answer(file.read_bytes(), _now())
        put_receipt(file, answer.data)
        click.echo(f"{file.name} {answer.status}")
        for reason in receipt.open_(answer.data, [program.office.key.public]).reasons:
            say(reason.refusal())
        refused += answer.status == "refused"
    sys.exit(1 if refused else 0)


@main.command(help="由批次和裁定重新算出一切 · make everything again from batches and decisions")
@FOLDER
def rebuild(folder: Path) -> None:
    program = _program(folder)
    for unit in program.store.units():
        program.intake.refold(unit)
        view = program.views.get(unit)
        click.echo(f"{unit} {view.fingerprint if view else '-'}")


@main.command(help="从字节核对所存的一切 · check all that is kept, from the bytes")
@FOLDER
def verify(folder: Path) -> None:
    program, wrong = _program(folder), 0
    for unit in program.store.units():
        found = check(program, unit)
        wrong += len(found.differs)
        figures = f"{found.batches} / {found.events} / {found.findings}"
        click.echo(f"{unit} {both('批次/记录/违规', 'batches/events/findings')} {figures} {found.fingerprint}")
        for table in found.differs:
            say(Refusal("rows_differ", table=table, unit=unit))
    sys.exit(1 if wrong else 0)


@main.group(help="账号 · accounts")
def user() -> None:
    pass


@user.command(help="打印一个邀请链接 · print an invitation link")
@FOLDER
@click.argument("name")
@click.option("--role", "roles", multiple=True, default=["watch"], show_default=True, help=" / ".join(ROLES))
@click.option("--url", default="http://127.0.0.1:8400", show_default=True, help="办公室的网址 · the office's address")
def invite(folder: Path, name: str, *, roles: Sequence[str], url: str) -> None:
    secret = _program(folder).desk.invite(name, tuple(roles), _now())
    click.echo(f"{url.rstrip('/')}/invitation/{secret}")


@main.command(help="终止投票站的证书 · end a station's certificate")
@FOLDER
@click.argument("unit")
@click.argument("name", metavar="STATION")
@click.option("--reason", default="lost", show_default=True, help="lost, stolen, retired…")
@click.option("--epoch", default="", help="最后可信的日志段 · the epoch of the last trusted line")
@click.option("--through", default=0, help="最后可信的序号 · its number; what comes after does not count")
def end(folder: Path, unit: str, name: str, *, reason: str, epoch: str, through: int) -> None:
    program, last = _program_of(folder, unit), _last_trusted(epoch, through)
    click.echo(program.enrolment.end(unit, name, reason, last))


@main.command("report", help="一个单位的结果 · the result of a unit")
@FOLDER
@click.argument("unit")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON · one line of JSON")
def report_(folder: Path, unit: str, *, as_json: bool) -> None:
    program = _program_of(folder, unit)
    view = program.views.get(unit)
    if view is None:
        raise Refusal("unit_without_package", unit=unit)
    found = report.report(view, program.settling.cases(view))
    batches, receipts = program.cases.counts(unit)
    value = report.result(found, stations=view.stations, batches=batches, receipts=receipts)
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
        return
    for seat in value["elected"]:
        click.echo(f"{seat['post']} {seat['name']} {seat['votes']}")
    click.echo(f"{both('待裁定', 'open cases')}: {value['cases_open']} · {state_fingerprint(found.fingerprint)}")


def _now() -> datetime:
    return datetime.now().astimezone()


def _program(folder: Path) -> Program:
    return wire(open_office(folder), _now, os.urandom)


def _program_of(folder: Path, unit: str) -> Program:
    """The program, if it has this unit. Refuses ``unit_not_listed``, with the ids that there are."""
    program = _program(folder)
    known = program.store.units()
    if unit not in known:
        raise Refusal("unit_not_listed", unit=unit[:80], known=", ".join(known[:MOST_NAMED]) or "-")
    return program


def _last_trusted(epoch: str, through: int) -> LastTrusted | None:
    """Refuses ``epoch_form``, ``through_form``; a number without its epoch says nothing, so it is refused as well."""
    if not epoch and not through:
        return None
    if not re.fullmatch(r"[0-9a-f]{32}", epoch):
        raise Refusal("epoch_form", epoch=epoch[:80])
    if through < 0:
        raise Refusal("through_form", through=through)
    return LastTrusted(epoch, through)


def _tell(drawn: Drawn) -> None:
    facts, blueprint = drawn.roll.facts, drawn.blueprint
    click.echo(f"{blueprint.unit.id} {blueprint.unit.name.zh} · {both('选民', 'voters')} {facts.voters}")
    for place, count in sorted(facts.by_home.items()):
        click.echo(f"  {place} {count}")
    told: list[RowFault | PlanFault] = [*drawn.roll.mends, *blueprint.warnings]
    for one in told:
        click.echo("  " + " · ".join(one.sentence(language) for language in LANGUAGES))


def _bare(fingerprint: str) -> str:
    return "".join(fingerprint.split()).upper()


if __name__ == "__main__":
    main()
