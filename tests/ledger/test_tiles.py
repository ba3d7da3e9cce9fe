"""The tree in tiles, and what is read of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.ledger.errors import Malformed
from lending.ledger.tiles import (
    WIDTH,
    Bundle,
    Tile,
    bundle_of,
    entries_in,
    subtrees_from,
    tile_at,
    tile_named,
    tiles_of,
)
from lending.ledger.tree import (
    HASH_SIZE,
    Frontier,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)

LARGE = 70_000
HASHES = [leaf_hash(b"%d" % number) for number in range(LARGE)]


def cut(size: int) -> dict[Tile, bytes]:
    """All tiles of a tree, each hash of an upper one computed from the full tile below it."""
    rows = [HASHES[:size]]
    while len(rows[-1]) >= WIDTH:
        below = rows[-1]
        full = range(0, len(below) - len(below) % WIDTH, WIDTH)
        rows.append([Frontier.of(below[at : at + WIDTH]).root for at in full])
    return {
        tile: b"".join(rows[tile.level][tile.index * WIDTH : tile.index * WIDTH + tile.width])
        for tile in tiles_of(size)
    }


def test_a_tree_has_the_tiles_that_the_specification_counts() -> None:
    # Its own example, in section "Partial Tiles".
    tiles = list(tiles_of(LARGE))
    assert sum(tile.level == 0 and tile.width == WIDTH for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < WIDTH or tile.level] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_a_tile_is_as_wide_as_the_tree_has_it() -> None:
    assert {tile_at(tile.level, tile.index, LARGE) for tile in tiles_of(LARGE)} == set(tiles_of(LARGE))
    assert tile_at(0, 274, LARGE) is None
    assert tile_at(3, 0, LARGE) is None


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 1000, 65_536, LARGE])
def test_proofs_read_from_tiles_are_those_of_the_tree(size: int) -> None:
    def whole(level: int, index: int) -> bytes:
        return Frontier.of(HASHES[index << level : (index + 1) << level]).root

    ours = subtrees_from(cut(size).__getitem__, size)
    assert root_of(size, ours) == Frontier.of(HASHES[:size]).root
    for index in {0, size // 2, size - 1}:
        assert prove_inclusion(index, size, ours) == prove_inclusion(index, size, whole)
    for old in {1, size // 3 or 1, size - 1 or 1}:
        assert prove_consistency(old, size, ours) == prove_consistency(old, size, whole)


def test_a_proof_reads_few_tiles_and_each_once() -> None:
    tiles, read = cut(LARGE), list[Tile]()

    def reading(tile: Tile) -> bytes:
        read.append(tile)
        return tiles[tile]

    prove_inclusion(40_000, LARGE, subtrees_from(reading, LARGE))
    assert len(read) == len(set(read)) <= 6


def test_a_tile_that_is_too_short_is_noticed() -> None:
    with pytest.raises(Malformed, match="has not 5 hashes"):
        root_of(5, subtrees_from(lambda _: bytes(4 * HASH_SIZE), 5))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(2, 0), "tile/2/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(63, 1000, 1), "tile/63/x001/000.p/1"),
        (Bundle(999), "tile/entries/999"),
        (Bundle(1000, 7), "tile/entries/x001/000.p/7"),
    ],
)
def test_tiles_have_their_addresses(tile: Tile | Bundle, path: str) -> None:
    assert tile.path == path
    assert tile_named(path.removeprefix("tile/")) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/", "0/1", "0/0001", "00/001", "64/000", "-1/000", "x/000", "0/001/000", "0/x001",
        "0/x000/001", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/000.p/1/2", "entries/12",
        "entries/../../x", "0/٠٠١", "0/000.p/٣", "٠/000", "0/x001/x00a/000",
    ],
)  # fmt: skip
def test_other_addresses_are_none(path: str) -> None:
    with pytest.raises(Malformed):
        tile_named(path)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_come_out_of_a_bundle_as_they_went_in(entries: list[bytes]) -> None:
    assert list(entries_in(bundle_of(entries))) == entries


@pytest.mark.parametrize("bundle", [b"\0", b"\0\2a", b"\0\1a\0"])
def test_half_a_bundle_is_none(bundle: bytes) -> None:
    with pytest.raises(Malformed):
        list(entries_in(bundle))
