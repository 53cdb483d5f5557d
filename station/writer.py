"""One thread writes. What queued while the last commit ran is judged in turn and committed together (group commit).

On a slow flash a commit takes 25 ms; one commit per act would let thirty phones wait for seconds, one commit per queue
lets each wait for two commits at most. Every piece of work is answered after the commit, so an answer is durable.
"""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from shared.database import writing
from shared.errors import Refusal
from station.store.opening import Engine

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
MOST_AT_ONCE: Final = 256


class HalfDoneError(Exception):
    """Work was refused after it had changed something: the whole group is rolled back and tried again without it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal: Final = refusal


class _Task:
    def __init__(self, work: Work[Any]) -> None:
        self.work: Final = work
        self.future: Final[Future[Any]] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def attempt(self, connection: sqlite3.Connection) -> bool:
        """Do the work. False where it left something behind that must be rolled back."""
        self.error = None
        try:
            self.result = self.work(connection)
        except Refusal as refusal:
            self.error = refusal
        except HalfDoneError as half:
            self.error = half.refusal
            return False
        except Exception as bug:  # noqa: BLE001  # it is raised again in the thread that asked
            self.error = bug
            return False
        return True

    def answer(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)

    def fail(self, error: BaseException) -> None:
        self.future.set_exception(error)


class Writer:
    """``recover`` rebuilds from the database whatever the rolled-back work had changed in memory; ``committed`` hears
    of every commit before it is answered."""

    def __init__(self, engine: Engine, *, recover: Callable[[], None], committed: Callable[[], None]) -> None:
        self._engine = engine
        self._recover = recover
        self._committed = committed
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._stale = False
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def run(self, work: Work[T]) -> T:
        """Have ``work`` done inside the next transaction; blocks until it is durable.

        A `Refusal` that it raises must leave nothing behind; `HalfDoneError` says that something was left.
        """
        task = _Task(work)
        self._queue.put(task)
        result: T = task.future.result()
        return result

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _serve(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._waiting(first)
            self._commit(group)
            if last:
                return

    def _waiting(self, first: _Task) -> tuple[list[_Task], bool]:
        group = [first]
        while len(group) < MOST_AT_ONCE:
            try:
                task = self._queue.get_nowait()
            except Empty:
                break
            if task is None:
                return group, True
            group.append(task)
        return group, False

    def _commit(self, group: list[_Task]) -> None:
        try:
            while group and (spoiler := self._transaction(group)) is not None:
                self._refresh()
                group.remove(spoiler)
                spoiler.answer()
        except Exception as error:  # noqa: BLE001  # the disk failed us: everybody who waits is told
            for task in group:
                task.fail(error)
            return
        if group:
            self._committed()
        for task in group:
            task.answer()

    def _refresh(self) -> None:
        """What was rolled back must leave memory too; as long as that fails, nothing is judged."""
        if self._stale:
            self._recover()
            self._stale = False

    def _transaction(self, group: list[_Task]) -> _Task | None:
        """Commit the work of all; or, where one spoils it, roll back and name that one."""
        self._refresh()
        self._stale = True
        try:
            with writing(self._engine) as connection:
                _do(group, connection)
        except _SpoiltError as spoilt:
            return spoilt.task
        self._stale = False
        return None


def _do(group: list[_Task], connection: sqlite3.Connection) -> None:
    for task in group:
        if not task.attempt(connection):
            raise _SpoiltError(task)


class _SpoiltError(Exception):
    def __init__(self, task: _Task) -> None:
        super().__init__()
        self.task: Final = task
