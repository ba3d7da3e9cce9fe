"""The loan log's tree, read from where it is kept: entries below, roots of full tiles above."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lending.ledger.errors import Malformed
from lending.ledger.tiles import WIDTH, Tile, subtrees_from
from lending.ledger.tree import HASH_SIZE, Frontier, Subtrees, leaf_hash
from lending.ports.ledger import Entry, Ledger


def entries_of(ledger: Ledger, start: int, count: int) -> list[Entry]:
    """Entries from a number on, without a gap. Raises Malformed where one is missing."""
    entries = ledger.entries(start, count)
    if [entry.number for entry in entries] != list(range(start, start + count)):
        raise Malformed(f"of the {count} entries from {start} on, some are missing")
    return entries


@dataclass(frozen=True, slots=True)
class LogTiles:
    """The tiles of a log of `size` entries. Roots of full tiles that are not kept yet are found as needed."""

    ledger: Ledger
    size: int
    found: dict[Tile, bytes] = field(default_factory=dict)

    @property
    def subtrees(self) -> Subtrees:
        """What proofs are made of."""
        return subtrees_from(self.read, self.size)

    def read(self, tile: Tile) -> bytes:
        """A tile's hashes: those of entries, or the roots of the full tiles below it. Raises Malformed."""
        start = tile.index * WIDTH
        if tile.level == 0:
            return b"".join(leaf_hash(entry.leaf) for entry in entries_of(self.ledger, start, tile.width))
        below = tile.level - 1
        kept = self.ledger.tile_roots(below, start, tile.width)
        new = (Tile(below, index) for index in range(start + len(kept), start + tile.width))
        return b"".join(kept) + b"".join(map(self._root, new))

    def fill(self) -> Iterator[tuple[int, int, list[bytes]]]:
        """Find roots of full tiles that are not kept: (level, first index, roots), the lowest level first."""
        level = 0
        while full := self.size >> 8 * (level + 1):
            kept = self.ledger.tiles_kept(level)
            roots = [self._root(Tile(level, index)) for index in range(kept, full)]
            if roots:
                yield level, kept, roots
            level += 1

    def _root(self, tile: Tile) -> bytes:
        """Of a full tile whose root is not kept: it is found once."""
        if tile not in self.found:
            raw = self.read(tile)
            hashes = (raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE))
            self.found[tile] = Frontier.of(hashes).root
        return self.found[tile]
