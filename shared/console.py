"""Common to the commands of both programs: a refusal is said in both languages and ends with 1, never a trace."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from shared import dsse, receipt
from shared.errors import Language, Refusal

PORT: Final = click.IntRange(0, 65_535)
LANGUAGES: Final[tuple[Language, Language]] = ("zh", "en")


class Refusing(click.Group):
    """A refusal is an answer, never a trace; so is a path that was typed and cannot be read or written."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            say(refusal)
            ctx.exit(1)
        except OSError as error:
            if error.filename is None:
                raise
            say(Refusal("path_unusable", path=error.filename, cause=error.strerror))
            ctx.exit(1)


def speak_utf8() -> None:
    """A Windows console may not know Chinese: print what it can instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(refusal: Refusal) -> None:
    """What happened and what to do, and each fault where the refusal carries a list of them."""
    for language in LANGUAGES:
        click.echo(f"{refusal.sentence(language)} {refusal.advice(language)}", err=True)
    for fault in getattr(refusal, "faults", ()):
        click.echo("  " + " · ".join(fault.sentence(language) for language in LANGUAGES), err=True)


def put_receipt(file: Path, answer: bytes) -> None:
    """Write the receipt beside the file that it answers. Refuses file_exists where something else bears that name."""
    beside = file.with_name(f"{file.name}.receipt")
    if beside.exists() and not _is_receipt(beside):
        raise Refusal("file_exists", file=beside.name)
    beside.write_bytes(answer)


def _is_receipt(path: Path) -> bool:
    try:
        return dsse.parse(path.read_bytes()).payload_type == receipt.RECEIPT
    except Refusal:
        return False


def both(chinese: str, english: str) -> str:
    return f"{chinese} · {english}"
