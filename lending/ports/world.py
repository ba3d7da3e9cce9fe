"""Time and names."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """One clock for the whole library."""

    def now(self) -> datetime:
        """The present moment: aware, UTC."""


class Ids(Protocol):
    """Names and secrets that nobody can guess."""

    def new(self) -> str:
        """A fresh id: 128 random bits as 26 characters of lower-case base32."""

    def secret(self) -> str:
        """A fresh secret: 256 random bits as 43 characters of base64url."""
