import hashlib
from itertools import cycle

import pytest

from lending.epub.container import ADOBE_OBFUSCATION, IDPF_OBFUSCATION
from lending.epub.fonts import unscramble

FONT = b"OTTO" + bytes(range(256)) * 8
UUID = "12345678-9abc-def0-1234-56789abcdef0"
IDPF_KEY = hashlib.sha1(b"urn:x:12").digest()
ADOBE_KEY = bytes.fromhex("123456789abcdef0123456789abcdef0")


def scramble(key: bytes, length: int) -> bytes:
    return bytes(byte ^ mask for byte, mask in zip(FONT[:length], cycle(key), strict=False)) + FONT[length:]


def test_idpf_scrambling_is_undone_with_the_identifier_without_its_blanks() -> None:
    assert unscramble(scramble(IDPF_KEY, 1040), IDPF_OBFUSCATION, " urn:x:1\n2\t") == FONT


@pytest.mark.parametrize(("unique", "others"), [(f"urn:uuid:{UUID}", ()), ("isbn", ("x", UUID.upper()))])
def test_adobe_scrambling_is_undone_with_the_books_uuid(unique: str, others: tuple[str, ...]) -> None:
    assert unscramble(scramble(ADOBE_KEY, 1024), ADOBE_OBFUSCATION, unique, others) == FONT


@pytest.mark.parametrize("algorithm", [IDPF_OBFUSCATION, ADOBE_OBFUSCATION, "", "urn:x"])
def test_a_font_that_is_not_scrambled_after_all_is_left_alone(algorithm: str) -> None:
    assert unscramble(FONT, algorithm, UUID) == FONT


def test_without_a_key_a_font_stays_as_it_is() -> None:
    data = scramble(ADOBE_KEY, 1024)
    assert unscramble(data, ADOBE_OBFUSCATION, "isbn") == data
