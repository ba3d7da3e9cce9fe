"""Witnesses over HTTP: what they may answer, and that none holds anybody up."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from lending.adapters import http_bounded
from lending.adapters.http_bounded import Unreachable, ask
from lending.adapters.witnesses_http import HttpWitnessPost
from lending.ledger.notes import Signature
from lending.ports.witnesses import WitnessAnswer, WitnessAway, WitnessPost
from tests.ledger.test_witnessing import submitted
from tests.witness.libraries import served

POST: WitnessPost = HttpWitnessPost()


def answering(status: str, body: bytes = b"", media_type: str = "text/plain", **more: str) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert environ["PATH_INFO"] == "/w/add-checkpoint"
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(status, [("Content-Type", media_type), *more.items()])
        return [body]

    return app


def heard(app: WSGIApplication) -> WitnessAnswer:
    with served(app) as url:
        return POST.add_checkpoint(f"{url}/w", submitted(0, 5))


def test_the_answers_of_the_specification_are_read() -> None:
    line = Signature("laptop.example", b"1234", b"x" * 72)
    assert heard(answering("200 OK", f"{line}\n{line}\n".encode())) == WitnessAnswer(200, (line, line))
    assert heard(answering("409 Conflict", b"19\n", "text/x.tlog.size")) == WitnessAnswer(409, seen=19)
    assert heard(answering("409 Conflict", b"19\n")) == WitnessAnswer(409)
    for status in (400, 403, 404, 422, 429):
        assert heard(answering(f"{status} No")) == WitnessAnswer(status)


@pytest.mark.parametrize(
    "app",
    [
        answering("200 OK", b"hello"),
        answering("200 OK", b"\xff"),
        answering("409 Conflict", b"019\n", "text/x.tlog.size"),
        answering("500 Broken"),
        answering("200 OK", b"x" * (http_bounded.MOST + 1)),
    ],
)
def test_what_is_no_witness_is_as_good_as_away(app: WSGIApplication) -> None:
    with pytest.raises(WitnessAway):
        heard(app)


def test_a_redirect_is_not_followed() -> None:
    assert heard(answering("307 Elsewhere", Location="http://127.0.0.1:1/")) == WitnessAnswer(307)


@contextmanager
def listening(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A machine that takes a connection, and then does as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                speak(connection)

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


def silent(connection: socket.socket) -> None:
    time.sleep(1)


def dripping(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(30):
        try:
            connection.sendall(b"x")
        except OSError:
            return
        time.sleep(0.1)


def closing(connection: socket.socket) -> None:
    connection.recv(10)


@pytest.mark.parametrize("speak", [silent, dripping, closing])
def test_nobody_is_waited_for_without_end(speak: Callable[[socket.socket], None]) -> None:
    began = time.monotonic()
    with listening(speak) as url, pytest.raises(Unreachable):
        ask(url, b"x", patience=0.3)
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "http://[", "http://127.0.0.1:1", ""])
def test_what_can_not_be_asked_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable):
        ask(url)
