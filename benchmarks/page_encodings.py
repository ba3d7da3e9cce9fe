"""How large and how quick each way to encode a page is, for pages of every kind.

    LENDING_CORPUS=/path/to/books python benchmarks/page_encodings.py [WIDTH]

Text pages come from the corpus; scans are made of them here, as a scanner would (300 dots per inch,
grain, JPEG); the photographs are those of an EPUB in the corpus. `grainy` is what `lending.pdf.drawing`
decides by.
"""

import io
import os
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from lending.pdf import drawing

GOOD = Path(os.environ.get("LENDING_CORPUS", "corpus")) / "good"
A4 = (2480, 3508)  # at 300 dots per inch
TEXT = (("book-geotopo-117p.pdf", 20), ("paper-tracemonkey.pdf", 0), ("multicolumn.pdf", 0))


def candidates() -> dict[str, Callable[[Image.Image], bytes]]:
    return {
        "lossless, 256 steps": lambda page: webp(page, lossless=True, quality=20, method=1),
        "lossless, 16 steps": lambda page: webp(steps(page, 16), lossless=True, quality=20, method=1),
        "lossless, 16, slower": lambda page: webp(steps(page, 16), lossless=True, quality=50, method=3),
        "lossless, 8 steps": lambda page: webp(steps(page, 8), lossless=True, quality=20, method=1),
        "lossy, 80": lambda page: webp(page, quality=80, method=2),
        "lossy, 70": lambda page: webp(page, quality=70, method=2),
        "lossy, 60": lambda page: webp(page, quality=60, method=2),
        "JPEG, 75": jpeg,
    }


def webp(page: Image.Image, **how: object) -> bytes:
    out = io.BytesIO()
    page.save(out, "WEBP", **how)
    return out.getvalue()


def jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=75)
    return out.getvalue()


def steps(page: Image.Image, count: int) -> Image.Image:
    size = 255 / (count - 1)
    return page.point([round(round(value / size) * size) for value in range(256)] * 3)


def pages(width: int) -> Iterator[tuple[str, Image.Image]]:
    for name, index in TEXT:
        yield f"text, {name}", drawn(GOOD / name, index, width)
    yield "1-bit drawing, scan-ccitt.pdf", drawn(GOOD / "scan-ccitt.pdf", 0, width)
    yield "grey scan, scan-grayscale.pdf", drawn(GOOD / "scan-grayscale.pdf", 0, width)
    paper = drawn(GOOD / TEXT[0][0], TEXT[0][1], A4[0])
    print_ = drawn(GOOD / TEXT[1][0], TEXT[1][1], A4[0])
    for what, sheet in (("book", paper), ("paper", print_)):
        yield f"1-bit scan of a {what}", in_pdf(one_bit(sheet), width)
        yield f"grey scan of a {what}", in_pdf(scanned(sheet).convert("L"), width)
        yield f"colour scan of a {what}", in_pdf(scanned(sheet, tint=(250, 241, 222)), width)
        yield f"cleaned grey scan of a {what}", in_pdf(cleaned(scanned(sheet).convert("L")), width)
    photograph = next(photographs())
    yield "photograph", in_pdf(photograph.resize((1400, 1900)), width)
    yield "text with a photograph", with_photograph(drawn(GOOD / TEXT[0][0], 20, width), photograph)


def drawn(path: Path, index: int, width: int) -> Image.Image:
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[index]
        return page.render(scale=width / page.get_width()).to_pil().convert("RGB")


def in_pdf(picture: Image.Image, width: int) -> Image.Image:
    """A page that is one picture, as PDFium draws it."""
    file = io.BytesIO()
    picture.save(file, "PDF", resolution=300)
    with pypdfium2.PdfDocument(file.getvalue()) as pdf:
        page = pdf[0]
        return page.render(scale=width / page.get_width()).to_pil().convert("RGB")


def one_bit(sheet: Image.Image) -> Image.Image:
    grain = Image.effect_noise(sheet.size, 40)
    return ImageChops.add(sheet.convert("L"), grain, offset=-128).convert("1", dither=Image.Dither.NONE)


def scanned(sheet: Image.Image, tint: tuple[int, int, int] = (246, 246, 246)) -> Image.Image:
    """Soft, grainy, on paper that is not white, through JPEG."""
    soft = ImageChops.multiply(
        sheet.filter(ImageFilter.GaussianBlur(1.2)), Image.new("RGB", sheet.size, tint)
    )
    grain = Image.effect_noise(sheet.size, 12)
    noisy = ImageChops.add(soft, Image.merge("RGB", [grain] * 3), offset=-128)
    with Image.open(io.BytesIO(jpeg(noisy))) as again:
        return again.convert("RGB")


def cleaned(scan: Image.Image) -> Image.Image:
    """What scanning programs do: paper to white, ink to black."""
    return scan.point([min(255, max(0, (value - 60) * 255 // 140)) for value in range(256)])


def photographs() -> Iterator[Image.Image]:
    with zipfile.ZipFile(GOOD / "fxl-cole-voyage.epub") as book:
        names = (name for name in book.namelist() if name.endswith(".jpg"))
        for name in sorted(names, key=lambda name: -book.getinfo(name).file_size):
            yield Image.open(io.BytesIO(book.read(name))).convert("RGB")


def with_photograph(page: Image.Image, photograph: Image.Image) -> Image.Image:
    mixed = page.copy()
    mixed.paste(photograph.resize((page.width // 2, page.height // 4)), (page.width // 4, page.height // 3))
    return mixed


def main(width: int) -> None:
    ways = candidates()
    for what, page in pages(width):
        print(f"{what}, {page.width} x {page.height}, grainy {drawing.grainy_part(page, page.width):.3f}")
        for name, encode in ways.items():
            begun = time.perf_counter()
            size = len(encode(page))
            print(f"    {name:22} {size:9,} bytes {(time.perf_counter() - begun) * 1000:6.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
