"""Proofs that a browser holds its key, and what a thief may try without it."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from lending import refusals
from lending.adapters.key_proofs_jose import LONGEST_PROOF, NONCE_PERIOD, JoseKeyProofs
from lending.adapters.limits_memory import InProcessLimits
from tests.services.fakes import NOON, FakeClock

KEY = ECKey.generate_key("P-256", private=True)
PUBLIC = KEY.as_dict(private=False)
PATH = "/api/claims"
HEADER = {"typ": "dpop+jwt", "alg": "ES256", "jwk": PUBLIC}


class Desk:
    """Proofs, and the clock that they are judged by."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.proofs = JoseKeyProofs(b"s" * 32, InProcessLimits(self.clock))
        self.number = 0

    def claims(self) -> dict[str, Any]:
        self.number += 1
        nonce = self.proofs.nonce(self.clock.now())
        return {"htm": "POST", "htu": f"https://h{PATH}", "jti": f"jti {self.number}", "nonce": nonce}

    def verify(self, proof: str, method: str = "POST", path: str = PATH) -> str:
        return self.proofs.verify(proof, method, path, self.clock.now())

    def refuses(self, proof: str, method: str = "POST", path: str = PATH) -> bool:
        try:
            self.verify(proof, method, path)
        except refusals.ProofInvalid:
            return True
        return False


@pytest.fixture
def desk() -> Desk:
    return Desk()


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def proof(claims: Any, key: Any = KEY, alg: str = "ES256", **header: Any) -> str:
    payload = claims if isinstance(claims, str) else json.dumps(claims)
    registry = jws.JWSRegistry(algorithms=["ES256", "ES384", "RS256", "Ed25519"])
    return jws.serialize_compact(HEADER | {"alg": alg} | header, payload, key, registry=registry)


def test_a_proof_names_its_key(desk: Desk) -> None:
    assert desk.verify(proof(desk.claims())) == KEY.thumbprint()


def test_the_thumbprint_is_the_keys_whatever_stands_beside_it(desk: Desk) -> None:
    browsers = PUBLIC | {"ext": True, "key_ops": ["verify"]}
    assert desk.verify(proof(desk.claims(), jwk=browsers)) == KEY.thumbprint()


def test_a_proof_is_for_one_request(desk: Desk) -> None:
    for method, path in (("GET", PATH), ("post", PATH), ("POST", PATH + "/"), ("POST", "/api"), ("", "")):
        assert desk.refuses(proof(desk.claims()), method, path)
    addresses: list[object] = ["", None, 5, [], {}, True, "http://[", f"//h{PATH}x", f"https://h{PATH}%2F"]
    for htu in addresses:
        assert desk.refuses(proof(desk.claims() | {"htu": htu}))
    for htm in ("GET", "", None, ["POST"]):
        assert desk.refuses(proof(desk.claims() | {"htm": htm}))


def test_a_proof_serves_once(desk: Desk) -> None:
    made = proof(desk.claims())
    desk.verify(made)
    assert desk.refuses(made)
    desk.clock.go_on(NONCE_PERIOD)
    assert desk.refuses(made)


def test_a_proof_signed_anew_with_the_same_number_is_a_replay(desk: Desk) -> None:
    claims = desk.claims()
    desk.verify(proof(claims))
    assert desk.refuses(proof(claims))


def test_two_keys_may_use_the_same_number(desk: Desk) -> None:
    claims = desk.claims()
    desk.verify(proof(claims))
    other = ECKey.generate_key("P-256")
    assert desk.verify(proof(claims, other, jwk=other.as_dict(private=False))) == other.thumbprint()


def test_a_nonce_is_good_for_its_minute_and_the_next(desk: Desk) -> None:
    desk.clock.moment = NOON + timedelta(seconds=59)
    early, late, stale = (proof(desk.claims()) for _ in range(3))
    desk.verify(early)
    desk.clock.moment = NOON + 2 * NONCE_PERIOD - timedelta(milliseconds=1)
    desk.verify(late)
    desk.clock.moment = NOON + 2 * NONCE_PERIOD
    assert desk.refuses(stale)
    desk.clock.moment = NOON - timedelta(seconds=1)
    assert desk.refuses(stale)


@pytest.mark.parametrize("nonce", ["", "0" * 32, None, 5, "ñ", "\ud800", ["x"]])
def test_a_nonce_that_the_library_did_not_make_is_stale(desk: Desk, nonce: object) -> None:
    assert desk.refuses(proof(desk.claims() | {"nonce": nonce}))


def test_another_librarys_nonce_is_stale(desk: Desk) -> None:
    other = JoseKeyProofs(b"t" * 32, InProcessLimits(desk.clock)).nonce(desk.clock.now())
    assert desk.refuses(proof(desk.claims() | {"nonce": other}))


@pytest.mark.parametrize("missing", ["htm", "htu", "jti", "nonce"])
def test_a_proof_says_everything(desk: Desk, missing: str) -> None:
    claims = desk.claims()
    del claims[missing]
    assert desk.refuses(proof(claims))


@pytest.mark.parametrize("jti", [None, 5, {"a": 1}, "\ud800", "ñ"])
def test_a_proofs_number_is_a_plain_string(desk: Desk, jti: object) -> None:
    assert desk.refuses(proof(desk.claims() | {"jti": jti}))


def test_a_proof_that_gives_the_private_key_away_is_refused(desk: Desk) -> None:
    assert desk.refuses(proof(desk.claims(), jwk=KEY.as_dict(private=True)))


def test_a_proof_by_another_key_than_it_names_is_refused(desk: Desk) -> None:
    assert desk.refuses(proof(desk.claims(), ECKey.generate_key("P-256")))


def test_only_p256_proves(desk: Desk) -> None:
    p384 = ECKey.generate_key("P-384")
    assert desk.refuses(proof(desk.claims(), p384, "ES384", jwk=p384.as_dict(private=False)))
    assert desk.refuses(
        proof(desk.claims(), p384, "ES384", jwk=p384.as_dict(private=False) | {"crv": "P-256"})
    )
    ed = OKPKey.generate_key("Ed25519")
    assert desk.refuses(proof(desk.claims(), ed, "Ed25519", jwk=ed.as_dict(private=False)))
    rsa = RSAKey.generate_key(2048)
    named = {"kty": "RSA", "crv": "P-256", "n": "AQAB", "e": "AQAB"}
    assert desk.refuses(proof(desk.claims(), rsa, "RS256", jwk=named))


def test_a_public_key_is_no_shared_secret(desk: Desk) -> None:
    shared = {"kty": "oct", "crv": "P-256", "k": "c2VjcmV0"}
    tries = [(PUBLIC, KEY.as_pem(private=False)), (PUBLIC, json.dumps(PUBLIC).encode()), (shared, b"secret")]
    for jwk, secret in tries:
        body = f"{encoded(HEADER | {'alg': 'HS256', 'jwk': jwk})}.{encoded(desk.claims())}"
        assert desk.refuses(f"{body}.{encoded(hmac.digest(secret, body.encode(), 'sha256'))}")


@pytest.mark.parametrize("alg", ["none", "None", "", "HS256", "ES384", "RS256", None, [], {}])
def test_an_unsigned_or_misnamed_proof_is_refused(desk: Desk, alg: object) -> None:
    header, claims, signature = proof(desk.claims()).split(".")
    named = encoded(HEADER | {"alg": alg})
    assert desk.refuses(f"{named}.{claims}.{signature}")
    assert desk.refuses(f"{named}.{claims}.")
    assert desk.refuses(f"{header}.{claims}.")


@pytest.mark.parametrize("typ", ["JWT", "lend+jwt", "DPOP+JWT", "", None])
def test_another_kind_of_token_is_no_proof(desk: Desk, typ: object) -> None:
    header = {"alg": "ES256", "jwk": PUBLIC} | ({} if typ is None else {"typ": typ})
    token = jws.serialize_compact(header, json.dumps(desk.claims()), KEY, ["ES256"])
    assert desk.refuses(token)


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        [],
        "key",
        {},
        {"crv": "P-256"},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 2},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "", "y": ""},
        {"kty": "EC", "crv": ["P-256"], "x": PUBLIC["x"], "y": PUBLIC["y"]},
        PUBLIC | {"x": PUBLIC["y"]},
        PUBLIC | {"kty": "oct", "k": "AA"},
    ],
)
def test_what_is_no_key_on_the_curve_proves_nothing(desk: Desk, jwk: object) -> None:
    _, claims, signature = proof(desk.claims()).split(".")
    assert desk.refuses(f"{encoded(HEADER | {'jwk': jwk})}.{claims}.{signature}")


@pytest.mark.parametrize(
    "payload", ["[]", "null", '"x"', "5", "", "not json", "[" * 1000, '{"a":' * 200 + "1"]
)
def test_a_strange_payload_is_no_fault(desk: Desk, payload: str) -> None:
    assert len(proof(payload)) <= LONGEST_PROOF
    assert desk.refuses(proof(payload))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "....", "\ud800", "ñ.ñ.ñ", "A" * (LONGEST_PROOF + 1)]
)
def test_nonsense_is_no_fault(desk: Desk, text: str) -> None:
    assert desk.refuses(text)
    assert desk.refuses(encoded(b"[" * 1000) + ".e30.AAAA")


def test_a_proof_cut_short_or_changed_is_refused(desk: Desk) -> None:
    made = proof(desk.claims())
    for at in range(0, len(made) - 1, 5):
        assert desk.refuses(made[:at])
        other = "A" if made[at] != "A" else "B"
        assert desk.refuses(made[:at] + other + made[at + 1 :])
    desk.verify(made)  # it was good all along, and none of these tries used it up
