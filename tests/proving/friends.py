"""Clients with real keys, over real HTTP: what a borrower's browser and an owner's script send."""

import http.client
import json
import random
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import ECKey

from tests.proving.fleet import Fleet, Server

TIMEOUT: Final = 15.0  # seconds
_PAUSE: Final = 0.01  # seconds, when no server is there


class NotSentError(Exception):
    """The request never left: nothing can come of it."""


class LostError(Exception):
    """The request left, and no answer came."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def said(self) -> Any:
        """The JSON of it."""
        return json.loads(self.body)

    @property
    def refusal(self) -> str:
        """The code of the refusal."""
        code: str = self.said["type"].rpartition("/")[2]
        return code


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A friend with a browser: a name and a key. Two of its tabs may be open at once."""

    name: str
    key: ECKey

    @property
    def home(self) -> str:
        """Where they ask from: the library counts by address who asks too often, and each has one."""
        high, low = sha256(self.name.encode()).digest()[:2]
        return f"127.{1 + high % 254}.{low}.1"

    @classmethod
    def new(cls, name: str) -> "Person":
        """With a fresh key."""
        return cls(name, ECKey.generate_key("P-256"))


class Tab:
    """One connection of somebody to any of the servers: what a thread has for itself."""

    def __init__(self, person: Person, fleet: Fleet, dice: random.Random) -> None:
        self.person = person
        self.dice = dice
        self._fleet = fleet
        self._nonce = ""
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def send(self, asked: Asked) -> Reply:
        """Ask any server. Raises NotSentError or LostError."""
        server = self._fleet.any(self.dice)
        if server is None:
            time.sleep(_PAUSE)
            raise NotSentError
        connection = self._connected(server)
        try:
            self._write(connection, asked)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as lost:
            self._forget(server.port)
            raise LostError from lost
        self._nonce = reply.headers.get("DPoP-Nonce", self._nonce)
        return reply

    def proof(self, path: str) -> str:
        """A proof of this person's key for a POST to `path`, as browsers send it."""
        key = self.person.key
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
        claims = {
            "htm": "POST",
            "htu": f"http://127.0.0.1{path}",
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(16),
            "nonce": self._nonce,
        }
        return jws.serialize_compact(header, json.dumps(claims), key, algorithms=["ES256"])

    def close(self) -> None:
        """Hang up."""
        for port in list(self._connections):
            self._forget(port)

    def _connected(self, server: Server) -> http.client.HTTPConnection:
        connection = self._connections.get(server.port)
        if connection is None:
            connection = http.client.HTTPConnection(
                "127.0.0.1", server.port, timeout=TIMEOUT, source_address=(self.person.home, 0)
            )
            try:
                connection.connect()
            except OSError as refused:
                time.sleep(_PAUSE)
                raise NotSentError from refused
            self._connections[server.port] = connection
        return connection

    def _write(self, connection: http.client.HTTPConnection, asked: Asked) -> None:
        headers = dict(asked.headers)
        body = None
        if asked.body is not None:
            body = json.dumps(asked.body).encode()
            headers["Content-Type"] = "application/json"
        connection.request(asked.method, asked.path, body, headers)

    def _forget(self, port: int) -> None:
        self._connections.pop(port).close()
