"""How the formats of a log write bytes and numbers: base64 (RFC 4648, section 4) and plain decimals.

Each thing has one spelling. Two texts that look different never mean the same log.
"""

import base64
import binascii
from typing import Final

from lending.ledger.errors import Malformed

LARGEST_SIZE: Final = (1 << 63) - 1


def base64_of(raw: bytes) -> str:
    """Bytes, written."""
    return base64.b64encode(raw).decode()


def bytes_of(text: str) -> bytes:
    """Bytes, read. Raises Malformed."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if base64_of(raw) != text:
        raise Malformed("that is not written in base64")
    return raw


def number_of(text: str) -> int:
    """A number in decimal, without leading zeroes. Raises Malformed."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise Malformed("that is no number")
    number = int(text)
    if str(number) != text or number > LARGEST_SIZE:
        raise Malformed("that is no number")
    return number
