"""Merkle trees as RFC 9162 has them (sections 2.1.1 to 2.1.4; the same trees as RFC 6962's).

A tree is never held whole. Whoever makes a proof says how to get the hash of a *perfect subtree*: 2**level
leaves from a multiple of that on. Every tree is made of a few of these.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from lending.ledger.errors import NotProven

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256().digest()
"""The root of a tree without leaves."""

Subtrees = Callable[[int, int], bytes]
"""`subtrees(level, index)`: the hash over leaves `index << level` up to `(index + 1) << level`."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two (section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be kept of a tree so that it can grow: the perfect subtrees of which it is made, the largest
    first. Of a million leaves these are seven.

    >>> Frontier.of(leaf_hash(b"%d" % n) for n in range(3)).peaks[1] == leaf_hash(b"2")
    True
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, leaf_hashes: Iterable[bytes]) -> Self:
        """A tree of these leaves."""
        return cls().grown(leaf_hashes)

    def grown(self, leaf_hashes: Iterable[bytes]) -> Self:
        """With more leaves."""
        size, peaks = self.size, list(self.peaks)
        for one in leaf_hashes:
            peaks.append(one)
            size += 1
            for _ in range((size & -size).bit_length() - 1):
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
        return type(self)(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The tree's root."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(size: int, subtrees: Subtrees) -> bytes:
    """The root of the first `size` leaves."""
    return _range_hash(0, size, subtrees) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """That leaf `index` is in the tree of `size` leaves (section 2.1.3.1): the leaf's sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    proof, start, end = [], 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            proof.append(_range_hash(split, end, subtrees))
            end = split
        else:
            proof.append(_range_hash(start, split, subtrees))
            start = split
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Section 2.1.3.2. `leaf` is the leaf's hash. Raises NotProven."""
    if not 0 <= index < size:
        raise NotProven(f"a log of {size} entries has no entry {index}")
    found = leaf
    for sibling, is_left in _climb(index, size - 1, proof):
        found = node_hash(sibling, found) if is_left else node_hash(found, sibling)
    if found != root:
        raise NotProven("the proof leads to another root")


def prove_consistency(old: int, new: int, subtrees: Subtrees) -> list[bytes]:
    """That the tree of `new` leaves begins with the tree of `old` (section 2.1.4.1). Of none or of the same
    tree there is nothing to prove."""
    if not 0 <= old <= new:
        raise ValueError(f"a log of {old} entries can't have become one of {new}")
    if old in (0, new):
        return []
    proof, start, end, whole = [], 0, new, True
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            proof.append(_range_hash(split, end, subtrees))
            end = split
        else:
            proof.append(_range_hash(start, split, subtrees))
            start, whole = split, False
    if not whole:
        proof.append(_range_hash(start, end, subtrees))
    return proof[::-1]


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Section 2.1.4.2, for an old tree that has leaves. Raises NotProven."""
    if not 0 < old <= new:
        raise NotProven(f"a log of {old} entries can't have become one of {new}")
    if old == new and (proof or old_root != new_root):
        raise NotProven(f"there are two logs of {old} entries")
    if old == new:
        return
    # Where the old tree is one perfect subtree of the new, the proof leaves out its root.
    level = (old & -old).bit_length() - 1
    path = [old_root, *proof] if old == 1 << level else list(proof)
    if not path:
        raise NotProven("the proof is too short")
    before = after = path[0]
    for sibling, is_left in _climb((old - 1) >> level, (new - 1) >> level, path[1:]):
        if is_left:
            before = node_hash(sibling, before)
        after = node_hash(sibling, after) if is_left else node_hash(after, sibling)
    if before != old_root:
        raise NotProven("the proof is for another older log")
    if after != new_root:
        raise NotProven("the proof leads to another root")


def peaks_of(size: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees, as (level, index), that make a tree of `size` leaves: the largest first.

    >>> list(peaks_of(6))
    [(2, 0), (1, 2)]
    """
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range_hash(start: int, end: int, subtrees: Subtrees) -> bytes:
    """Of leaves `start` up to `end`, where `start` is where a subtree of that size begins."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtrees(level, start >> level)
    split = start + _split(size)
    return node_hash(_range_hash(start, split, subtrees), _range_hash(split, end, subtrees))


def _climb(number: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """From node `number` of a level up to the root: each sibling on the way, and whether it is to the left.
    `last` is the level's last node. Raises NotProven where the path is none of that tree."""
    for sibling in path:
        if len(sibling) != HASH_SIZE:
            raise NotProven("a hash of the proof has not 32 bytes")
        if last == 0:
            raise NotProven("the proof is too long")
        is_left = bool(number & 1) or number == last
        yield sibling, is_left
        if is_left:
            # A last node without a sibling moves up as it is until it has one.
            alone = (number & -number).bit_length() - 1
            number, last = number >> alone, last >> alone
        number, last = number >> 1, last >> 1
    if last:
        raise NotProven("the proof is too short")
