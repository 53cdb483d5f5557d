"""Serves either program's pages: hypercorn in WSGI mode, which a silent phone cannot stop; a thread for every phone.

Like `shared.web` and `shared.database` this is what both programs plug in; the law never names it.
"""

import asyncio
import gc
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from hypercorn.asyncio import serve as serve_app
from hypercorn.config import Config

from shared.errors import Refusal

LEAST_THREADS: Final = 32
BACKLOG: Final = 512


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Refuses port_taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refusal("port_taken", host=host, port=port) from error
    listening.listen(BACKLOG)
    return listening


def serve(app: Callable[..., Any], listening: socket.socket, *, threads: int, most_bytes: int) -> None:
    """Until the process is told to stop (SIGINT, SIGTERM). A body over ``most_bytes`` is not read."""
    collect_seldom()
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.include_server_header = False
    config.accesslog = None  # addresses of phones and paths of voters belong in no file
    config.wsgi_max_body_size = most_bytes
    asyncio.run(_serve(app, config, max(threads, LEAST_THREADS)))


def collect_seldom() -> None:
    """Both programs hold an election in memory and drop nothing of it; Python would look through all of it for cycles,
    of which they make few, each time it has grown by some hundreds of objects: a third of the time of a merge."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _serve(app: Callable[..., Any], config: Config, threads: int) -> None:
    with ThreadPoolExecutor(threads, thread_name_prefix="page") as pool:
        asyncio.get_running_loop().set_default_executor(pool)
        await serve_app(app, config, mode="wsgi")
