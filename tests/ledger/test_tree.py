"""The trees of RFC 9162, against what is published of them and against two independent programs."""

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scitt_cose import merkle

from lending.ledger.errors import NotProven
from lending.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    Subtrees,
    leaf_hash,
    node_hash,
    peaks_of,
    prove_consistency,
    prove_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The reference leaves of Certificate Transparency's programs, and the roots of their trees of 1 to 8 leaves.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
MOST = 40


def entries(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


def tree_of(entries: list[bytes]) -> Subtrees:
    """A tree that computes each subtree anew from its leaves."""
    hashes = [leaf_hash(entry) for entry in entries]

    def subtree(level: int, index: int) -> bytes:
        start, end = index << level, (index + 1) << level
        assert end <= len(hashes), "a proof is made of subtrees that are there"
        return Frontier.of(hashes[start:end]).root

    return subtree


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_roots_are_those_of_the_reference_trees(size: int) -> None:
    assert Frontier.of(map(leaf_hash, LEAVES[:size])).root == ROOTS[size - 1]
    assert root_of(size, tree_of(LEAVES)) == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_root_that_the_rfc_gives_it() -> None:
    assert Frontier().root == EMPTY_ROOT == root_of(0, tree_of([]))
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, MOST))
def test_roots_and_proofs_are_those_of_two_other_programs(size: int) -> None:
    all_of_it, ours = entries(size), tree_of(entries(size))
    hexed = [entry.hex() for entry in all_of_it]
    root = root_of(size, ours)
    other = pymerkle.InmemoryTree(algorithm="sha256")
    other.append_entries(all_of_it)
    assert root == other.get_root()
    assert root.hex() == merkle.merkle_root(hexed)
    for index in range(size):
        proof = prove_inclusion(index, size, ours)
        assert [one.hex() for one in proof] == merkle.inclusion_proof(hexed, index)
        verify_inclusion(leaf_hash(all_of_it[index]), index, size, proof, root)
    for old in range(1, size + 1):
        grown = prove_consistency(old, size, ours)
        assert [one.hex() for one in grown] == merkle.consistency_proof(hexed, old, size)
        verify_consistency(old, root_of(old, ours), size, root, grown)


@given(st.integers(1, 300), st.data())
def test_no_proof_proves_another_entry_place_size_or_root(size: int, data: st.DataObject) -> None:
    ours = tree_of(entries(size))
    index = data.draw(st.integers(0, size - 1))
    leaf, root = leaf_hash(b"entry %d" % index), root_of(size, ours)
    proof = prove_inclusion(index, size, ours)
    verify_inclusion(leaf, index, size, proof, root)
    other = data.draw(st.integers(0, size + 1).filter(lambda number: number != index))
    wrong = [
        (leaf_hash(b"entry %d" % other), index, size, proof, root),
        (leaf, other, size, proof, root),
        (leaf, index, size, [*proof, root], root),
        (leaf, index, size, [*proof, b""], root),
        (leaf, index, size, proof, leaf_hash(root)),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        wrong.append((leaf, index, size, proof[:at] + proof[at + 1 :], root))
        wrong.append((leaf, index, size, [*proof[:at], leaf, *proof[at + 1 :]], root))
    for claim in wrong:
        if claim[3] != proof or claim[:3] != (leaf, index, size) or claim[4] != root:
            with pytest.raises(NotProven):
                verify_inclusion(*claim)


@given(st.integers(2, 300), st.data())
def test_no_proof_proves_another_past(size: int, data: st.DataObject) -> None:
    ours = tree_of(entries(size))
    old = data.draw(st.integers(1, size - 1))
    old_root, root = root_of(old, ours), root_of(size, ours)
    proof = prove_consistency(old, size, ours)
    verify_consistency(old, old_root, size, root, proof)
    at = data.draw(st.integers(0, len(proof) - 1))
    other = data.draw(st.integers(0, size).filter(lambda number: number != old))
    wrong: list[tuple[int, bytes, int, bytes, list[bytes]]] = [
        (old, leaf_hash(old_root), size, root, proof),
        (old, old_root, size, leaf_hash(root), proof),
        (other, old_root, size, root, proof),
        (old, old_root, size, root, [*proof, root]),
        (old, old_root, size, root, proof[:at] + proof[at + 1 :]),
        (old, old_root, size, root, [*proof[:at], leaf_hash(b""), *proof[at + 1 :]]),
        (old, old_root, size, root, []),
        (size, root, old, old_root, proof),
    ]
    for claim in wrong:
        with pytest.raises(NotProven):
            verify_consistency(*claim)


def test_two_logs_of_one_size_are_one_log_or_none() -> None:
    verify_consistency(3, ROOTS[2], 3, ROOTS[2], [])
    with pytest.raises(NotProven, match="there are two logs of 3 entries"):
        verify_consistency(3, ROOTS[2], 3, ROOTS[3], [])
    with pytest.raises(NotProven, match="there are two logs of 3 entries"):
        verify_consistency(3, ROOTS[2], 3, ROOTS[2], [ROOTS[0]])


def test_nothing_is_proven_of_a_log_that_was_empty() -> None:
    assert prove_consistency(0, 8, tree_of(LEAVES)) == []
    with pytest.raises(NotProven):
        verify_consistency(0, EMPTY_ROOT, 8, ROOTS[7], [])


def test_there_is_no_proof_of_what_is_not_there() -> None:
    for index in (-1, 8):
        with pytest.raises(ValueError, match="there is no leaf"):
            prove_inclusion(index, 8, tree_of(LEAVES))
    with pytest.raises(ValueError, match="can't have become"):
        prove_consistency(8, 7, tree_of(LEAVES))


@given(st.lists(st.binary(max_size=4), max_size=80), st.integers(0, 80))
def test_a_tree_grows_by_any_steps_to_the_same(leaves: list[bytes], cut: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert Frontier.of(hashes[:cut]).grown(hashes[cut:]) == Frontier.of(hashes)


def test_a_frontier_is_the_perfect_subtrees_of_its_size() -> None:
    ours = tree_of(entries(MOST))
    for size in range(MOST):
        frontier = Frontier.of(map(leaf_hash, entries(size)))
        assert frontier.peaks == tuple(ours(level, index) for level, index in peaks_of(size))


def test_a_leaf_is_never_a_node() -> None:
    left, right = leaf_hash(b"l"), leaf_hash(b"r")
    assert leaf_hash(left + right) != node_hash(left, right)
