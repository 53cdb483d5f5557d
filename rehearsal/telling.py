"""What the rehearsal tells people while it runs: a line with a bar for each phase, on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Step = Callable[[], None]
WIDE: Final = 130


class Telling:
    """Use as a context manager; each phase is a line that stays."""

    def __init__(self) -> None:
        self.console: Final = Console(stderr=True)
        if not self.console.is_terminal:
            self.console.width = WIDE  # a log has no edge
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
        )

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stops()

    def stops(self) -> None:
        """The bars stand still; what is said from now on is plain text."""
        self._progress.stop()

    @contextmanager
    def phase(self, chinese: str, english: str, steps: int = 1) -> Iterator[Step]:
        """One phase of ``steps`` steps; what it yields is called once for each. Whatever is left is done at its end."""
        task = self._progress.add_task(f"{chinese} · {english}", total=steps)
        yield lambda: self._progress.advance(task)
        self._progress.update(task, total=steps, completed=steps)
        if not self.console.is_terminal:  # a log gets a line as each phase ends, not all of them at the end
            self.console.print(f"✓ {chinese} · {english}", highlight=False)
