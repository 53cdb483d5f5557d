"""poll.py's own decisions; what it installs is proven by every run of it."""

import subprocess
import sys
from pathlib import Path

import pytest

import poll


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, poll.__file__, *words], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_without_a_word_it_says_what_there_is() -> None:
    answer = ask()
    assert answer.returncode == 2
    assert "poll.py demo" in answer.stderr


def test_an_unknown_word_is_not_guessed() -> None:
    assert ask("dmeo").returncode == 2


@pytest.mark.parametrize("words", [["lint", "--fxi"], ["install", "everything"]])
def test_a_word_too_many_is_answered_in_a_sentence(words: list[str]) -> None:
    answer = ask(*words)
    assert answer.returncode == 1
    assert f"poll.py {words[0]}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["-x"], ["tests"], ["tests/browser"], ["tests/browser/test_desk.py::test_a_tap"], ["-k", "chain"]],
)
def test_runs_that_may_reach_browser_tests_get_a_browser(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "ROOT", tmp_path)
    (tmp_path / "tests" / "browser").mkdir(parents=True)
    (tmp_path / "tests" / "browser" / "test_desk.py").touch()
    assert poll.wants_browser(arguments)


@pytest.mark.parametrize(
    "arguments", [["tests/shared"], ["tests/shared", "-k", "chain"], ["tests/test_poll.py::test_x"]]
)
def test_runs_elsewhere_do_without(arguments: list[str]) -> None:
    assert not poll.wants_browser(arguments)


def test_a_named_browser_that_does_not_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_BROWSER", "/nowhere/chromium")
    with pytest.raises(poll.Stop, match="/nowhere/chromium"):
        poll.find_browser()


def test_no_browser_at_all_stops_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLL_BROWSER", raising=False)
    for way in ("present_browser", "playwright_browser"):
        monkeypatch.setattr(poll, way, lambda: None)
    monkeypatch.setattr(poll, "may_use_apt", lambda: False)
    with pytest.raises(poll.Stop, match="not left out"):
        poll.find_browser()


def test_a_changed_lock_is_another_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "ROOT", tmp_path)
    for name in (*poll.LOCKS.values(), "pyproject.toml"):
        (tmp_path / name).write_text("one==1\n", "utf-8")
    before = poll.digest("programs")
    (tmp_path / "requirements.lock").write_text("one==2\n", "utf-8")
    assert poll.digest("programs") != before


def test_programs_are_found_in_the_environment_and_speak_utf8() -> None:
    surroundings = poll.environment()
    assert surroundings["PATH"].startswith(str(poll.SCRIPTS))
    assert surroundings["PYTHONUTF8"] == "1"
    assert "PYTHONPATH" not in surroundings
