"""Covers for the shelf: any picture made into a small JPEG, without being fooled by its size."""

import io
import warnings
from typing import Final

from PIL import ExifTags, Image

WIDTH: Final = 480
HEIGHT: Final = 720
MOST_PIXELS: Final = 40_000_000
"""A picture with more is not opened: a few kilobytes can unfold to gigabytes."""
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")

_TURN: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What to do with a picture of each EXIF orientation. (Pillow's `exif_transpose` also writes all
the other metadata anew, and fails where it is broken; nobody needs it here.)"""


def cover_from(image: bytes) -> bytes:
    """A JPEG of at most 480 × 720. Raises ValueError for what is no picture, or one too large to open."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures where we refuse them, and of odd metadata, which we drop.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(image), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValueError("too many pixels")
                return _small_jpeg(picture)
    except (OSError, SyntaxError, Image.DecompressionBombError) as broken:
        raise ValueError("not a picture") from broken


def _small_jpeg(picture: Image.Image) -> bytes:
    picture.draft("RGB", (WIDTH, HEIGHT))  # JPEGs are decoded at a fraction of their size
    upright = _upright(picture)
    upright.thumbnail((WIDTH, HEIGHT))
    flat = Image.new("RGB", upright.size, "white")
    rgba = upright.convert("RGBA")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    try:
        turn = _TURN.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (SyntaxError, ValueError, TypeError):  # broken metadata does not make a broken picture
        turn = None
    return picture if turn is None else picture.transpose(turn)
