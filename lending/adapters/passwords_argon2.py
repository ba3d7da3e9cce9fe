"""Passwords hashed with argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """argon2id with the library's recommended costs (RFC 9106, low-memory profile).

    `cheaper` is for tests that sign in a thousand times, not for servers.
    """

    def __init__(self, *, cheaper: bool = False) -> None:
        self._hasher = PasswordHasher(1, 8, 1) if cheaper else PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """See `ports.people.Passwords`."""
        return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """See `ports.people.Passwords`."""
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def matches_nobody(self, password: str) -> None:
        """See `ports.people.Passwords`."""
        self.matches(self._nobody, password)
