"""The least that could take an admission: a Flask view and one durable commit a request, in the station's own server.

No session, no token, no rule, no chain: a row of the usual length, written ahead and flushed to the disk. One commit
runs at a time; writers that wait in SQLite's own busy loop would only be slower.
"""

import sqlite3
import sys
import threading
from pathlib import Path
from typing import Final

from flask import Flask

from shared.serving import listen, serve

ROW: Final = b"x" * 240


def make_app(database: Path) -> Flask:
    app = Flask("bare")
    one_at_a_time = threading.Lock()
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE admission (id INTEGER PRIMARY KEY, voter INTEGER NOT NULL, line BLOB NOT NULL)")

    @app.post("/voter/<int:no>/admit")
    def admit(no: int) -> tuple[str, int, dict[str, str]]:
        with one_at_a_time:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO admission (voter, line) VALUES (?, ?)", (no, ROW))
            connection.execute("COMMIT")
        return "", 303, {"Location": f"/voter/{no}/admitted"}

    return app


def main(database: Path, threads: int) -> None:
    listening = listen("127.0.0.1", 0)
    print(f"ready {listening.getsockname()[1]}", flush=True)
    serve(make_app(database), listening, threads=threads, most_bytes=1 << 20)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
