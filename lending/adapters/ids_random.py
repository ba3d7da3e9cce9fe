"""Ids and secrets from the system's randomness."""

import base64
import secrets


class RandomIds:
    """Names that nobody can guess."""

    def new(self) -> str:
        """See `ports.world.Ids`."""
        return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()

    def secret(self) -> str:
        """See `ports.world.Ids`."""
        return secrets.token_urlsafe(32)


def raw_id(name: str) -> bytes:
    """The 16 bytes behind an id. Raises ValueError for what is no id."""
    if len(name) != 26:
        raise ValueError("not an id")
    return base64.b32decode(name.upper() + "======")
