"""A cable that can be pulled: forwards one local port to another until it is cut, and again once it is mended."""

import socket
import threading
from contextlib import suppress
from typing import Final

CHUNK: Final = 65_536


class Cable:
    """Listens on ``port`` of this machine and forwards to ``target``; while cut, nobody answers."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._cut = threading.Event()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Pull the cable: what is under way breaks off, what comes later finds nobody."""
        self._cut.set()
        with self._guard:
            for one in list(self._open):
                _close(one)

    def mend(self) -> None:
        self._cut.clear()

    def close(self) -> None:
        self.cut()
        _close(self._door)

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return  # the door was closed: the rehearsal is over
            if self._cut.is_set():
                _close(near)
                continue
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            _close(near)  # the program behind is down: to the caller that is the same as a pulled cable
            return
        far.settimeout(None)
        with self._guard:
            self._open |= {near, far}
        back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
        back.start()
        self._pump(near, far)
        back.join()
        with self._guard:
            self._open -= {near, far}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(CHUNK):
                sink.sendall(data)
        except OSError:
            pass  # either end went away, or the cable was cut: both ends are closed below
        finally:
            _close(source)
            _close(sink)


def _close(one: socket.socket) -> None:
    with suppress(OSError):  # the other end may have closed it already
        one.shutdown(socket.SHUT_RDWR)
    one.close()
