"""Where things stand on a page as it is seen: rotated, cropped, in points from the top left."""

import ctypes
from typing import Any, Final

from pypdfium2 import raw as pdfium

Box = tuple[float, float, float, float]
"""`(x, y, width, height)`."""

_GRAIN: Final = 100  # PDFium's device coordinates are whole numbers: hundredths of a point


class PageView:
    """Turns the coordinates of an open page's content into those of the page as it is seen."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.width = round(page.get_width(), 2)
        self.height = round(page.get_height(), 2)
        self._view = (0, 0, round(page.get_width() * _GRAIN), round(page.get_height() * _GRAIN), 0)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle of the content."""
        one_x, one_y = self._point(left, top)
        other_x, other_y = self._point(right, bottom)
        width, height = round(abs(one_x - other_x), 2), round(abs(one_y - other_y), 2)
        return min(one_x, other_x), min(one_y, other_y), width, height

    def _point(self, x: float, y: float) -> tuple[float, float]:
        out_x, out_y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page, *self._view, x, y, out_x, out_y)
        return out_x.value / _GRAIN, out_y.value / _GRAIN
