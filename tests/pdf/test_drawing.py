"""Pages as images."""

import io
import random
import zlib

import pytest
from PIL import Image, ImageChops

from lending.pdf import drawing
from lending.pdf.document import Document
from lending.pdf.records import TILE
from lending.refusals import NoSuchPart

from .by_hand import Pdf, book, text_stream


def draw(raw: bytes, width: int = 400, index: int = 0) -> bytes:
    with Document(io.BytesIO(raw)) as document:
        drawn = document.draw(index, width)
    assert drawn.media_type == "image/webp"
    return drawn.data


def image(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGB")


def is_lossless(data: bytes) -> bool:
    return data[12:16] == b"VP8L"


def dark_part(drawn: Image.Image) -> tuple[int, int, int, int]:
    box = drawn.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert box
    return box


def picture_book(pixels: bytes, width: int, height: int, *, bits: int = 8, space: str = "DeviceRGB") -> bytes:
    pdf = Pdf()
    entries = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height}"
        f" /ColorSpace /{space} /BitsPerComponent {bits} /Filter /FlateDecode"
    )
    picture = pdf.stream(zlib.compress(pixels), entries)
    return book(["595 0 0 842 0 0 cm /P Do"], resources=f"/XObject << /P {picture} 0 R >>", pdf=pdf)


def test_a_page_is_drawn_as_wide_as_asked():
    assert image(draw(book(), 400)).size == (400, 567)


def test_text_is_encoded_without_loss_and_stays_black_on_white():
    data = draw(book([text_stream("Sharp letters " * 3, size=12)] * 1), 1200)
    colours = {colour for _, colour in image(data).getcolors(100_000) or []}
    assert is_lossless(data)
    assert {(0, 0, 0), (255, 255, 255)} <= colours
    assert len(colours) <= 16


def test_a_photograph_is_encoded_with_loss():
    noise = random.Random(1).randbytes(120 * 160 * 3)
    assert not is_lossless(draw(picture_book(noise, 120, 160)))


def test_a_grey_scan_is_encoded_with_loss():
    noise = random.Random(1).randbytes(120 * 160)
    assert not is_lossless(draw(picture_book(noise, 120, 160, space="DeviceGray")))


def test_a_black_and_white_scan_is_encoded_without_loss():
    rows = b"\xff\x00\xff\x00" * 4 * 128
    assert is_lossless(draw(picture_book(rows, 128, 128, bits=1, space="DeviceGray")))


@pytest.mark.parametrize(
    "box", ["[0 0 1000000 1000000]", "[0 0 1 1000000]", "[0 0 1000000 1]", "[0 0 0.001 0.001]"]
)
@pytest.mark.parametrize("width", [1, 1200, 10_000])
def test_no_page_becomes_an_image_too_large(box: str, width: int):
    drawn = image(draw(book(box=box), width))
    assert drawn.width * drawn.height <= drawing.MAX_PIXELS * 1.01
    assert max(drawn.size) <= 16_001


def test_a_rotated_page_is_drawn_as_it_is_seen():
    upright, turned = (image(draw(book(page_entries=f"/Rotate {angle}"))) for angle in (0, 90))
    assert upright.width < upright.height
    assert turned.width > turned.height
    left, top, right, bottom = dark_part(turned)
    assert bottom - top > right - left  # the line of text runs down


def test_a_cropped_page_shows_the_crop_alone():
    drawn = image(draw(book(["0 g 100 100 50 50 re f"], page_entries="/CropBox [100 100 200 200]"), 100))
    assert drawn.size == (100, 100)
    assert dark_part(drawn) == (0, 50, 50, 100)


def test_annotations_are_drawn():
    pdf = Pdf()
    look = pdf.stream("0 g 0 0 100 100 re f", "/Type /XObject /Subtype /Form /BBox [0 0 100 100]")
    note = pdf.add(f"<< /Type /Annot /Subtype /Stamp /Rect [100 100 200 200] /F 4 /AP << /N {look} 0 R >> >>")
    drawn = image(draw(book([""], page_entries=f"/Annots [{note} 0 R]", pdf=pdf), 595))
    assert dark_part(drawn) == (100, 642, 200, 742)


def test_form_fields_are_drawn():
    pdf = Pdf()
    look = pdf.stream("0 g 0 0 100 100 re f", "/Type /XObject /Subtype /Form /BBox [0 0 100 100]")
    field = pdf.add(
        "<< /Type /Annot /Subtype /Widget /FT /Btn /Ff 65536 /T (b) /F 4"
        f" /Rect [100 100 200 200] /AP << /N {look} 0 R >> >>"
    )
    raw = book(
        [""],
        page_entries=f"/Annots [{field} 0 R]",
        catalogue=f"/AcroForm << /Fields [{field} 0 R] >>",
        pdf=pdf,
    )
    assert dark_part(image(draw(raw, 595))) == (100, 642, 200, 742)


def test_an_empty_page_is_white():
    assert image(draw(book([""]))).getextrema() == ((255, 255),) * 3


def test_colours_come_out_as_they_are():
    drawn = image(draw(book(["1 0 0 rg 0 0 595 421 re f 0 0 1 rg 0 421 595 421 re f"]), 100))
    assert drawn.getpixel((50, 10)) == (0, 0, 255)
    assert drawn.getpixel((50, drawn.height - 10)) == (255, 0, 0)


def tile(raw: bytes, column: int, row: int, width: int) -> Image.Image:
    with Document(io.BytesIO(raw)) as document:
        return image(document.draw_tile(0, column, row, width).data)


def test_pieces_side_by_side_are_the_page():
    raw = book([text_stream("Across the seams " * 3, x=20, y=500, size=24)])
    whole = image(draw(raw, 1500))
    joined = Image.new("RGB", whole.size)
    for column, row in [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]:
        joined.paste(tile(raw, column, row, 1500), (column * TILE, row * TILE))
    assert ImageChops.difference(whole, joined).getbbox() is None


def test_the_last_pieces_end_with_the_page():
    assert tile(book(), 0, 0, 1500).size == (1024, 1024)
    assert tile(book(), 1, 2, 1500).size == (1500 - 1024, 2123 - 2048)


@pytest.mark.parametrize(("column", "row"), [(2, 0), (0, 3), (10**12, 0), (0, 10**12)])
def test_there_is_no_piece_beside_the_page(column: int, row: int):
    with pytest.raises(NoSuchPart):
        tile(book(), column, row, 1500)


def test_a_page_of_any_size_is_drawn_in_pieces_of_one_size():
    assert tile(book(box="[0 0 10 5]"), 19, 9, 20_000).size == (20_000 - 19 * 1024, 10_000 - 9 * 1024)
    with pytest.raises(NoSuchPart):
        tile(book(box="[0 0 1 1000000]"), 0, 0, 20_000)


def test_pieces_of_a_turned_and_cropped_page_are_those_of_the_page_as_it_is_seen():
    raw = book(
        ["0 g 100 190 10 10 re f"], page_entries="/CropBox [100 100 200 200] /Rotate 90"
    )  # the crop's top left, at the right when turned
    corner = tile(raw, 1, 0, 2000)
    assert dark_part(corner) == (1800 - 1024, 0, 2000 - 1024, 200)


def test_text_beside_a_photograph_is_told_from_a_photograph_and_from_text():
    noise = Image.frombytes("RGB", (600, 800), random.Random(2).randbytes(600 * 800 * 3))
    mixed = Image.new("RGB", (600, 800), "white")
    mixed.paste(noise.crop((0, 0, 300, 400)), (100, 100))
    assert drawing.grainy_part(Image.new("RGB", (600, 800), "white"), 600) == 0
    assert 0.2 < drawing.grainy_part(mixed, 600) < 0.3
    assert drawing.grainy_part(noise, 600) > 0.9


def test_shading_is_encoded_with_loss():
    shading = Image.linear_gradient("L").resize((400, 566)).tobytes()
    assert not is_lossless(draw(picture_book(shading, 400, 566, space="DeviceGray")))


def test_a_scan_whose_paper_was_made_white_is_encoded_without_loss():
    letters = Image.new("L", (800, 1000), 255)
    ink = Image.frombytes("L", (8, 8), random.Random(3).randbytes(64))
    for x in range(40, 760, 24):
        for y in range(40, 960, 30):
            letters.paste(ink, (x, y))
    assert is_lossless(draw(picture_book(letters.tobytes(), 800, 1000, space="DeviceGray"), 800))
