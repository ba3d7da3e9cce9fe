"""What `tests.replaying` needs of a real server: what browsers and scripts asked of it, and asking again."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from playwright.sync_api import BrowserContext
from playwright.sync_api import Request as BrowserRequest

from lending.adapters.clock_system import SystemClock
from tests.replaying import Answer, LoanRows, Memory, Request, replay

OF_LOANS = re.compile(r"/(api/v1/loans|read)/")


@dataclass
class Archive:
    """What a browser writes down of its requests, when it is closed: an HTTP archive (HAR 1.2).

    Either it holds what was sent and all that came back, or neither. So it holds neither, and what was sent
    is noted here, in order.
    """

    path: Path
    sent: defaultdict[tuple[str, str], list[bytes]] = field(default_factory=lambda: defaultdict(list))

    @property
    def options(self) -> dict[str, Any]:
        """Those of the browser's context."""
        return {
            "record_har_path": self.path,
            "record_har_mode": "minimal",
            "record_har_content": "omit",
            "record_har_url_filter": OF_LOANS,
        }

    def listen(self, context: BrowserContext) -> None:
        """Note what is sent from now on."""

        def note(request: BrowserRequest) -> None:
            if OF_LOANS.search(request.url):
                self.sent[request.method, request.url].append(request.post_data_buffer or b"")

        context.on("request", note)

    def read_into(self, memory: Memory) -> None:
        """Remember all that got a good answer. Read once, the archive is gone."""
        if not self.path.exists():
            return
        for entry in json.loads(self.path.read_text())["log"]["entries"]:
            asked = entry["request"]
            target, headers = _target(asked["url"]), _pairs(asked["headers"])
            body = self.sent[asked["method"], asked["url"]].pop(0)
            if memory.is_worth_noting(target, entry["response"]["status"]):
                memory.note(Request(asked["method"], target, headers, body))
        self.path.unlink()


def note_scripts(memory: Memory, session: requests.Session) -> requests.Session:
    """Have a script's requests remembered too."""

    def heard(response: requests.Response, **_: object) -> None:
        sent = response.request
        target = _target(sent.url or "")
        if memory.is_worth_noting(target, response.status_code):
            body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
            memory.note(Request(sent.method or "", target, tuple(sent.headers.items()), body))

    session.hooks["response"].append(heard)
    return session


def after_the_end(address: str, memory: Memory, rows: LoanRows) -> int:
    """Let the loans run out that are open, and ask all again; returns how many requests that were."""
    clock = SystemClock()
    rows.let_run_out(memory.loan_ids, clock.now())
    with requests.Session() as session:
        return replay(memory, rows, lambda asked: _ask(session, address, asked), clock.now())


def _ask(session: requests.Session, address: str, asked: Request) -> Answer:
    session.cookies.clear()  # the cookies are those that were sent then
    answer = session.request(
        asked.method,
        address + asked.target,
        headers=asked.headers_again,
        data=asked.body,
        allow_redirects=False,
        timeout=30,
    )
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    return Answer(answer.status_code, media_type, answer.content)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _pairs(headers: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((header["name"], header["value"]) for header in headers)
