"""The web server: granian's workers around the WSGI app, and the embedded Valkey beside them.

    this process            watches; answers nothing itself
    ├── valkey-server       restarted by the watcher if it dies
    ├── worker 1 … n        one per core: each makes its own app, with several threads
    └── (a tracker of multiprocessing's)

All of them end with this process, even if it is killed: the next start finds port and data folder free.

Workers are spawned, not forked: a fork would copy the watcher's locks in whatever state they are. So what
makes the app has to be picklable: a function of a module, or a `functools.partial` of one over plain data.
The settings travel inside it, and the environment is not needed.
"""

import logging
import logging.config
import multiprocessing
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from wsgiref.types import WSGIApplication

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from lending.adapters.logs_json import logging_config
from lending.adapters.parent_death import end_with_parent
from lending.adapters.valkey_embedded import EmbeddedValkey, ValkeyUnavailableError

# A thread is held for as long as a request's body takes to arrive, so there are more than the cores can use:
# the kernel may hand most of forty slow clients to one worker, and who comes after them there would wait.
# Idle ones cost nothing: granian makes them when needed.
THREADS = 48
_CONNECTIONS = 512  # for one worker, idle ones included; below the usual limit of 1024 open files
_SECONDS_TO_FINISH = 4  # for the requests that run when the server is told to stop
_SECONDS_BETWEEN_LOOKS = 1.0
_log = logging.getLogger(__name__)


def usual_workers() -> int:
    """One worker per core, four at most: past that, a library has other bottlenecks."""
    return min(4, os.cpu_count() or 1)


def run_server(
    make_app: Callable[[str], WSGIApplication],
    *,
    host: str,
    port: int,
    home: Path,
    redis_url: str | None = None,
    workers: int | None = None,
    threads: int = THREADS,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish within a few seconds.

    Each worker calls `make_app` with the URL of the Redis to use: `redis_url`, or that of the data folder's
    own Valkey, or "" if that can't start. Call it from the main thread. Raises click.ClickException if the
    port is taken, SystemExit if the workers die as soon as they start.
    """
    logging.config.dictConfig(logging_config())
    insist_on_free(host, port)
    with _redis(home, redis_url) as url:
        multiprocessing.set_start_method("spawn", force=True)
        server = Granian(
            "lending",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=workers or usual_workers(),
            blocking_threads=threads,
            backpressure=_CONNECTIONS,
            respawn_failed_workers=True,
            workers_kill_timeout=_SECONDS_TO_FINISH,
            log_dictconfig=logging_config(),
            log_access=False,
        )
        server.serve(target_loader=partial(_app_of_worker, os.getpid(), make_app, url), wrap_loader=False)


def _app_of_worker(
    parent: int, make_app: Callable[[str], WSGIApplication], redis_url: str
) -> WSGIApplication:
    if multiprocessing.parent_process() is not None:  # a Python without a GIL has threads for workers
        end_with_parent(parent)
    return make_app(redis_url)


def insist_on_free(host: str, port: int) -> None:
    """Raise click.ClickException if the port is taken.

    Granian lets several servers share a port, and half the readers would find another library.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise click.ClickException(
            f"Can't serve on {host} port {port}: {os.strerror(error.errno or 0)}."
        ) from error


@contextmanager
def _redis(home: Path, url: str | None) -> Iterator[str]:
    """The URL of the Redis to use. An embedded one is watched for as long as the block lasts.

    Without any, books are lent all the same: Redis is a help, never a need.
    """
    if url:
        yield url
        return
    valkey, stopping = EmbeddedValkey(home), threading.Event()
    try:
        own_url = valkey.start()
    except ValkeyUnavailableError as error:
        _log.error("%s Until the next start, each worker counts tries for itself.", error)
        yield ""
        return
    watcher = threading.Thread(target=_watch, args=(valkey, stopping), name="valkey-watch")
    watcher.start()
    try:
        yield own_url
    finally:
        stopping.set()
        watcher.join()


def _watch(valkey: EmbeddedValkey, stopping: threading.Event) -> None:
    """Keep the server running, and stop it at the end.

    It is stopped here, since a server that this thread started ends with this thread (`parent_death`).
    """
    pause = _SECONDS_BETWEEN_LOOKS
    while not stopping.wait(pause):
        try:
            valkey.ensure()
            pause = _SECONDS_BETWEEN_LOOKS
        except ValkeyUnavailableError as error:
            _log.error("%s", error)
            pause = min(60, 2 * pause)
    valkey.stop()
