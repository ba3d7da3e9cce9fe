"""A page of an open PDF as an image.

Encoding costs more than drawing, so each page gets the cheaper of two encodings:

* text and line art: each colour channel is rounded to 16 steps (which no eye finds in anti-aliased
  letters), then WebP without loss. Sharp, and half the size of the unrounded page.
* photographs and scans: WebP with loss.
"""

import io
import itertools
import math
from typing import Any, Final

import pypdfium2
from PIL import Image
from pypdfium2 import raw as pdfium

from lending.pdf.records import Drawing
from lending.refusals import PartUnreadable

MAX_PIXELS: Final = 16_000_000
"""The most pixels of one image, whatever size the page claims and the caller asks for."""

_MAX_SIDE: Final = 16_000  # WebP's own limit is 16,383
_STEPS: Final = [round(value / 17) * 17 for value in range(256)] * 3
_MANY_OBJECTS: Final = 300


def draw(pdf: Any, index: int, width: int) -> Drawing:
    """Page `index`, `width` pixels wide or as wide as the bounds allow, with forms and annotations.

    Raises `PartUnreadable` if PDFium can't load or draw it.
    """
    try:
        page = pdf[index]
    except pypdfium2.PdfiumError:
        raise PartUnreadable from None
    try:
        return _encode(_paint(page, width), photographic=_is_mostly_pictures(page))
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        raise PartUnreadable from None
    finally:
        page.close()


def _paint(page: Any, width: int) -> Image.Image:
    scale = _scale(page.get_width(), page.get_height(), width)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        image: Image.Image = bitmap.to_pil()
        return image.convert("RGB") if image.mode != "RGB" else image.copy()
    finally:
        bitmap.close()


def _scale(page_width: float, page_height: float, width: int) -> float:
    """Pixels per point: as asked for, unless the image would be too large."""
    if not (0 < page_width < math.inf and 0 < page_height < math.inf):
        raise PartUnreadable
    wanted = width / page_width * (1 - 1e-9)  # else rounding may add a pixel: the renderer rounds up
    return min(
        wanted,
        math.sqrt(MAX_PIXELS / page_width / page_height),
        _MAX_SIDE / max(page_width, page_height),
    )


def _is_mostly_pictures(page: Any) -> bool:
    """Whether pictures of more than one bit per pixel cover a third of the page."""
    area = page.get_width() * page.get_height()
    images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    covered = 0.0
    for image in itertools.islice(images, _MANY_OBJECTS):
        if image.get_metadata().bits_per_pixel > 1:
            left, bottom, right, top = image.get_bounds()
            covered += abs(right - left) * abs(top - bottom)
    return bool(covered > area / 3)


def _encode(image: Image.Image, *, photographic: bool) -> Drawing:
    rounded = image.point(_STEPS)
    out = io.BytesIO()
    if photographic or _has_many_colours(rounded):
        image.save(out, "WEBP", quality=80, method=2)
    else:
        rounded.save(out, "WEBP", lossless=True, quality=20, method=1)
    return Drawing("image/webp", out.getvalue())


def _has_many_colours(rounded: Image.Image) -> bool:
    """Whether over 2 % of the image is beside its 16 commonest colours: shading, or a small photograph."""
    sample = rounded.resize((256, 256), Image.Resampling.NEAREST)
    counts = sorted((count for count, _ in sample.getcolors(256 * 256) or []), reverse=True)
    return sum(counts[16:]) > 0.02 * 256 * 256
