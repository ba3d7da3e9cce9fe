"""The sealed file's format, against frozen bytes and an independent implementation."""

import hashlib
import io

import pytest

from lending.sealing import SealedReader, Tampered, WrongLength, seal
from lending.sealing.bookfile import CHUNK, CHUNKS_AT, TAG

from . import by_hand

KEY = bytes(range(32))
FILE_ID = bytes(range(100, 116))
SALT = bytes(range(200, 224))
EDGES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1]

GOLDEN_PLAIN = b"Call me Ishmael."
GOLDEN = bytes.fromhex(
    "4c454e44424b010a01000040"  # magic, suite, zero, header length
    "6465666768696a6b6c6d6e6f70717273"  # file id
    "000000070000000000000010"  # generation, length
    "000000000000000000000000000000000000000000000000"  # reserved
    "c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"  # salt
    "9b8d5f6b3de4e085eb1c7f2e9feef40860971359c0a4c17d9483efa3e4d4b18f"  # commitment
    "03e45a0334e9da3ef421a005dd644fb367eb4537fea85661d0eb8a25a8266630"
)
GOLDEN_LONG_PLAIN = bytes(n * n % 251 for n in range(2 * CHUNK + 5))
GOLDEN_LONG_SHA256 = "d2cdcf399ccd6ad87894926e390ec968fb5d93b75ee5142ff15db4fd7d132338"


def sealed(plain: bytes, key: bytes = KEY, file_id: bytes = FILE_ID) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(plain), len(plain), out, key, file_id)
    return out.getvalue()


def opened(raw: bytes, key: bytes = KEY, file_id: bytes = FILE_ID) -> bytes:
    with SealedReader(io.BytesIO(raw), key, file_id) as reader:
        return reader.read(reader.length)


def altered(raw: bytes, at: int, bit: int = 0) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


def chunk_span(number: int) -> slice:
    return slice(CHUNKS_AT + number * (CHUNK + TAG), CHUNKS_AT + (number + 1) * (CHUNK + TAG))


def test_a_file_sealed_long_ago_still_opens():
    assert opened(GOLDEN) == GOLDEN_PLAIN


def test_a_long_file_sealed_long_ago_still_opens():
    golden = by_hand.seal(GOLDEN_LONG_PLAIN, KEY, FILE_ID, SALT, generation=7)
    assert hashlib.sha256(golden).hexdigest() == GOLDEN_LONG_SHA256
    assert opened(golden) == GOLDEN_LONG_PLAIN


def test_the_reader_tells_length_and_generation():
    with SealedReader(io.BytesIO(GOLDEN), KEY, FILE_ID) as reader:
        assert (reader.length, reader.generation) == (16, 7)


@pytest.mark.parametrize("size", EDGES)
def test_what_is_sealed_opens_with_the_independent_implementation(size: int):
    plain = GOLDEN_LONG_PLAIN[:size]
    assert by_hand.unseal(sealed(plain), KEY) == plain


@pytest.mark.parametrize("size", EDGES)
def test_what_is_sealed_opens_again(size: int):
    plain = GOLDEN_LONG_PLAIN[:size]
    assert opened(sealed(plain)) == plain


def test_the_same_text_is_never_sealed_the_same_way_twice():
    first, second = sealed(b"twice"), sealed(b"twice")
    assert first[64:88] != second[64:88]
    assert first[CHUNKS_AT:] != second[CHUNKS_AT:]


def test_no_plaintext_is_in_the_sealed_file():
    assert b"Ishmael" not in sealed(GOLDEN_PLAIN * 5000)


@pytest.mark.parametrize("announced", [CHUNK + 1, 5 * CHUNK])
def test_a_source_that_ends_early_is_not_sealed(announced: int):
    with pytest.raises(WrongLength):
        seal(io.BytesIO(bytes(CHUNK)), announced, io.BytesIO(), KEY, FILE_ID)


@pytest.mark.parametrize("announced", [0, 1, CHUNK - 1])
def test_a_source_that_goes_on_is_not_sealed(announced: int):
    with pytest.raises(WrongLength):
        seal(io.BytesIO(bytes(CHUNK)), announced, io.BytesIO(), KEY, FILE_ID)


class Trickle(io.BytesIO):
    """Gives fewer bytes than asked for, as a socket or a pipe may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 1000))


def test_a_source_may_give_its_bytes_in_any_portions():
    out = io.BytesIO()
    seal(Trickle(GOLDEN_LONG_PLAIN), len(GOLDEN_LONG_PLAIN), out, KEY, FILE_ID)
    assert opened(out.getvalue()) == GOLDEN_LONG_PLAIN


def test_sealing_never_holds_more_than_a_chunk():
    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1) -> bytes:
            Watched.largest = max(self.largest, size or 0)
            return super().read(size)

    seal(Watched(bytes(10 * CHUNK)), 10 * CHUNK, io.BytesIO(), KEY, FILE_ID)
    assert Watched.largest == CHUNK


@pytest.mark.parametrize("bit", range(8))
def test_every_bit_of_header_salt_and_commitment_is_vouched_for(bit: int):
    raw = sealed(b"Some years ago")
    for at in range(CHUNKS_AT):
        with pytest.raises(Tampered):
            opened(altered(raw, at, bit))


def test_a_changed_bit_in_any_chunk_is_noticed():
    raw = sealed(GOLDEN_LONG_PLAIN)
    for at in [CHUNKS_AT, CHUNKS_AT + CHUNK, CHUNKS_AT + CHUNK + TAG, CHUNKS_AT + 2 * CHUNK, len(raw) - 1]:
        with pytest.raises(Tampered):
            opened(altered(raw, at))


@pytest.mark.parametrize("size", EDGES)
def test_a_file_cut_at_any_edge_does_not_open(size: int):
    raw = sealed(GOLDEN_LONG_PLAIN[:size])
    edges = {0, 63, 64, 88, 119, CHUNKS_AT, len(raw) - 1, len(raw) - TAG, len(raw) - TAG - 1}
    edges |= {CHUNKS_AT + n * (CHUNK + TAG) + d for n in range(3) for d in (-1, 0, TAG)}
    for end in sorted(edge for edge in edges if 0 <= edge < len(raw)):
        with pytest.raises(Tampered):
            opened(raw[:end])


def test_a_lengthened_file_does_not_open():
    with pytest.raises(Tampered):
        opened(sealed(b"all") + b"\0")


def test_chunks_can_not_change_places():
    raw = sealed(GOLDEN_LONG_PLAIN)
    swapped = raw[:CHUNKS_AT] + raw[chunk_span(1)] + raw[chunk_span(0)] + raw[chunk_span(2)]
    with pytest.raises(Tampered):
        opened(swapped)


def test_a_chunk_of_another_sealing_of_the_same_text_does_not_fit():
    one, other = sealed(GOLDEN_LONG_PLAIN), sealed(GOLDEN_LONG_PLAIN)
    with pytest.raises(Tampered):
        opened(one[:CHUNKS_AT] + other[chunk_span(0)] + one[chunk_span(0).stop :])


def test_files_can_not_change_places_even_under_one_key():
    with pytest.raises(Tampered, match="another file"):
        opened(sealed(b"first", file_id=bytes(16)), file_id=FILE_ID)


def test_another_key_does_not_open_it():
    with pytest.raises(Tampered):
        opened(sealed(b"mine"), key=bytes(32))


def test_a_file_id_is_sixteen_bytes():
    with pytest.raises(ValueError, match="16 bytes"):
        sealed(b"", file_id=b"short")
