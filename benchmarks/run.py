"""``poll.py bench [NAME…]``: runs the benchmarks of this folder and prints one JSON line for each.

A benchmark is a module here with ``FLOOR``, ``GOAL`` (ratios, higher is better), ``NAME`` and
``measure(folder) -> Figures``. ``folder`` is empty, on the repository's own disk, and gone afterwards. ``measure``
raises `NotRun` where the machine cannot run it, and simply fails where what it counted does not add up: a row whose
work was not really done is void.
"""

import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol, cast

import benchmarks
from benchmarks.pairing import Figures, NotRun

# Not the system's folder for temporary files, which may lie in memory, where a commit to disk costs nothing.
SCRATCH: Final = Path(__file__).resolve().parent.parent / "var"


class Benchmark(Protocol):
    """What a benchmark's module holds."""

    NAME: str
    FLOOR: float
    GOAL: float

    def measure(self, folder: Path) -> Figures: ...


def discover() -> dict[str, Benchmark]:
    """All benchmarks by name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__, "benchmarks."))
    modules = [import_module(name) for name in names if name != __spec__.name]
    return {module.NAME: cast("Benchmark", module) for module in modules if hasattr(module, "measure")}


def row(benchmark: Benchmark) -> dict[str, Any]:
    """Run one benchmark; ``{"name", "ratio", "floor", "goal", …}``, or ``{"name", "not_run"}`` with the reason."""
    SCRATCH.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix=f"{benchmark.NAME}-", dir=SCRATCH, ignore_cleanup_errors=True) as folder:
        try:
            figures = benchmark.measure(Path(folder))
        except NotRun as reason:
            return {"name": benchmark.NAME, "not_run": str(reason)}
    found = figures.ratio
    rates = {"ours": round(found.ours, 2), "baseline": round(found.baseline, 2), "pairs": found.pairs}
    bounds = {"floor": benchmark.FLOOR, "goal": benchmark.GOAL}
    return {"name": benchmark.NAME, "ratio": round(found.ratio, 3)} | bounds | rates | figures.more


def main(names: list[str]) -> int:
    """0 when every ratio reaches its floor (or could not be run here), 1 when one does not, 2 for an unknown name."""
    known = discover()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(known) or 'none'}.", file=sys.stderr)
        return 2
    status = 0
    for name in names or known:
        found = row(known[name])
        print(json.dumps(found, ensure_ascii=False), flush=True)
        if found.get("ratio", found.get("floor", 0)) < found.get("floor", 0):
            print(f"{name} is below its floor.", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
