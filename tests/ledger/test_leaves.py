"""Entries of the log, and what they say and don't say."""

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.ledger.errors import Malformed, NotProven
from lending.ledger.leaves import LEAF_SIZE, Field, Leaf, Opening

BLIND = bytes(range(32))
NAME = Opening(Field.PATRON, BLIND, "Eva Núñez".encode())
LEAF = Leaf(258, 1_772_366_400_000, 2, 7, b"c" * 32, NAME.commitment, b"r" * 32)


def test_an_entry_is_128_bytes_as_the_page_on_the_log_draws_them() -> None:
    raw = bytes(LEAF)
    assert len(raw) == LEAF_SIZE
    assert raw[:32] == b"lendlog/v1\0" + bytes.fromhex("0000000000000102 0000019ca9450a00 02 00000007")
    assert raw[32:64] == b"c" * 32
    assert raw[96:] == b"r" * 32
    assert Leaf.parsed(raw) == LEAF
    assert LEAF.hash == hashlib.sha256(b"\0" + raw).digest()


def test_a_commitment_is_an_hmac_under_its_blind() -> None:
    assert NAME.commitment == hmac.new(BLIND, b"patron\0Eva N\xc3\xba\xc3\xb1ez", "sha256").digest()
    assert NAME.commitment != Opening(Field.COPY, BLIND, NAME.fact).commitment


def test_an_opening_opens_its_own_entry_and_no_other() -> None:
    LEAF.check(NAME)
    for other in (
        replace(NAME, fact=b"Eva"),
        replace(NAME, blind=bytes(32)),
        replace(NAME, field=Field.COPY),
    ):
        with pytest.raises(NotProven, match="entry 258 does not say that"):
            LEAF.check(other)


@pytest.mark.parametrize("size", [0, 31, 33, 64, 65])
def test_a_blind_has_one_length(size: int) -> None:
    with pytest.raises(Malformed):
        _ = Opening(Field.COPY, bytes(size), b"").commitment


@pytest.mark.parametrize("raw", [b"", bytes(LEAF)[:-1], bytes(LEAF) + b"\0", b"L" + bytes(LEAF)[1:]])
def test_what_is_no_entry_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        Leaf.parsed(raw)


@given(st.integers(0, LEAF_SIZE - 1), st.integers(1, 255))
def test_no_byte_of_an_entry_can_change_without_its_hash(at: int, difference: int) -> None:
    raw = bytearray(bytes(LEAF))
    raw[at] ^= difference
    try:
        changed = Leaf.parsed(bytes(raw))
    except Malformed:
        return
    assert bytes(changed) == bytes(raw)
    assert changed.hash != LEAF.hash
