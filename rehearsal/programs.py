"""The real programs as separate processes, started with the commands that the README names."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rehearsal.phone import UNREACHABLE

PATIENCE: Final = 60.0  # seconds for a program to answer its first request


class ProgramFailed(RuntimeError):
    """A command ended with an error; its own words say why."""


def command(name: str) -> list[str]:
    """How to start one of our commands with the very Python that runs the rehearsal."""
    folder = Path(sysconfig.get_path("scripts"))
    found = shutil.which(name, path=str(folder))
    if found:
        return [found]
    module = {"poll-station": "station.cli", "poll-central": "central.cli"}[name]
    return [sys.executable, "-m", module]


def run(name: str, *words: str | Path, stdin: str = "") -> str:
    """Run a command to its end and give what it printed."""
    done = subprocess.run(
        [*command(name), *map(str, words)],
        check=False,  # its own words are shown below
        capture_output=True,
        text=True,
        input=stdin,
        encoding="utf-8",
        env=_words(),
    )
    if done.returncode:
        raise ProgramFailed(f"{name} {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def _words() -> dict[str, str]:
    return os.environ | {"PYTHONUTF8": "1"}


@dataclass(slots=True)
class Program:
    """A server of ours, running. Its words go to ``log``."""

    name: str
    words: list[str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command(self.name), *self.words], stdout=log, stderr=subprocess.STDOUT, env=_words()
            )
        self._wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """As a pulled plug: no warning, no farewell."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process is not None and self.process.poll() is not None:
                raise ProgramFailed(f"{self.name} stopped at once:\n{self.log.read_text(encoding='utf-8')[-2000:]}")
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.url, timeout=2).close()
            except urllib.error.HTTPError:
                return  # it answers; what it answers is for a person to read
            except UNREACHABLE:
                time.sleep(0.1)
            else:
                return
        raise ProgramFailed(f"{self.name} did not answer at {self.url} within {PATIENCE:.0f} s")
