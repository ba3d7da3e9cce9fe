"""The server of a witness: granian, as for the library, with one worker."""

import logging.config
import multiprocessing
import os
import sys
from functools import partial
from pathlib import Path
from typing import Final
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from lending.adapters.clock_system import SystemClock
from lending.adapters.logs_json import logging_config
from lending.adapters.parent_death import end_with_parent
from lending.cli.columns import harmless
from lending.cli.serve import insist_on_free
from lending.ledger.notes import Verifier
from lending.witness.alarms import Alarms
from lending.witness.keys import ensure_key
from lending.witness.memory import Memory
from lending.witness.serving import witness_app
from lending.witness.witness import Witness

_THREADS: Final = 16
_CONNECTIONS: Final = 128
_SECONDS_TO_FINISH: Final = 4


def run_witness(folder: Path, log_keys: list[str], host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Call it from the main thread. Raises click.ClickException if the port
    is taken."""
    # What it prints besides is for the operator; the log of requests and faults is JSON, as the library's is.
    logging.config.dictConfig(logging_config())
    insist_on_free(host, port)
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "lending",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_FINISH,
        log_dictconfig=logging_config(),
        log_access=False,
    )
    server.serve(target_loader=partial(_app_of_worker, os.getpid(), folder, log_keys), wrap_loader=False)


def _app_of_worker(parent: int, folder: Path, log_keys: list[str]) -> WSGIApplication:
    if multiprocessing.parent_process() is not None:
        end_with_parent(parent)
    logs = tuple(map(Verifier.parsed, log_keys))
    key = ensure_key(folder, "")
    return witness_app(Witness(key, Memory(folder), Alarms(folder), logs, SystemClock(), _loudly))


def _loudly(text: str) -> None:
    print("\n".join(map(harmless, text.split("\n"))), file=sys.stderr, flush=True)
