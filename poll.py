#!/usr/bin/env python3
"""The one command of this repository, for Linux, macOS and Windows. It needs Python 3.11 or newer and a network.

    python3 poll.py install          everything that a developer needs, into .venv
    python3 poll.py demo [...]       plays a whole election day with the real programs (poll-rehearse demo ...)
    python3 poll.py test [...]       all tests, in a browser too (pytest ...)
    python3 poll.py bench [NAME...]  figures against a floor and a goal, one JSON line each
    python3 poll.py lint [--fix]     style, format and types (ruff, mypy)

Windows: `py poll.py ...`. What stands after the word is handed on. Every command first sees to .venv and does nothing
there when nothing changed. What it says itself goes to standard error, so that output can be piped.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

# First of all, and in words that an older Python still reads: whoever needs this sentence runs one.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Pollstation needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "pollstation-installed.json"
LOCKS = {"programs": "requirements.lock", "tests": "requirements-test.lock"}
# pip as one file, from the place where pip's own authors publish it; asked for only where Python came without pip.
PIP_ALONE = "https://bootstrap.pypa.io/pip/pip.pyz"
BROWSER_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
MAC_BROWSERS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_BROWSERS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)


class Stop(Exception):
    """A command cannot go on; the message is the sentence that the person reads."""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


# -- starting other programs ------------------------------------------------------------------------------------------


def environment(**more: str) -> dict[str, str]:
    """Ours, with UTF-8 everywhere (Windows consoles default to an old code page) and .venv's programs found first."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    path = os.pathsep.join([str(SCRIPTS), inherited.get("PATH", "")])
    return inherited | {"PYTHONUTF8": "1", "VIRTUAL_ENV": str(VENV), "PATH": path} | more


def run(*command: str | Path, env: dict[str, str] | None = None) -> int:
    """Run and wait; gives the exit status. Ctrl-C reaches the program itself, and we wait until it has tidied up."""
    try:
        program = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env or environment())
    except OSError as problem:
        raise Stop(f"{command[0]} could not be started: {problem}.") from problem
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            continue


def works(*command: str | Path) -> bool:
    """Whether a program runs and says that all is well; its output is not shown."""
    try:
        finished = subprocess.run([str(part) for part in command], capture_output=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return finished.returncode == 0


def may_use_apt() -> bool:
    return sys.platform != "win32" and shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_install(*packages: str) -> bool:
    """Debian's package, where we are root; False when Debian does not have it or cannot be reached."""
    quiet = environment(DEBIAN_FRONTEND="noninteractive")
    run("apt-get", "update", "-qq", env=quiet)
    return run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=quiet) == 0


# -- .venv ------------------------------------------------------------------------------------------------------------


def digest(kind: str) -> str:
    """What an installation is made of: the locked files, and the project's own commands."""
    parts = [ROOT / LOCKS[kind], ROOT / "pyproject.toml"]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def installed() -> dict[str, str]:
    """What stands in .venv by the last finished installations; nothing when the environment itself no longer runs."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if works(PYTHON, "-c", "") else {}


def install(kind: str) -> None:
    """Bring .venv to what the lock says. The tests' lock holds the programs' too, so either serves the programs."""
    stamp = installed()
    if stamp.get(kind) == digest(kind) or (kind == "programs" and stamp.get("tests") == digest("tests")):
        return
    make_environment()
    # Twice quiet: what remains are errors.
    pip = [*find_pip(), "install", "-qq", "--disable-pip-version-check", "--no-input"]
    say(f"Installing what {LOCKS[kind]} names (the first time this takes a minute or two) ...")
    if run(*pip, "--require-hashes", "--requirement", ROOT / LOCKS[kind]) != 0:
        raise Stop("The libraries could not be installed; what pip says stands above. Is there a network?")
    if run(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT) != 0:
        raise Stop("The libraries are there, but Pollstation's own commands could not be installed; see above.")
    STAMP.write_text(json.dumps(stamp | {kind: digest(kind)}), "utf-8")


def make_environment() -> None:
    if works(PYTHON, "-c", ""):
        return
    say("Making .venv ...")
    has_venv = importlib.util.find_spec("venv") is not None or (may_use_apt() and apt_install("python3-venv"))
    links = [] if os.name == "nt" else ["--symlinks"]
    if not has_venv or run(sys.executable, "-m", "venv", "--clear", "--without-pip", *links, VENV) != 0:
        raise Stop("Python could not make .venv. On Debian and Ubuntu: apt-get install python3-venv")


def find_pip() -> list[str | Path]:
    """A pip that installs into .venv: its own, Python's bundled one, the system's, or pip's own single file."""
    own: list[str | Path] = [PYTHON, "-m", "pip"]
    if works(*own, "--version") or (bundled_pip() and works(*own, "--version")):
        return own
    systems: list[str | Path] = [sys.executable, "-m", "pip", "--python", PYTHON]
    if works(*systems, "--version"):
        return systems
    alone = VENV / "pip.pyz"
    if alone.exists() or fetch_pip(alone):
        return [PYTHON, alone]
    if may_use_apt() and apt_install("python3-pip") and works(*systems, "--version"):
        return systems
    raise Stop(
        f"There is no pip: this Python comes without one, and {PIP_ALONE} could not be fetched. "
        "Install pip (on Debian and Ubuntu: apt-get install python3-pip) and run the same command again."
    )


def bundled_pip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None and works(PYTHON, "-m", "ensurepip")


def fetch_pip(target: Path) -> bool:
    say(f"Fetching pip from {PIP_ALONE} ...")
    try:
        with urllib.request.urlopen(PIP_ALONE, timeout=60) as answer:
            content = answer.read()
    except OSError as problem:
        say(f"That did not work: {problem}.")
        return False
    target.write_bytes(content)
    return True


# -- a browser for the tests ------------------------------------------------------------------------------------------


def find_browser() -> str:
    """The path of a Chromium, Chrome or Edge that starts; one is installed where none is."""
    named = os.environ.get("POLL_BROWSER")
    if named:
        return checked_browser(named)
    browser = present_browser()
    if browser is None and may_use_apt():
        say("Installing Chromium for the browser tests ...")
        browser = present_browser() if apt_install("chromium", "fonts-noto-cjk") else None
    browser = browser or playwright_browser()
    if browser is None:
        raise Stop(
            "No browser was found and none could be installed. Install Chromium, Chrome or Edge, or set POLL_BROWSER "
            "to the path of one. Browser tests are part of the tests; they are not left out."
        )
    return browser


def checked_browser(path: str) -> str:
    if not starts(Path(path)):
        raise Stop(f"POLL_BROWSER names {path}, which does not start. Name a Chromium, Chrome or Edge, or unset it.")
    return path


def starts(browser: Path) -> bool:
    """Windows' browsers open a window when asked for their version, so there the file has to do."""
    return browser.is_file() and (os.name == "nt" or works(browser, "--version"))


def present_browser() -> str | None:
    on_path = [Path(found) for found in map(shutil.which, BROWSER_NAMES) if found]
    homes = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
    windows = [Path(home) / browser for home in homes if home for browser in WINDOWS_BROWSERS]
    folders = [Path("/Applications"), Path.home() / "Applications"] if sys.platform == "darwin" else []
    mac = [folder / browser for folder in folders for browser in MAC_BROWSERS]
    return next((str(browser) for browser in [*on_path, *windows, *mac] if starts(browser)), None)


def playwright_browser() -> str | None:
    """Playwright's own download, the last way; its system libraries come along where we may install them."""
    say("Fetching Playwright's Chromium for the browser tests ...")
    libraries = ["--with-deps"] if may_use_apt() else []
    if run(PYTHON, "-m", "playwright", "install", *libraries, "chromium") != 0:
        return None
    ask = "import playwright.sync_api as api\nwith api.sync_playwright() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, encoding="utf-8", check=False)
    path = Path(answer.stdout.strip())
    return str(path) if answer.returncode == 0 and starts(path) else None


def ready_driver() -> None:
    """Playwright drives the browser with a Node of its own, which asks for one library that bare Debian lacks."""
    driver: list[str | Path] = [PYTHON, "-m", "playwright", "--version"]
    if works(*driver) or (may_use_apt() and apt_install("libatomic1") and works(*driver)):
        return
    run(*driver)  # once more, so that its own words stand above ours
    raise Stop("Playwright, which drives the browser for the tests, does not start; what it says stands above.")


def wants_browser(arguments: list[str]) -> bool:
    """Browser tests live in one folder; a run that names only other places does without a browser."""
    places = [ROOT / word.split("::")[0] for word in arguments if not word.startswith("-")]
    places = [place.resolve() for place in places if place.exists()]
    folder = ROOT / "tests" / "browser"
    return not places or any(folder == place or folder in place.parents or place in folder.parents for place in places)


# -- the commands -----------------------------------------------------------------------------------------------------


def command_install(arguments: list[str]) -> int:
    if arguments:
        raise Stop("`poll.py install` takes nothing after it.")
    install("tests")
    say(f"Ready. The programs are in {SCRIPTS}.")
    return 0


def command_demo(arguments: list[str]) -> int:
    install("programs")
    return run(SCRIPTS / "poll-rehearse", "demo", *arguments)


def command_test(arguments: list[str]) -> int:
    install("tests")
    browser = {}
    if wants_browser(arguments):
        ready_driver()
        browser["POLL_BROWSER"] = find_browser()
    # Two workers halve a whole run; for a chosen few, starting workers takes longer than the tests.
    spread = [] if arguments else ["-n", "2", "--dist", "loadfile"]
    return run(PYTHON, "-m", "pytest", *spread, *arguments, env=environment(**browser))


def command_bench(arguments: list[str]) -> int:
    install("tests")
    return run(PYTHON, "-m", "benchmarks.run", *arguments)


def command_lint(arguments: list[str]) -> int:
    if arguments not in ([], ["--fix"]):
        raise Stop("`poll.py lint` takes nothing after it but --fix.")
    install("tests")
    ruff: list[str | Path] = [PYTHON, "-m", "ruff"]
    wrong = {
        "style (ruff check)": run(*ruff, "check", *arguments, "."),
        "format (ruff format)": run(*ruff, "format", *([] if arguments else ["--check"]), "."),
        "types (mypy)": run(PYTHON, "-m", "mypy"),
    }
    failed = [name for name, status in wrong.items() if status != 0]
    if failed:
        raise Stop(f"Not in order: {', '.join(failed)}. What is wrong stands above.")
    return 0


COMMANDS = {
    "install": command_install,
    "demo": command_demo,
    "test": command_test,
    "bench": command_bench,
    "lint": command_lint,
}


def main(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    if not words or words[0] not in COMMANDS:
        say(str(__doc__))
        return 0 if words in (["--help"], ["-h"], ["help"]) else 2
    try:
        return COMMANDS[words[0]](words[1:])
    except Stop as stop:
        say(str(stop))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
