"""Fonts that a book scrambles so that they don't work elsewhere (OCF 3.3 §4.3), put right again.

The key is made from the book's own identifier, so this is no DRM, and reading systems are asked to undo it.
"""

import hashlib
import re
from collections.abc import Iterable
from itertools import cycle
from typing import Final

from lending.epub.container import ADOBE_OBFUSCATION, IDPF_OBFUSCATION

_IDPF_SCRAMBLED: Final = 1040  # bytes from the start
_ADOBE_SCRAMBLED: Final = 1024
_PLAIN_STARTS: Final = (b"OTTO", b"\0\1\0\0", b"true", b"ttcf", b"wOFF", b"wOF2")
_UUID: Final = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def unscramble(data: bytes, algorithm: str, unique_identifier: str, identifiers: Iterable[str] = ()) -> bytes:
    """The font as its maker made it; unchanged if it is not scrambled after all, or no key is found."""
    if data.startswith(_PLAIN_STARTS):
        return data
    if algorithm == IDPF_OBFUSCATION:
        squeezed = re.sub(r"[ \t\r\n]", "", unique_identifier)
        return _xor(data, hashlib.sha1(squeezed.encode()).digest(), _IDPF_SCRAMBLED)  # noqa: S324 - as OCF says
    if algorithm == ADOBE_OBFUSCATION:
        key = _adobe_key((unique_identifier, *identifiers))
        return _xor(data, key, _ADOBE_SCRAMBLED) if key else data
    return data


def _adobe_key(identifiers: Iterable[str]) -> bytes | None:
    """The sixteen bytes of the first identifier that is a UUID."""
    found = next((match for identifier in identifiers if (match := _UUID.search(identifier))), None)
    return bytes.fromhex(found[0].replace("-", "")) if found else None


def _xor(data: bytes, key: bytes, length: int) -> bytes:
    start = bytes(byte ^ mask for byte, mask in zip(data[:length], cycle(key), strict=False))
    return start + data[length:]
