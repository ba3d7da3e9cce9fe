"""A work as a PDF, written by hand: PDF 1.7 (ISO 32000-1) with the fonts that every reader brings.

A page is 468 × 684 points. Text is in WinAnsiEncoding, which Python calls cp1252.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lending.cli.showcase.works import Chapter, Work

_WIDTH, _HEIGHT = 468, 684
_LEFT, _TOP, _BOTTOM = 54, 604, 66
_SIZE, _LEADING = 11, 15
_FONTS: Final = {"R": "Times-Roman", "I": "Times-Italic", "B": "Times-Bold"}
_CURVE: Final = 0.5523
"""How far a Bézier curve's handles are from its ends, in radii, to draw a quarter of a circle."""

_NIGHT, _MOON, _PAPER, _INK = "0.10 0.12 0.22", "0.95 0.89 0.72", "0.965 0.945 0.894", "0.15 0.13 0.11"


@dataclass(frozen=True, slots=True)
class _Page:
    drawing: str
    chapter: str = ""
    """The chapter that begins here."""


def as_pdf(work: Work) -> bytes:
    """The PDF of a work in verse: a cover, a title page, its poems; with an outline."""
    pages = [_Page(_cover(work)), _Page(_title_page(work))]
    for chapter in work.chapters:
        pages += _chapter(work, chapter, len(pages) + 1)
    return _file(work, pages)


def _cover(work: Work) -> str:
    sky = f"{_NIGHT} rg 0 0 {_WIDTH} {_HEIGHT} re f {_MOON} rg {_circle(300, 500, 84)} f"
    window = "0.05 0.06 0.12 rg 226 216 16 468 re f 0 420 468 12 re f 0 600 468 12 re f"
    raven = (
        "0.02 0.02 0.05 rg 128 432 m 138 470 150 520 196 546 c 204 566 232 566 238 546 c 262 540 l 240 532 l "
        "244 500 226 468 196 448 c 200 432 l 192 432 l 184 444 l 176 442 l 178 432 l 170 432 l 166 440 l "
        f"150 436 136 420 112 396 c h f {_MOON} rg {_circle(222, 549, 2.6)} f"
    )
    panel = f"{_PAPER} rg 0 0 {_WIDTH} 216 re f {_INK} rg 0 212 {_WIDTH} 5 re f"
    first, _, rest = work.title.partition(" and ")
    words = [_text("B", 38, 36, 154, first), _text("B", 25, 36, 118, f"and {rest}")]
    return "\n".join([sky, window, raven, panel, *words, _text("R", 14, 36, 40, work.author.upper(), 2)])


def _title_page(work: Work) -> str:
    said, printed = work.source.split(", ", 1)
    return "\n".join(
        (
            _text("R", 12, _LEFT, 560, work.author.upper(), 2),
            _text("R", 26, _LEFT, 516, work.title),
            f"{_INK} rg {_LEFT} 492 72 1 re f",
            _text("I", 10, _LEFT, 464, work.about),
            _text("R", 9, _LEFT, 92, f"{said},"),
            _text("R", 9, _LEFT, 79, printed),
        )
    )


def _chapter(work: Work, chapter: Chapter, number: int) -> Iterator[_Page]:
    """The pages of a chapter, of which the first is page `number`. No stanza is parted by a page's end."""
    drawn, y, title = [_text("R", 20, _LEFT, _TOP, chapter.title)], _TOP - 44.0, chapter.title
    for stanza in chapter.stanzas:
        if y - len(stanza) * _LEADING < _BOTTOM:
            yield _Page("\n".join((*drawn, _foot(work, number))), title)
            drawn, y, title, number = [], float(_TOP), "", number + 1
        for line in stanza:
            words = line.lstrip(" ")
            drawn.append(_text("R", _SIZE, _LEFT + 7 * (len(line) - len(words)), y, words))
            y -= _LEADING
        y -= _LEADING * 0.7
    yield _Page("\n".join((*drawn, _foot(work, number))), title)


def _foot(work: Work, number: int) -> str:
    return (
        _text("I", 8.5, _LEFT, 40, work.title) + "\n" + _text("R", 8.5, _WIDTH - _LEFT - 10, 40, str(number))
    )


def _text(font: str, size: float, x: float, y: float, words: str, apart: float = 0) -> str:
    """Words that begin at a point; `apart` is added between their letters."""
    escaped = words.translate({ord(c): f"\\{c}" for c in "()\\"})
    return f"BT {_INK} rg /{font} {size} Tf {apart} Tc 1 0 0 1 {x} {y:.1f} Tm ({escaped}) Tj ET"


def _circle(x: float, y: float, radius: float) -> str:
    round_it = [(1, 0), (1, _CURVE), (_CURVE, 1), (0, 1), (-_CURVE, 1), (-1, _CURVE), (-1, 0)]
    path = [(x + a * radius, y + b * radius) for a, b in [*round_it, *((-a, -b) for a, b in round_it[1:])]]
    points = [f"{a:.2f} {b:.2f}" for a, b in path]
    return f"{points[0]} m " + " ".join(f"{' '.join(points[n : n + 3])} c" for n in range(1, 13, 3))


def _file(work: Work, pages: list[_Page]) -> bytes:
    """The objects, in the order in which they are numbered: five that stand alone, then two for each page,
    then the outline's entries."""
    page_at = 6
    entries_at = page_at + 2 * len(pages)
    entries = [(page.chapter, page_at + 2 * at) for at, page in enumerate(pages) if page.chapter]
    last = entries_at + len(entries) - 1
    kids = " ".join(f"{page_at + 2 * at} 0 R" for at in range(len(pages)))
    box = f"/MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{face} /Encoding /WinAnsiEncoding >>"
        for name, face in _FONTS.items()
    )
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R /PageMode /UseOutlines /Lang ({work.language}) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} {box} /Resources << /Font 3 0 R >> >>",
        f"<< {fonts} >>",
        f"<< /Type /Outlines /First {entries_at} 0 R /Last {last} 0 R /Count {len(entries)} >>",
        f"<< /Title ({work.title}) /Author ({work.author}) /Subject ({work.about}) >>",
    ]
    for at, page in enumerate(pages):
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {page_at + 2 * at + 1} 0 R >>")
        objects.append(
            f"<< /Length {len(page.drawing.encode('cp1252'))} >>\nstream\n{page.drawing}\nendstream"
        )
    for at, (title, page_number) in enumerate(entries, entries_at):
        near = (f"/Prev {at - 1} 0 R " if at > entries_at else "") + (
            f"/Next {at + 1} 0 R" if at < last else ""
        )
        objects.append(f"<< /Title ({title}) /Parent 4 0 R /Dest [{page_number} 0 R /Fit] {near} >>")
    return _written(objects)


def _written(objects: list[str]) -> bytes:
    out, starts = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = len(out)
    rows = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{rows}".encode()
    out += f"trailer << /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)
