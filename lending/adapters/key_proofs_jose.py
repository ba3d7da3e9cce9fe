"""Proofs that a browser holds its key: the shape of RFC 9449 (DPoP), ES256 only."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from lending import refusals
from lending.ports.people import Limits

ALGORITHMS = ["ES256"]
TYPE = "dpop+jwt"
LONGEST_PROOF = 2048
NONCE_PERIOD = timedelta(seconds=60)
"""A nonce is good for this period and the next."""


class JoseKeyProofs:
    """Verifies proofs. Nonces are stateless (an HMAC of the minute), so any process knows any other's;
    clients' clocks don't matter. That a proof is used once is remembered in `limits`, which may forget:
    then the nonce's short life is what limits a replay."""

    def __init__(self, secret: bytes, limits: Limits) -> None:
        self._secret = secret
        self._limits = limits

    def nonce(self, now: datetime) -> str:
        """See `ports.people.KeyProofs`."""
        return self._nonce_of(_period(now))

    def verify(self, proof: str, method: str, path: str, now: datetime) -> str:
        """See `ports.people.KeyProofs`."""
        if len(proof) > LONGEST_PROOF:
            raise refusals.ProofInvalid
        try:
            key, claims = _opened(proof)
            asked = (claims["htm"], urlsplit(claims["htu"]).path)
            identity, nonce = _ascii(claims["jti"]), _ascii(claims["nonce"])
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
            raise refusals.ProofInvalid from broken
        if asked != (method, path) or not self._is_fresh(nonce, now):
            raise refusals.ProofInvalid
        thumbprint = key.thumbprint()
        if not self._limits.first_time("proof", f"{thumbprint} {identity}", 3 * NONCE_PERIOD):
            raise refusals.ProofInvalid
        return thumbprint

    def _is_fresh(self, nonce: str, now: datetime) -> bool:
        good = (self._nonce_of(_period(now)), self._nonce_of(_period(now) - 1))
        return any(hmac.compare_digest(nonce, one) for one in good)

    def _nonce_of(self, period: int) -> str:
        return hmac.new(self._secret, b"nonce %d" % period, hashlib.sha256).hexdigest()[:32]


def _period(now: datetime) -> int:
    return int(now.timestamp() // NONCE_PERIOD.total_seconds())


def _ascii(value: object) -> str:
    """What can be compared and remembered as it is: JSON's strings may hold half a surrogate pair."""
    if not isinstance(value, str) or not value.isascii():
        raise ValueError("not a plain string")
    return value


def _opened(proof: str) -> tuple[ECKey, dict[str, Any]]:
    """The key that a proof names and the claims it signed with it."""
    header = jws.extract_compact(proof.encode()).headers()
    jwk = header["jwk"]
    if header.get("typ") != TYPE or not isinstance(jwk, dict) or "d" in jwk or jwk.get("crv") != "P-256":
        raise ValueError("not a proof")
    key = ECKey.import_key(jwk)
    claims = json.loads(jws.deserialize_compact(proof, key, algorithms=ALGORITHMS).payload)
    if not isinstance(claims, dict):
        raise TypeError("no claims")
    return key, claims
