"""Ids and secrets from the system's randomness."""

import base64
import secrets


class RandomIds:
    """Names that nobody can guess."""

    def new(self) -> str:
        """See `ports.world.Ids`."""
        return _name(secrets.token_bytes(16))

    def secret(self) -> str:
        """See `ports.world.Ids`."""
        return secrets.token_urlsafe(32)


def raw_id(name: str) -> bytes:
    """The 16 bytes behind an id. Raises ValueError for what is no id."""
    raw = base64.b32decode(name.upper() + "======")
    if _name(raw) != name:  # one id has one name, or two paths could lead to one file
        raise ValueError("not an id")
    return raw


def _name(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
