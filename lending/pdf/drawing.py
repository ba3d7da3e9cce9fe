"""A page of an open PDF, or a piece of one, as an image.

Encoding costs more than drawing, so each image gets the encoding that its content asks for (measured in
`benchmarks/page_encodings.py`, decided in `docs/decisions/0013-how-pages-are-encoded.md`):

* text, line art, scans in black and white or on cleaned paper: each colour channel is rounded to 16 steps
  (which no eye finds in anti-aliased letters), then WebP without loss. Sharp, and half the size of the
  unrounded page.
* photographs, shading, and scans with the grain of paper: WebP with loss.
"""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pypdfium2
from PIL import Image, ImageChops

from lending.pdf.records import TILE, Drawing
from lending.refusals import NoSuchPart, PartUnreadable

MAX_PIXELS: Final = 16_000_000
"""The most pixels of one image, whatever size the page claims and the caller asks for."""

_MAX_SIDE: Final = 16_000  # WebP's own limit is 16,383
_MAX_TILED_SIDE: Final = 200_000  # of a page that is drawn in pieces; PDFium reckons in 32 bits
_STEPS: Final = [round(value / 17) * 17 for value in range(256)] * 3
_SAMPLED: Final = 500  # pixels
_CELL: Final = 16  # pixels
_HARDLY: Final = 50  # of 255
_SOME: Final = 0.05
_MOST: Final = 0.5


def draw(pdf: Any, index: int, width: int) -> Drawing:
    """Page `index`, `width` pixels wide or as wide as the bounds allow, with forms and annotations.

    Raises `PartUnreadable` if PDFium can't load or draw it.
    """
    with _opened(pdf, index) as page:
        image = _paint(page, _scale(page.get_width(), page.get_height(), width))
        return _encode(image, image.width)


def draw_tile(pdf: Any, index: int, column: int, row: int, width: int) -> Drawing:
    """The piece of page `index`, drawn `width` pixels wide, `column` and `row` pieces from its top left.

    A piece is `TILE` pixels square, smaller at the page's right and bottom. Only the piece is ever in
    memory, however wide the page. Raises `NoSuchPart` beside the page, `PartUnreadable` as `draw`.
    """
    with _opened(pdf, index) as page:
        scale = _pixels_per_point(page.get_width(), page.get_height(), width)
        whole = math.ceil(page.get_width() * scale), math.ceil(page.get_height() * scale)
        left, top = column * TILE, row * TILE
        if left >= whole[0] or top >= whole[1] or max(whole) > _MAX_TILED_SIDE:
            raise NoSuchPart
        beyond = max(0, whole[0] - left - TILE), max(0, whole[1] - top - TILE)
        return _encode(_paint(page, scale, (left, beyond[1], beyond[0], top)), width)


@contextmanager
def _opened(pdf: Any, index: int) -> Iterator[Any]:
    """A page for as long as it is drawn; what PDFium can't do with it is a `PartUnreadable`."""
    try:
        page = pdf[index]
    except pypdfium2.PdfiumError:
        raise PartUnreadable from None
    try:
        yield page
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        raise PartUnreadable from None
    finally:
        page.close()


def _paint(page: Any, scale: float, cut: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Image.Image:
    """The page without what is cut off its left, bottom, right and top, in pixels."""
    crop = tuple((pixels - 0.5) / scale for pixels in cut)  # the renderer rounds up to whole pixels
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True)
    try:
        image: Image.Image = bitmap.to_pil()
        return image.convert("RGB") if image.mode != "RGB" else image.copy()
    finally:
        bitmap.close()


def _pixels_per_point(page_width: float, page_height: float, width: int) -> float:
    if not (0 < page_width < math.inf and 0 < page_height < math.inf):
        raise PartUnreadable
    return width / page_width * (1 - 1e-9)  # else rounding may add a pixel: the renderer rounds up


def _scale(page_width: float, page_height: float, width: int) -> float:
    """Pixels per point: as asked for, unless the image would be too large."""
    return min(
        _pixels_per_point(page_width, page_height, width),
        math.sqrt(MAX_PIXELS / page_width / page_height),
        _MAX_SIDE / max(page_width, page_height),
    )


def _encode(image: Image.Image, width: int) -> Drawing:
    """An image of a page, or of a piece of one, that is `width` pixels wide as a whole."""
    out = io.BytesIO()
    grain = grainy_part(image, width)
    if grain > _MOST:
        image.save(out, "WEBP", quality=70, method=2)  # of the grain itself nothing need be kept
    elif grain > _SOME:
        image.save(out, "WEBP", quality=80, method=2)
    else:
        image.point(_STEPS).save(out, "WEBP", lossless=True, quality=20, method=1)
    return Drawing("image/webp", out.getvalue())


def grainy_part(image: Image.Image, width: int) -> float:
    """How much of an image, 0 to 1, is photograph, shading or a scanner's grain.

    That is: cells where hardly a pixel has one of the image's commonest tones and that of its left
    neighbour. The paper between letters, however small the print, leaves every cell of text many.
    Looked at as if the whole page were 500 pixels wide, so that a picture drawn larger than it is,
    whose pixels have become squares, is known for what it is.
    """
    step = max(1, width // _SAMPLED)
    size = -(-image.width // step), -(-image.height // step)
    tones = image.getchannel("G").resize(size, Image.Resampling.NEAREST)
    same = ImageChops.difference(tones, ImageChops.offset(tones, 1, 0)).point([255] + [0] * 255)
    cells = ImageChops.darker(same, tones.point(_commonest(tones.histogram()))).reduce(_CELL)
    return sum(cells.histogram()[:_HARDLY]) / (cells.width * cells.height)


def _commonest(histogram: list[int]) -> list[int]:
    """A table that keeps the 16 commonest of 256 tones (as 255) and no other (as 0)."""
    common = sorted(range(256), key=lambda tone: -histogram[tone])[:16]
    return [255 * (tone in common) for tone in range(256)]
