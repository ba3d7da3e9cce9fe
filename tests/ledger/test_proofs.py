"""Proofs that somebody keeps and shows on another machine, years later."""

import pytest

from lending.ledger.errors import Malformed, NotProven, NotSigned
from lending.ledger.proofs import KeptProof
from lending.ledger.tree import Frontier, leaf_hash, prove_inclusion
from tests.ledger.signing import Keeper, check
from tests.ledger.test_tree import entries, tree_of

SIZE = 21
LEAF = leaf_hash(b"entry 7")


def kept(keeper: Keeper, extra: bytes = b"") -> KeptProof:
    tree = tree_of(entries(SIZE))
    root = Frontier.of(map(leaf_hash, entries(SIZE))).root
    return KeptProof(7, tuple(prove_inclusion(7, SIZE, tree)), keeper.promise(SIZE, root), extra)


@pytest.mark.parametrize("extra", [b"", b"\0\1what goes with it"])
def test_a_proof_comes_back_as_it_was_kept_and_verifies_with_the_logs_key_alone(extra: bytes) -> None:
    keeper = Keeper()
    proof = KeptProof.parsed(str(kept(keeper, extra)))
    assert proof == kept(keeper, extra)
    assert proof.extra == extra
    assert proof.verify(LEAF, [keeper.verifier], check).size == SIZE


def test_a_proof_looks_as_the_specification_has_it() -> None:
    lines = str(kept(Keeper(), b"x")).split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra eA==", "index 7"]
    assert lines[8:11] == ["", "library.example/log", "21"]


def test_a_proof_of_the_only_entry_has_no_hashes() -> None:
    keeper = Keeper()
    proof = KeptProof(0, (), keeper.promise(1, LEAF))
    assert KeptProof.parsed(str(proof)).verify(LEAF, [keeper.verifier], check).size == 1


def test_a_proof_is_none_of_another_entry_or_of_an_unsigned_log() -> None:
    keeper = Keeper()
    proof = kept(keeper)
    with pytest.raises(NotProven):
        proof.verify(leaf_hash(b"entry 8"), [keeper.verifier], check)
    with pytest.raises(NotSigned):
        proof.verify(LEAF, [Keeper().verifier], check)
    with pytest.raises(NotSigned, match="of which no key is trusted"):
        proof.verify(LEAF, [Keeper("other.example").verifier], check)


def test_a_key_speaks_for_its_own_log_only() -> None:
    keeper, other = Keeper(), Keeper("other.example/log")
    root = Frontier.of(map(leaf_hash, entries(SIZE))).root
    promise = other.promise(SIZE, root, origin=keeper.name)
    forged = KeptProof(7, kept(keeper).path, promise)
    with pytest.raises(NotSigned):
        forged.verify(LEAF, [keeper.verifier, other.verifier], check)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 7", "index 07"),
        ("index 7", "index"),
        ("index 7\n", ""),
        ("extra eA==", "extra eA"),
        ("extra eA==", "extra eA==\nextra eA=="),
        ("index 7\n", "index 7\neA==\n"),
        ("\n\nlibrary", "\nlibrary"),
        ("— ", "- "),
    ],
)
def test_what_is_no_proof_is_refused(said: str, instead: str) -> None:
    text = str(kept(Keeper(), b"x"))
    assert said in text
    with pytest.raises(Malformed):
        KeptProof.parsed(text.replace(said, instead))
