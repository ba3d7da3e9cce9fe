"""A log line is JSON, and names nobody."""

import json
import logging
import logging.config
from typing import Any

import pytest

from lending.adapters.logs_json import JsonLines, WithoutKnownAdvice, logging_config, redacted

SECRET = "tZ3m0hQbW9vX2kLr8JcNqY1sPdE7uAfGiT5oB6wCnMx"  # 43 characters of base64url, as the library's are
TOKEN = "eyJhbGciOiJFZERTQSIsImtpZCI6ImExIn0.eyJqdGkiOiJ4In0.c2lnbmF0dXJlLW9mLXNpeHR5LWZvdXItYnl0ZXM"
LOAN = "b5ymk3d4zsxq7ncw2rtgfhjv6a"  # an id: those may be logged


def line(message: str, *args: object, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord(
        "lending.desk", logging.INFO, __file__, 1, message, args, more.pop("exc_info", None)
    )
    vars(record).update(more)
    text = JsonLines().format(record)
    assert "\n" not in text
    told: dict[str, Any] = json.loads(text)
    return told


def test_a_line_tells_when_how_grave_where_and_what() -> None:
    told = line("Returned %s", LOAN)

    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "info", "logger": "lending.desk", "message": f"Returned {LOAN}"}


def test_what_extra_holds_becomes_fields() -> None:
    told = line("Returned", loan=LOAN, seconds=1.5, late=False, copy=None)

    assert (told["loan"], told["seconds"], told["late"], told["copy"]) == (LOAN, 1.5, False, None)


@pytest.mark.parametrize(
    "text",
    [
        f"claimed with {TOKEN}",
        f"pass={SECRET}",
        f"Authorization: Bearer {SECRET}",
        "POST /sign-in?name=ana&password=hunter2 HTTP/1.1",
        "https://library.example/shelf?search=hunter2",
        'login {"password": "hunter2"}',
        "postgresql://ana:hunter2@db.example/lending",
        "wrote to ana.perez+books@mail.example.org today",
        "DPoP eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.c2ln",
    ],
)
@pytest.mark.parametrize("place", ["message", "argument", "extra"])
def test_secrets_and_addresses_are_taken_out_wherever_they_stand(text: str, place: str) -> None:
    if place == "message":
        told = line(text.replace("%", "%%"))
    else:
        told = line("%s", text) if place == "argument" else line("x", said=text)

    for leak in (TOKEN, SECRET, "hunter2", "ana", "c2ln"):
        assert leak not in json.dumps(told)


def test_what_helps_to_find_a_fault_stays() -> None:
    text = f"Loan {LOAN}: GET /r/{LOAN}/pages/7 took 3.5 s, at 10:20:30 on 2026-11-24 [ok]"

    assert redacted(text) == text


def raised(error: Exception) -> Any:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - the test wants whatever it was given, with its traceback
        return type(caught), caught, caught.__traceback__


def test_an_exception_is_told_by_kind_and_place_not_by_what_it_says() -> None:
    told = line("Failed", exc_info=raised(ValueError("Ana Perez has no such book")))

    assert "Ana" not in json.dumps(told)
    assert told["error"]["kind"] == "ValueError"
    assert "test_logs_json.py" in told["error"]["at"][-1]
    assert told["error"]["at"][-1].endswith(" raised")


def test_the_cause_of_an_exception_is_told_too() -> None:
    error = RuntimeError("outer Ana")
    error.__cause__ = KeyError("inner Ana")

    told = line("Failed", exc_info=raised(error))

    assert told["error"]["because"]["kind"] == "KeyError"
    assert "Ana" not in json.dumps(told)


def test_the_systems_own_words_are_told() -> None:
    told = line("Failed", exc_info=raised(OSError(28, "No space left on device", "/data/ana")))

    assert told["error"]["says"] == "No space left on device"
    assert "ana" not in json.dumps(told["error"])


def test_a_traceback_inside_a_message_is_told_likewise() -> None:
    told = line(
        "Application callable raised an exception\nTraceback (most recent call last):\n"
        '  File "/srv/lending/wsgi.py", line 7, in app\n    raise ValueError(name)\n'
        "ValueError: Ana Perez has no such book"
    )

    assert told["message"] == "Application callable raised an exception"
    assert told["error"] == {"kind": "ValueError", "at": ["/srv/lending/wsgi.py:7 app"]}


def test_the_configuration_is_one_that_logging_takes(capsys: pytest.CaptureFixture[str]) -> None:
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    try:
        logging.config.dictConfig(logging_config())
        logging.getLogger("lending.desk").info("Lent")
        logging.getLogger("granian.access").info("10.0.0.1 GET /shelf")
    finally:
        root.handlers[:], root.level = before, level

    (only,) = capsys.readouterr().out.splitlines()
    assert json.loads(only)["message"] == "Lent"


def test_granians_advice_on_threads_is_dropped_and_nothing_else_of_it() -> None:
    advice = logging.LogRecord(
        "_granian", 30, "", 1, "Configuration allows spawning up to 24 Python threads", (), None
    )
    other = logging.LogRecord("_granian", 30, "", 1, "Killing worker-1", (), None)

    assert not WithoutKnownAdvice().filter(advice)
    assert WithoutKnownAdvice().filter(other)
