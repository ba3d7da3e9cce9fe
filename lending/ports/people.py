"""What the desk needs to know with whom it speaks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lending.circulation.links import Link


class Passwords(Protocol):
    """Password hashing (argon2id)."""

    def hash(self, password: str) -> str:
        """A salted hash to keep."""

    def matches(self, password_hash: str, password: str) -> bool:
        """Whether the password is the hashed one. Takes as long for a wrong one."""

    def matches_nobody(self, password: str) -> None:
        """Spend what `matches` spends, so that an unknown name takes as long as a wrong password."""


class Limits(Protocol):
    """How often somebody may try something. What is kept may be lost; it never locks everyone out."""

    def allow(
        self, name: str, who: str, limit: int, per: timedelta, *, tries: int = 1, what: str = ""
    ) -> timedelta | None:
        """None if allowed (and counted), else how long to wait. `limit` tries within `per`.

        `tries` counts as so many at once, `limit` at most. `what`, if given, names what is tried: once it
        was allowed, it is free for `per`.
        """

    def clear(self, name: str, who: str) -> None:
        """Forget what was counted."""

    def first_time(self, name: str, value: str, keep: timedelta, *, renews: bool = False) -> bool:
        """True once for each value within `keep`; where each time `renews` it, within `keep` of the last."""


class LinkTokens(Protocol):
    """The signed tokens that lend links carry."""

    def mint(self, link: Link) -> str:
        """The token of a link: always the same for the same link and signing key."""

    def read(self, token: str) -> str:
        """The id of the link that the token was minted for. Raises UnknownLink for a forgery.

        Whether the link still lends is for its row to say, not for the token.
        """


class GiftTokens(Protocol):
    """The signed tokens of links that give a copy away. Those lend nothing."""

    def mint_gift(self, link: Link) -> str:
        """The token of a gift's link: always the same for the same link and signing key."""

    def read_gift(self, token: str) -> str:
        """The id of the link that the token was minted for. Raises UnknownLink for a forgery."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """What a token says by which a loan is carried to another device. It holds as long as the loan is bound
    as it was when the token was made: so it is good for one device, once."""

    loan_id: str
    bound_as: str
    """A digest of the loan's binding."""
    until: datetime


class CarryTokens(Protocol):
    """The signed tokens by which a loan is carried to another device."""

    def mint_carriage(self, carriage: Carriage) -> str:
        """The token, for an address."""

    def read_carriage(self, token: str) -> Carriage:
        """What it says. Raises UnknownLink for a forgery. Whether it still holds is for the desk to say."""


class LetterTokens(Protocol):
    """The signed tokens by which somebody stops the letters that they get."""

    def mint_letters(self, subject_id: str) -> str:
        """The token for what the letters are about (`Notice.subject_id`): always the same."""

    def read_letters(self, token: str) -> str:
        """What the letters are about. Raises UnknownLink for a forgery."""


class PlaceTokens(Protocol):
    """The signed tokens in the addresses of places in a line."""

    def mint_place(self, hold_id: str) -> str:
        """The token of a hold: always the same with the same signing key."""

    def read_place(self, token: str) -> str:
        """The id of the hold. Raises UnknownLink for a forgery."""


class KeyProofs(Protocol):
    """Proofs that a browser holds a key (in the shape of RFC 9449 DPoP)."""

    def nonce(self, now: datetime) -> str:
        """A nonce for the next proof; good for about two minutes."""

    def verify(self, proof: str, method: str, path: str, now: datetime) -> str:
        """The thumbprint (RFC 7638) of the key that made the proof for this request.

        Raises ProofInvalid when it is malformed, for another request, made with a stale
        nonce, or seen before.
        """
