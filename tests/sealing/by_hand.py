"""A second, independent implementation of the sealed file, from the published specification alone.

https://c2sp.org/chunked-encryption, with HKDF (RFC 5869, section 2.3) written out over `hmac`.
It shares no line with `lending.sealing`: if the two agree, the format is what the document says.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 16 * 1024


def expand(key: bytes, info: bytes, length: int) -> bytes:
    okm = block = b""
    counter = 1
    while len(okm) < length:
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha512).digest()
        okm += block
        counter += 1
    return okm[:length]


def secrets(key: bytes, salt: bytes, header: bytes) -> tuple[bytes, bytes, bytes]:
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + b"lend/v1/book\x00" + header
    okm = expand(key, info, 76)
    return okm[:32], okm[32:44], okm[44:]


def nonce(base: bytes, number: int) -> bytes:
    return bytes(a ^ b for a, b in zip(base, number.to_bytes(12, "big"), strict=True))


def header(file_id: bytes, generation: int, length: int) -> bytes:
    numbers = generation.to_bytes(4, "big") + length.to_bytes(8, "big")
    return b"LENDBK\x01\n" + b"\x01\x00" + b"\x00\x40" + file_id + numbers + bytes(24)


def seal(plain: bytes, key: bytes, file_id: bytes, salt: bytes, generation: int = 1) -> bytes:
    head = header(file_id, generation, len(plain))
    aes, base, commitment = secrets(key, salt, head)
    sealed = head + salt + commitment
    for number in range(len(plain) // CHUNK + 1):
        piece = plain[number * CHUNK : (number + 1) * CHUNK]
        sealed += AESGCM(aes).encrypt(nonce(base, number), piece, b"")
    return sealed


def unseal(sealed: bytes, key: bytes) -> bytes:
    head, salt, commitment, rest = sealed[:64], sealed[64:88], sealed[88:120], sealed[120:]
    aes, base, expected = secrets(key, salt, head)
    assert commitment == expected
    plain = b""
    for number in range(len(rest) // (CHUNK + 16) + 1):
        piece = rest[number * (CHUNK + 16) : (number + 1) * (CHUNK + 16)]
        plain += AESGCM(aes).decrypt(nonce(base, number), piece, b"")
    return plain
