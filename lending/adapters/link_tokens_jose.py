"""Tokens of lend links, gifts, letters, places in a line, and loans that change their device: Ed25519 JWS,
key ids, rotation."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from lending import refusals
from lending.circulation.links import Link
from lending.ports.people import Carriage
from lending.sealing.private_files import newest_first, write_private

VERSION = "v1."
ALGORITHMS = ["Ed25519"]
"""RFC 9864's name; the older `EdDSA` is refused, as is everything else."""
TYPE = "lend+jwt"
AUDIENCE = "claim"
GIFT_TYPE = "gift+jwt"
GIFT_AUDIENCE = "gift"
CARRIAGE_TYPE = "carry+jwt"
CARRIAGE_AUDIENCE = "carry"
LETTERS_TYPE = "letters+jwt"
LETTERS_AUDIENCE = "letters"
PLACE_TYPE = "place+jwt"
PLACE_AUDIENCE = "place"
LONGEST_TOKEN = 1024


class JoseLinkTokens:
    """Signs with the newest key of the folder; verifies with any that is still there.

    The claims are the link's id, its copy and its times: no title, no names. A token is
    made anew whenever the owner looks at the link; Ed25519 signs deterministically, so
    it is the same each time until the key is rotated.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = 0
        self._keys: list[OKPKey] = []

    def mint(self, link: Link) -> str:
        """See `ports.people.LinkTokens`."""
        return self._signed(TYPE, _claims_of(link, AUDIENCE))

    def mint_gift(self, link: Link) -> str:
        """See `ports.people.GiftTokens`."""
        return self._signed(GIFT_TYPE, _claims_of(link, GIFT_AUDIENCE))

    def mint_carriage(self, carriage: Carriage) -> str:
        """See `ports.people.CarryTokens`."""
        until = int(carriage.until.timestamp())
        claims = {"aud": CARRIAGE_AUDIENCE, "jti": carriage.loan_id, "bnd": carriage.bound_as, "exp": until}
        return self._signed(CARRIAGE_TYPE, claims)

    def mint_letters(self, subject_id: str) -> str:
        """See `ports.people.LetterTokens`."""
        return self._signed(LETTERS_TYPE, {"aud": LETTERS_AUDIENCE, "sub": subject_id})

    def read(self, token: str) -> str:
        """See `ports.people.LinkTokens`."""
        return self._named(token, TYPE, AUDIENCE)

    def read_gift(self, token: str) -> str:
        """See `ports.people.GiftTokens`."""
        return self._named(token, GIFT_TYPE, GIFT_AUDIENCE)

    def read_carriage(self, token: str) -> Carriage:
        """See `ports.people.CarryTokens`."""
        claims = self._claims(token, CARRIAGE_TYPE, CARRIAGE_AUDIENCE)
        until = datetime.fromtimestamp(claims["exp"], UTC)
        return Carriage(claims["jti"], claims["bnd"], until)

    def read_letters(self, token: str) -> str:
        """See `ports.people.LetterTokens`."""
        subject_id: str = self._claims(token, LETTERS_TYPE, LETTERS_AUDIENCE)["sub"]
        return subject_id

    def mint_place(self, hold_id: str) -> str:
        """See `ports.people.PlaceTokens`. It has no end: what became of the hold is for its row to say."""
        return self._signed(PLACE_TYPE, {"aud": PLACE_AUDIENCE, "jti": hold_id})

    def read_place(self, token: str) -> str:
        """See `ports.people.PlaceTokens`."""
        return self._named(token, PLACE_TYPE, PLACE_AUDIENCE)

    def rotate(self) -> str:
        """Make a new signing key and return its id. Older keys verify until their files are removed."""
        newest = newest_first(self._folder, "link-*.jwk")[0]
        return _make_key(self._folder, int(newest.stem.removeprefix("link-")) + 1)

    def _signed(self, kind: str, claims: dict[str, Any]) -> str:
        key = self._present()[0]
        header = {"typ": kind, "alg": ALGORITHMS[0], "kid": key.thumbprint()}
        payload = json.dumps(claims, separators=(",", ":"))
        return VERSION + jws.serialize_compact(header, payload, key, algorithms=ALGORITHMS)

    def _named(self, token: str, kind: str, audience: str) -> str:
        named = self._claims(token, kind, audience).get("jti")
        if not isinstance(named, str):
            raise refusals.UnknownLink
        return named

    def _claims(self, token: str, kind: str, audience: str) -> dict[str, Any]:
        """What a token of that kind says. Raises UnknownLink for a forgery, or a token for something else."""
        if not token.startswith(VERSION) or len(token) > LONGEST_TOKEN:
            raise refusals.UnknownLink
        try:
            keys = KeySet(list(self._present()))
            verified = jws.deserialize_compact(token.removeprefix(VERSION), keys, algorithms=ALGORITHMS)
            claims: dict[str, Any] = json.loads(verified.payload or b"")
            if verified.headers().get("typ") != kind or claims["aud"] != audience:
                raise ValueError("a token for something else")
        except (JoseError, ValueError, KeyError, TypeError) as forged:
            raise refusals.UnknownLink from forged
        return claims

    def _present(self) -> list[OKPKey]:
        """The keys that are in the folder now, the newest first: another process may have rotated,
        or an operator taken a key away, since we looked."""
        changed = self._folder.stat().st_mtime_ns
        if changed != self._seen:
            self._keys = [_with_kid(path) for path in newest_first(self._folder, "link-*.jwk")]
            self._seen = changed
        return self._keys


def _claims_of(link: Link, audience: str) -> dict[str, Any]:
    return {
        "aud": audience,
        "jti": link.id,
        "cpy": link.copy_id,
        "iat": int(link.made_at.timestamp()),
        "exp": int(link.claim_by.timestamp()),
    }


def _with_kid(path: Path) -> OKPKey:
    key = OKPKey.import_key(json.loads(path.read_text()))
    key.ensure_kid()
    return key


def _make_key(folder: Path, number: int) -> str:
    """Make the key of that number and return its id. Raises FileExistsError if there is one."""
    key = OKPKey.generate_key("Ed25519")
    write_private(folder / f"link-{number:04}.jwk", json.dumps(key.as_dict(private=True)).encode())
    return key.thumbprint()


def ensure_link_key(folder: Path) -> JoseLinkTokens:
    """The tokens of a key folder, with a first key made where there is none.

    Several processes may do so at once: one makes the key, all use it.
    """
    tokens = JoseLinkTokens(folder)
    if not newest_first(folder, "link-*.jwk"):
        with contextlib.suppress(FileExistsError):
            _make_key(folder, 1)
    return tokens
