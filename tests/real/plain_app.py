"""A WSGI app as plain as can be, to see what the server itself does. Started as a module, it is served.

python -m tests.real.plain_app HOME PORT
"""

import logging
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from redis import Redis

from lending.cli.serve import run_server


def make_app(redis_url: str) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = {"/": worker, "/redis": redis, "/body": body, "/fault": fault}[environ["PATH_INFO"]]
        said = answer(environ, redis_url).encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
        return [said]

    return app


def worker(environ: WSGIEnvironment, redis_url: str) -> str:
    return str(os.getpid())


def redis(environ: WSGIEnvironment, redis_url: str) -> str:
    if not redis_url:
        return "none"
    with Redis.from_url(redis_url, socket_timeout=1) as client:
        return str(client.info("server")["process_id"])


def body(environ: WSGIEnvironment, redis_url: str) -> str:
    """When each piece of the body had come: "seconds:bytes …"."""
    began, pieces = time.monotonic(), []
    while piece := environ["wsgi.input"].read(1000):
        pieces.append(f"{time.monotonic() - began:.3f}:{len(piece)}")
    logging.getLogger("plain").info("Body ended", extra={"pieces": " ".join(pieces)})
    return " ".join(pieces)


def fault(environ: WSGIEnvironment, redis_url: str) -> str:
    raise ValueError("Ana Perez has no such book")


if __name__ == "__main__":
    run_server(make_app, host="127.0.0.1", port=int(sys.argv[2]), home=Path(sys.argv[1]), workers=2)
