"""The frame of the benchmarks: alternation, medians, and lines that say what happened."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import run
from benchmarks.pairing import Figures, NotRun, Ratio, alternate


def test_ours_and_the_baseline_take_turns() -> None:
    turns: list[str] = []

    def turn(name: str) -> float:
        turns.append(name)
        return 1.0

    alternate(lambda: turn("A"), lambda: turn("B"))
    assert "".join(turns) == "ABABABABAB"


def test_one_slow_pair_does_not_move_the_ratio() -> None:
    ours, baseline = iter([50, 50, 1, 50, 50]), iter([100] * 5)
    assert alternate(lambda: next(ours), lambda: next(baseline)).ratio == 0.5


def test_a_machine_that_slows_down_tells_on_both() -> None:
    rates = iter([100, 200, 50, 100, 10, 20, 4, 8, 1, 2])
    assert alternate(lambda: next(rates), lambda: next(rates)).ratio == 0.5


def test_four_pairs_are_too_few() -> None:
    with pytest.raises(ValueError, match="too few"):
        alternate(lambda: 1.0, lambda: 1.0, pairs=4)


def bench(monkeypatch: pytest.MonkeyPatch, measure: Any) -> None:
    benchmark = SimpleNamespace(NAME="sums", FLOOR=0.5, GOAL=1.0, measure=measure)
    monkeypatch.setattr(run, "discover", lambda: {"sums": benchmark})


def figures(ratio: float) -> Figures:
    return Figures(ratio=Ratio(ratio=ratio, ours=ratio * 10, baseline=10, pairs=5), more={"p99_ms": 3})


def test_a_row_is_one_line_of_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bench(monkeypatch, lambda folder: figures(0.75))
    assert run.main([]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line.items() >= {"name": "sums", "ratio": 0.75, "floor": 0.5, "goal": 1.0, "p99_ms": 3}.items()


def test_a_ratio_below_the_floor_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    bench(monkeypatch, lambda folder: figures(0.4))
    assert run.main(["sums"]) == 1


def test_what_a_machine_cannot_run_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(folder: Path) -> Figures:
        raise NotRun("there is no C compiler")

    bench(monkeypatch, measure)
    assert run.main([]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "sums", "not_run": "there is no C compiler"}


def test_a_folder_is_empty_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def measure(folder: Path) -> Figures:
        folders.append(folder)
        assert not list(folder.iterdir())
        return figures(1.0)

    bench(monkeypatch, measure)
    run.main([])
    assert not folders[0].exists()


def test_an_unknown_name_is_answered_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench(monkeypatch, None)
    assert run.main(["differences"]) == 2
    assert "sums" in capsys.readouterr().err


def test_every_benchmark_of_the_folder_states_floor_and_goal() -> None:
    assert all(0 < benchmark.FLOOR <= benchmark.GOAL for benchmark in run.discover().values())
