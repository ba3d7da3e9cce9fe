"""Logs as one JSON object a line, in which nobody is named.

A log is read by more people than the library's books are, and kept for longer. So:

- what looks like a secret, an e-mail address, a query string or credentials in an address is taken out;
- of an exception only its kind and where it was raised are told, not what it says: that may quote a person
  (a name that didn't fit, the parameters of a statement).

Names can't be recognised by their looks, so log ids: `_log.info("Returned", extra={"loan": loan.id})`.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

_TAKEN_OUT = (
    (re.compile(r"(?<=://)[^\s/@]+@"), "[credentials]@"),
    (re.compile(r"[^\s@\"'<>(),:;=]+@[^\s@\"'<>(),:;=]+\.\w+"), "[e-mail]"),
    (re.compile(r"\?[^\s\"'<>]+"), "?[query]"),
    (re.compile(r"(?i)\b(bearer|dpop|basic)\s+[\w.~+/=-]+"), r"\1 [secret]"),
    (
        re.compile(r"(?i)\b((?:password|secret|token|cookie|authorization)\"?\s*[:=]\s*)[^\s,;]+"),
        r"\1[secret]",
    ),
    (re.compile(r"\beyJ[\w-]+(\.[\w-]*)*"), "[secret]"),
    # The library's secrets have 43 characters, its ids 26.
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{40,}"), "[secret]"),
)

# What every record has; anything else was given as `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def redacted(text: str) -> str:
    """`text` without what looks like a secret, an e-mail address, a query string or credentials."""
    for pattern, replacement in _TAKEN_OUT:
        text = pattern.sub(replacement, text)
    return text


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time, level, logger, message, what `extra` held, error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        message, _, trace = record.getMessage().partition("\nTraceback (most recent call last):\n")
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(message),
        }
        for name, value in vars(record).items():
            if name not in _USUAL:
                entry[name] = value if isinstance(value, int | float | None) else redacted(str(value))
        if record.exc_info and record.exc_info[1]:
            entry["error"] = _told(record.exc_info[1])
        elif trace:
            entry["error"] = _read(trace)
        return json.dumps(entry, ensure_ascii=False)


def logging_config(level: str = "INFO") -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for granian: everything to stdout as JSON, and no access log."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "lending.adapters.logs_json.JsonLines"}},
        "filters": {"known": {"()": "lending.adapters.logs_json.WithoutKnownAdvice"}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["known"],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "_granian": {"level": level},
            "granian.access": {"level": "CRITICAL", "propagate": False},  # it would log addresses and paths
        },
    }


class WithoutKnownAdvice(logging.Filter):
    """Drops granian's advice to use fewer threads: ours are for slow uploads, which wait and don't count."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        return not str(record.msg).startswith("Configuration allows spawning up to")


def _told(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": type(error).__qualname__, "at": _places(error)}
    if isinstance(error, OSError) and error.strerror:
        told["says"] = error.strerror  # the system's words ("No space left on device"), without a file's name
    if cause := error.__cause__ or error.__context__:
        told["because"] = _told(cause)
    return told


def _read(trace: str) -> dict[str, Any]:
    """What `_told` tells, of a traceback that granian has made text of already."""
    frames = re.findall(r'^  File "(.+)", line (\d+), in (.+)$', trace, re.MULTILINE)
    kind = re.search(r"^[\w.]+(?=:|$)", trace, re.MULTILINE)
    return {
        "kind": kind[0] if kind else "unknown",
        "at": [f"{file}:{line} {name}" for file, line, name in frames],
    }


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
