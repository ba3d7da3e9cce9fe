"""The size of a picture in pixels, from the first bytes of its file; nothing is decoded."""

import struct
from typing import Final

# Cameras and printers put profiles and thumbnails before the size; this is ample for them.
HEAD: Final = 256 << 10

_JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def pixel_size(head: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP, or None if these bytes don't tell."""
    try:
        size = _read_size(head)
    except (struct.error, IndexError):
        return None
    return size if size and all(size) else None


def _read_size(head: bytes) -> tuple[int, int] | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _pair(">II", head, 16)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _pair("<HH", head, 6)
    if head.startswith(b"\xff\xd8"):
        return _jpeg_size(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp_size(head)
    return None


def _pair(form: str, data: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, data, offset)
    return first, second


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    position = 2
    while position < len(head):
        if head[position] != 0xFF:
            return None
        marker = head[position + 1]
        if marker in _JPEG_FRAMES:
            height, width = _pair(">HH", head, position + 5)
            return width, height
        if marker == 0xFF:  # padding
            position += 1
        elif marker in _JPEG_BARE:
            position += 2
        else:
            position += 2 + max(2, struct.unpack_from(">H", head, position + 2)[0])
    return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = _pair("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
