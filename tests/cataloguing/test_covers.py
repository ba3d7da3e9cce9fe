"""Pictures for the shelf: honest ones made small, hostile ones refused by ValueError and nothing else."""

import io
import random
import struct
import time
import zlib

import pytest
from PIL import Image

from lending.cataloguing.covers import HEIGHT, MOST_PIXELS, WIDTH, cover_from

RED, GREEN, WHITE = (255, 0, 0), (0, 128, 0), (255, 255, 255)
ORIENTATION = 0x0112


def saved(picture: Image.Image, picture_format: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, picture_format, **how)
    return out.getvalue()


def opened(cover: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(cover))
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"
    return picture


def is_about(picture: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = picture.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))


def two_halves(width: int = 200, height: int = 300) -> Image.Image:
    """Red above, green below."""
    picture = Image.new("RGB", (width, height), GREEN)
    picture.paste(RED, (0, 0, width, height // 2))
    return picture


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("size", [(1200, 1800), (3000, 100), (100, 3000), (10, 10), (1, 1), (1, 5000)])
def test_a_cover_fits_the_shelf_and_keeps_its_shape(picture_format: str, size: tuple[int, int]) -> None:
    cover = opened(cover_from(saved(two_halves(*size), picture_format)))
    assert cover.width <= min(WIDTH, size[0])
    assert cover.height <= min(HEIGHT, size[1])
    if min(size) >= 100:
        assert cover.width / cover.height == pytest.approx(size[0] / size[1], rel=0.1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_a_cover(mode: str) -> None:
    picture_format = {"CMYK": "JPEG"}.get(mode, "PNG")
    assert opened(cover_from(saved(Image.new(mode, (60, 90)), picture_format))).size == (60, 90)


@pytest.mark.parametrize("picture_format", ["PNG", "GIF", "WEBP"])
def test_what_is_transparent_becomes_white(picture_format: str) -> None:
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste(RED, (0, 0, 50, 100))
    cover = opened(cover_from(saved(picture, picture_format)))
    assert is_about(cover, (75, 50), WHITE)
    assert is_about(cover, (20, 50), RED)


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [
        (1, "top"),
        (2, "top"),
        (3, "bottom"),
        (4, "bottom"),
        (5, "left"),
        (6, "right"),
        (7, "right"),
        (8, "left"),
    ],
)
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_turned_upright(picture_format: str, orientation: int, red_at: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    cover = opened(cover_from(saved(two_halves(), picture_format, exif=exif)))
    x, y = cover.width, cover.height
    assert (x > y) == (orientation > 4)
    where = {"top": (x // 2, 9), "bottom": (x // 2, y - 9), "left": (9, y // 2), "right": (x - 9, y // 2)}
    assert is_about(cover, where[red_at], RED)


def test_where_and_when_a_photograph_was_taken_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    cover = cover_from(saved(two_halves(), "JPEG", exif=exif, comment=b"taken at home"))
    assert b"taken at home" not in cover
    assert not Image.open(io.BytesIO(cover)).getexif()


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"a poem",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\x04\x00\x00\x00WEBP",
        b"\xff\xd8\xff\xe0",
        saved(Image.new("RGB", (9, 9)), "TIFF"),
        saved(Image.new("RGB", (9, 9)), "BMP"),
        saved(Image.new("RGB", (90, 90)), "PNG")[:-40],
    ],
)
def test_what_is_no_picture_is_refused(image: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        cover_from(image)


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that says it is so large, whatever it holds."""
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + body, b"IEND")
    made = (struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


@pytest.mark.parametrize(
    ("width", "height"), [(MOST_PIXELS + 1, 1), (7000, 7000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_of_pixels_is_not_opened(width: int, height: int) -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match=r"."):
        cover_from(png(width, height, zlib.compress(bytes(1 << 20))))
    assert time.process_time() - began < 0.5


def test_a_picture_with_as_many_pixels_as_allowed_is_opened() -> None:
    picture = Image.new("1", (MOST_PIXELS // 5000, 5000), 1)
    assert opened(cover_from(saved(picture))).height <= HEIGHT


def test_a_broken_picture_is_never_a_fault() -> None:
    """Bytes changed here and there, the same ones each time: what a bad disk or a bad person does."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = "words"
    exif[0x8769] = {0x9003: "2020:01:01 00:00:00"}
    noise = Image.effect_noise((60, 90), 80)
    honest = [
        saved(noise, "JPEG", exif=exif),
        saved(noise.convert("CMYK"), "JPEG"),
        saved(noise.convert("P"), "PNG", exif=exif),
        saved(noise.convert("P"), "GIF"),
        saved(noise.convert("RGBA"), "WEBP", exif=exif),
    ]
    chance = random.Random(20260301)
    refused = 0
    for number in range(4000):
        broken = bytearray(honest[number % len(honest)])
        for _ in range(chance.choice([1, 2, 8])):
            broken[chance.randrange(chance.choice([60, 250, len(broken)]))] = chance.choice([0, 1, 255])
        try:
            opened(cover_from(bytes(broken)))
        except ValueError:
            refused += 1
    assert 0 < refused < 4000
