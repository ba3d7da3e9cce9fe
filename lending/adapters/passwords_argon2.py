"""Passwords hashed with argon2id."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """argon2id with the library's recommended costs (RFC 9106, low-memory profile).

    `cheaper` is for tests that sign in a thousand times, not for servers. Each hash takes 64 MiB
    while it is made, so only `at_once` are made at a time: a crowd of guesses waits its turn
    and can't have the server killed for its memory.
    """

    def __init__(self, *, cheaper: bool = False, at_once: int = 2) -> None:
        self._turn = threading.BoundedSemaphore(at_once)
        self._hasher = PasswordHasher(1, 8, 1) if cheaper else PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """See `ports.people.Passwords`."""
        with self._turn:
            return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """See `ports.people.Passwords`."""
        try:
            with self._turn:
                return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def matches_nobody(self, password: str) -> None:
        """See `ports.people.Passwords`."""
        self.matches(self._nobody, password)
