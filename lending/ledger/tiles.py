"""A tree in tiles of 256 hashes (C2SP tlog-tiles): what is kept of it, and read again to make a proof.

The hashes of a tile at level 0 are those of leaves; one at level *l* + 1 is the root of a full tile at
level *l*. So of a million leaves there are 3907 + 16 + 1 tiles, and a proof reads three or four.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from lending.ledger.errors import Malformed
from lending.ledger.tree import HASH_SIZE, Frontier, Subtrees

WIDTH: Final = 256
_HEIGHT: Final = 8
_DIGITS: Final = 3

ReadTile = Callable[["Tile"], bytes]
"""The bytes of a tile: its hashes, one after another."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: its level, its index in that level, and how many hashes it has (256: it is full)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its address below the log's (section "Merkle Tree").

        >>> Tile(0, 1234067, 5).path
        'tile/0/x001/x234/067.p/5'
        """
        return f"tile/{self.level}/{_spelled(self.index)}{_partial(self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The entries whose hashes a tile of level 0 has."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its address below the log's (section "Log entries")."""
        return f"tile/entries/{_spelled(self.index)}{_partial(self.width)}"


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of `size` leaves, level by level."""
    level = 0
    while count := size >> (_HEIGHT * level):
        yield from (Tile(level, index) for index in range(count // WIDTH))
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)
        level += 1


def tile_at(level: int, index: int, size: int) -> Tile | None:
    """That tile of a tree of `size` leaves, as wide as it is there; None if it is not there."""
    width = min(WIDTH, (size >> (_HEIGHT * level)) - index * WIDTH)
    return Tile(level, index, width) if width > 0 else None


def subtrees_from(read: ReadTile, size: int) -> Subtrees:
    """What proofs are made of, read from the tiles of a tree of `size` leaves. Each tile is read once."""
    kept: dict[Tile, bytes] = {}

    def tile_bytes(tile: Tile) -> bytes:
        if tile not in kept:
            kept[tile] = read(tile)
            if len(kept[tile]) != tile.width * HASH_SIZE:
                raise Malformed(f"{tile.path} has not {tile.width} hashes")
        return kept[tile]

    def subtree(level: int, index: int) -> bytes:
        row, height = divmod(level, _HEIGHT)
        first = index << height
        tile = tile_at(row, first // WIDTH, size)
        if tile is None:
            raise Malformed(f"a log of {size} entries has no such subtree")
        start = first % WIDTH
        end = start + (1 << height)
        row_bytes = tile_bytes(tile)
        return Frontier.of(row_bytes[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in range(start, end)).root

    return subtree


def bundle_of(entries: list[bytes]) -> bytes:
    """Entries as one resource (section "Log entries"): each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def entries_in(bundle: bytes) -> Iterator[bytes]:
    """The entries of a bundle. Raises Malformed."""
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2])
        entry = bundle[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(bundle):
            raise Malformed("a bundle of entries ends in the middle of one")
        yield entry
        at += 2 + length


def tile_named(path: str) -> Tile | Bundle:
    """The tile or bundle that an address names, below `tile/`. Raises Malformed."""
    kind, _, rest = path.partition("/")
    name, partial, width_text = rest.partition(".p/")
    width = _number(width_text, 1, WIDTH - 1) if partial else WIDTH
    steps = name.split("/")
    if any(not step.startswith("x") for step in steps[:-1]) or (len(steps) > 1 and steps[0] == "x000"):
        raise Malformed("that is no tile")
    parts = [step.removeprefix("x") for step in steps[:-1]] + steps[-1:]
    if any(len(part) != _DIGITS or not part.isascii() or not part.isdecimal() for part in parts):
        raise Malformed("that is no tile")
    index = reduce(lambda number, part: number * 1000 + int(part), parts, 0)
    if kind == "entries":
        return Bundle(index, width)
    return Tile(_number(kind, 0, 63), index, width)


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or text != str(int(text)) or not least <= int(text) <= most:
        raise Malformed("that is no tile")
    return int(text)


def _spelled(index: int) -> str:
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03}")
    return "/".join(reversed(parts))


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
