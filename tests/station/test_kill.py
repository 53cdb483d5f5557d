"""Whoever kills the station at any moment: all that was acknowledged is there, and the chain verifies."""

import random
import subprocess
import sys
import time
from pathlib import Path

from station.checking import check
from tests.station.place import prepare, run

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 6


def killed_after(folder: Path, seed: int, seconds: float) -> list[tuple[str, int]]:
    """(epoch, seq) of everything that the process said was done before it was killed."""
    command = [sys.executable, str(ROOT / "tests" / "station" / "busy_station.py"), str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        said = [first, *process.stdout.readlines()]
    done = [line.split() for line in said if line.endswith("\n") and not line.startswith("refused")]
    return [(epoch, int(last)) for epoch, _, last in done]


def test_all_that_was_acknowledged_survives_a_kill(tmp_path: Path):
    folder = prepare(tmp_path)
    with run(folder) as hall:
        hall.begins()
        hall.opens()
    dice = random.Random(7)
    acknowledged: list[tuple[str, int]] = []
    for seed in range(ROUNDS):
        acknowledged += killed_after(tmp_path, seed, dice.uniform(0.01, 0.4))

        with run(folder, seed=1000 + seed) as hall:
            checked = check(hall.keeper)
            assert checked.findings == ()
            assert hall.keeper.readonly is None
            assert hall.keeper.head.through >= max((seq for _, seq in acknowledged), default=0)
            assert {epoch for epoch, _ in acknowledged} <= {hall.keeper.head.epoch}
            assert checked.fingerprint == hall.keeper.fingerprint()
    assert len(acknowledged) > 50
