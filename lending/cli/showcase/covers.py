"""Covers for the sample books: one series, one picture each, drawn with a few shapes."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from lending.cli.showcase.works import Work
from lending.web.assets import BUILT

_WIDTH, _HEIGHT, _PICTURE = 1200, 1800, 1230
_FINER: Final = 2
"""Drawn so many times larger, then made smaller: Pillow draws no smooth edges itself."""
_PAPER, _INK = "#f6f1e4", "#26221c"

Pen = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class _Design:
    ground: str
    picture: Callable[[Pen], None]


def cover(work: Work) -> bytes:
    """The cover of a sample book, a JPEG of 600 × 900."""
    design = _DESIGNS[work.name]
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, _WIDTH, _PICTURE), fill=design.ground)
    design.picture(pen)
    pen.rectangle((0, _PICTURE, _WIDTH, _HEIGHT), fill=_PAPER)
    pen.rectangle((0, _PICTURE, _WIDTH, _PICTURE + 14), fill=_INK)
    _words(pen, work)
    out = io.BytesIO()
    size = (_WIDTH // _FINER, _HEIGHT // _FINER)
    image.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=92)
    return out.getvalue()


def _words(pen: Pen, work: Work) -> None:
    margin, top = 90, _PICTURE + 80
    for size in (124, 108, 92, 78):
        font = _font("opsz-normal", size, optical_size=72, weight=560)
        lines = _wrapped(work.title, font, _WIDTH - 2 * margin)
        if len(lines) <= 2:
            break
    for number, line in enumerate(lines):
        pen.text((margin, top + number * size * 1.12), line, _INK, font)
    small = _font("opsz-normal", 46, optical_size=18, weight=500)
    at = float(margin)
    for letter in work.author.upper():
        pen.text((at, _HEIGHT - 130), letter, _INK, small)
        at += small.getlength(letter) + 8


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _font(face: str, size: int, *, optical_size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Literata, the typeface of the pages, from the front end's build."""
    path = next((BUILT / "fonts").glob(f"literata-latin-{face}-*.woff2"))
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([optical_size, weight])
    return font


def _grapes(pen: Pen) -> None:
    """Just out of reach."""
    pen.line([(600, -20), (590, 130), (612, 250)], "#5b4a2e", 26, joint="curve")
    leaf = [(612, 200), (760, 90), (900, 130), (985, 235), (905, 330), (760, 345)]
    pen.polygon(leaf, "#5d7a3a")
    pen.line([(612, 200), (880, 235)], "#87a25c", 8)
    radius, colours = 88, ("#5a2a5e", "#6d3770", "#7e4682")
    for row in range(5):
        for place in range(5 - row):
            x = 600 + (place - (4 - row) / 2) * radius * 1.86
            y = 350 + row * radius * 1.62
            pen.circle((x, y), radius, colours[(row + place) % 3])
            pen.circle((x - 28, y - 30), 16, "#b08ab0")


def _dashes(pen: Pen) -> None:
    """Her punctuation, and one bee."""
    for row in range(17):
        x = 90.0
        for place in range(12):
            length = 34 + 92 * abs(math.sin(1.7 * row + 2.3 * place * (1 + row % 3)))
            if x + length > _WIDTH - 90:
                break
            pen.rounded_rectangle((x, 96 + row * 66, x + length, 106 + row * 66), 5, "#3f5d4c")
            x += length + 46
    pen.ellipse((760, 420, 1010, 600), "#e9dfc6")
    pen.ellipse((825, 470, 945, 550), "#d9a521")
    for stripe in (856, 884, 912):
        pen.rectangle((stripe, 474, stripe + 11, 546), "#2c2a22")
    pen.ellipse((836, 425, 890, 492), "#f7f4ea", "#2c2a22", 4)
    pen.ellipse((880, 425, 934, 492), "#f7f4ea", "#2c2a22", 4)


def _stripes(pen: Pen) -> None:
    """Burning bright."""
    for number in range(8):
        reach = 560 - 44 * abs(number - 3.5)
        y = 120 + number * 142
        for side in (-1, 1):
            bow = [(600 + side * (70 + reach * t), y + 74 * math.sin(2.6 * t)) for t in _steps(14)]
            back = [
                (600 + side * (70 + reach * t), y + 74 * math.sin(2.6 * t) + 62 * math.sin(math.pi * t) + 3)
                for t in reversed(_steps(14))
            ]
            pen.polygon(bow + back, "#1d1712" if number % 2 else "#e2701d")
    for side in (-1, 1):
        pen.ellipse((600 + side * 210 - 74, 560, 600 + side * 210 + 74, 664), "#f4c533")
        pen.ellipse((600 + side * 210 - 18, 566, 600 + side * 210 + 18, 658), "#1d1712")


def _swallows(pen: Pen) -> None:
    """They will come back."""
    for band in range(62):
        shade = band / 61
        colour = tuple(
            round(a + (b - a) * shade) for a, b in zip((58, 64, 110), (226, 140, 112), strict=True)
        )
        pen.rectangle((0, band * 20, _WIDTH, band * 20 + 20), colour)
    pen.circle((600, 1130), 210, "#f3d9a4")
    flock = ((330, 300, 150), (720, 210, 96), (880, 470, 124), (470, 560, 84), (700, 770, 64), (270, 800, 54))
    for x, y, span in flock:
        left = [(x - span + span * t, y - span * 0.42 * math.sin(math.pi * t * 0.86)) for t in _steps(16)]
        right = [(2 * x - px, py) for px, py in reversed(left)]
        below = [(px, py + span * 0.2 * (1 - abs(px - x) / span)) for px, py in reversed(left + right)]
        tail = [(x + span * 0.1, y + span * 0.5), (x, y + span * 0.3), (x - span * 0.1, y + span * 0.5)]
        pen.polygon(left + right + below, "#20203a")
        pen.polygon([(x - span * 0.09, y), (x + span * 0.09, y), *tail], "#20203a")


def _river(pen: Pen) -> None:
    """The Sar, in its banks."""
    pen.circle((860, 300), 130, "#f0e6c8")
    colours = ("#8fb7ad", "#6fa199", "#4f8a85", "#356f70", "#22565b", "#153f47")
    for number in range(24):
        base = 330 + number * 42
        crest = [
            (x, base + (12 + number) * math.sin(x / (150 + 7 * number) + number * 0.9))
            for x in range(-10, _WIDTH + 20, 10)
        ]
        pen.polygon([*crest, (_WIDTH, _PICTURE), (0, _PICTURE)], colours[number * 6 // 24])
        if number % 2:
            for (x, y), (next_x, next_y) in pairwise(crest[:: 1 + number % 3]):
                if math.sin(x / 90 + number) > 0.55:
                    pen.line([(x, y), (next_x, next_y)], "#d5e6df", 5)


def _road(pen: Pen) -> None:
    """Made by walking."""
    pen.circle((330, 330), 120, "#f7ecd0")
    hills = (("#c9a56a", 520, 70, 260), ("#a9824a", 650, 85, 190), ("#7d6a3c", 800, 60, 330))
    for colour, base, height, length in hills:
        ridge = [(x, base - height * math.sin(x / length + base)) for x in range(-10, _WIDTH + 20, 10)]
        pen.polygon([*ridge, (_WIDTH, _PICTURE), (0, _PICTURE)], colour)
    left, right = [], []
    for t in _steps(40):
        y = 742 + (_PICTURE - 742) * t * t
        middle = 760 - 240 * math.sin(3.4 * t) * (0.35 + t)
        left.append((middle - 6 - 190 * t * t, y))
        right.append((middle + 6 + 190 * t * t, y))
    pen.polygon(left + right[::-1], "#efe2c0")
    for x, y, size in ((1000, 780, 150), (1085, 830, 190), (190, 860, 170)):
        pen.polygon([(x - size * 0.16, y), (x, y - size * 1.7), (x + size * 0.16, y)], "#3d4a2b")


def _steps(count: int) -> list[float]:
    """From 0 to 1 in so many steps."""
    return [step / count for step in range(count + 1)]


_DESIGNS: Final = {
    "aesop": _Design("#e8c46a", _grapes),
    "dickinson": _Design("#e9dfc6", _dashes),
    "blake": _Design("#b3421b", _stripes),
    "becquer": _Design("#3a406e", _swallows),
    "rosalia": _Design("#b8d0c4", _river),
    "machado": _Design("#dfc48c", _road),
}
