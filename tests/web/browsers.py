"""Borrowers' browsers: a test client with a key of its own, and the proofs it makes (RFC 9449)."""

import json
import secrets
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse


class Browser:
    """A browser with a key. It remembers the newest nonce, as the front end does."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.key = ECKey.generate_key("P-256")
        self.nonce = ""

    def look(self, token: str) -> TestResponse:
        return self._heard(self.client.post("/api/v1/links/look", json={"token": token}))

    def claim(self, token: str, name: str = "") -> TestResponse:
        path = "/api/v1/claims"
        binding = {"kind": "key", "proof": self.proof(path)}
        return self._heard(self.client.post(path, json={"token": token, "name": name, "binding": binding}))

    def borrow(self, token: str, name: str = "") -> str:
        """Look, claim, and tell the loan's id."""
        assert self.look(token).status_code == 200
        answer = self.claim(token, name)
        assert answer.status_code == 201, answer.text
        loan_id: str = answer.json["loan"]["id"]
        return loan_id

    def post_proven(self, path: str, **said: str) -> TestResponse:
        return self._heard(self.client.post(path, json={"proof": self.proof(path), **said}))

    def proof(self, path: str, method: str = "POST", **claims: Any) -> str:
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.as_dict(private=False)}
        said = {
            "htm": method,
            "htu": f"http://localhost{path}",
            "iat": 0,
            "jti": secrets.token_urlsafe(16),
            "nonce": self.nonce,
            **claims,
        }
        return jws.serialize_compact(header, json.dumps(said), self.key, algorithms=["ES256"])

    def _heard(self, response: TestResponse) -> TestResponse:
        self.nonce = response.headers.get("DPoP-Nonce", self.nonce)
        return response
