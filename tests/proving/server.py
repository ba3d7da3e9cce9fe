"""The library as `lending serve` serves it, in a process group of its own that can be made to die.

Servers are forked from a process that has imported everything, so that one that was killed is back within a
moment. Each is a granian of one worker around the product's own WSGI app.
"""

import logging.config
import multiprocessing
import os
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from lending import bootstrap
from lending.adapters.logs_json import logging_config
from lending.adapters.parent_death import end_with_parent
from lending.circulation import offering
from lending.config import Settings
from lending.web.app import create_app
from tests.proving.clock import MovedClock
from tests.proving.failpoints import Failpoints
from tests.proving.mutants import MUTANTS

THREADS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server is started with. `mutant` names a fault to be put into it."""

    settings: Settings
    clock_file: Path
    log_file: Path
    mutant: str = ""


def serve(plan: Plan, port: int) -> None:
    """Serve until killed."""
    os.setsid()
    end_with_parent(os.getppid())
    log = os.open(plan.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    multiprocessing.set_start_method("fork", force=True)
    server = Granian(
        "lending",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=THREADS,
        backpressure=128,
        log_dictconfig=logging_config(),
        log_access=False,
    )
    server.serve(target_loader=partial(_worker, os.getpid(), plan), wrap_loader=False)


def _worker(parent: int, plan: Plan) -> WSGIApplication:
    end_with_parent(parent)
    logging.config.dictConfig(logging_config())
    allow_short_loans()
    return make_app(plan)


def make_app(plan: Plan) -> WSGIApplication:
    """The product's app, with a clock that can be moved, failpoints, perhaps a fault."""
    if plan.mutant:
        MUTANTS[plan.mutant].put_in(plan.settings.redis_url)
    services = bootstrap.build(plan.settings, clock=MovedClock(plan.clock_file))
    app = create_app(services, plan.settings)
    return Failpoints(app, services.upkeep.library.engine)


def allow_short_loans() -> None:
    """Loans may last for a second in this process: nobody waits here for an hour to pass."""
    offering.SHORTEST_LOAN = timedelta(seconds=1)
