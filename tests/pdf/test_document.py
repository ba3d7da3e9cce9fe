"""What an open PDF says of itself, and which PDFs don't open. In this process: the PDFs are our own."""

import io
import time

import pytest

from lending.pdf.document import Document
from lending.pdf.records import OutlineEntry, PdfRecord
from lending.refusals import (
    DamagedFile,
    DrmProtected,
    EmptyFile,
    NoSuchPart,
    NotABook,
    NothingToRead,
    PasswordProtected,
)

from .by_hand import Pdf, book, text_stream


def record_of(raw: bytes) -> PdfRecord:
    with Document(io.BytesIO(raw)) as document:
        return document.record()


def test_title_authors_subject_and_language_come_from_the_book():
    info = "/Title (Moby  Dick\\nor) /Author (Ishmael; Queequeg and Ahab) /Subject (A whale)"
    record = record_of(book(info=info, catalogue="/Lang (en-US)"))
    assert record.title == "Moby Dick or"
    assert record.authors == ["Ishmael", "Queequeg", "Ahab"]
    assert (record.subject, record.language) == ("A whale", "en-US")


def test_a_comma_does_not_part_authors():
    assert record_of(book(info="/Author (Melville, Herman)")).authors == ["Melville, Herman"]


def test_a_pdf_that_says_nothing_of_itself_has_an_empty_record():
    record = record_of(book())
    assert (record.title, record.authors, record.subject, record.language) == ("", [], "", "")
    assert (record.page_count, record.page_labels, record.outline) == (1, [], [])


def test_a_title_without_end_is_cut():
    assert len(record_of(book(info=f"/Title ({'long ' * 100_000})")).title) <= 2_000


def test_page_sizes_are_run_length_encoded_in_points():
    pdf = Pdf()
    record = record_of(book([text_stream("x")] * 7, pdf=pdf))
    assert record.page_sizes == [(595.0, 842.0, 7)]


@pytest.mark.parametrize("angle", [90, 270, -90, 450])
def test_page_sizes_are_those_of_the_rotated_page(angle: int):
    assert record_of(book(page_entries=f"/Rotate {angle}")).page_sizes == [(842.0, 595.0, 1)]


def test_a_cropped_page_has_the_size_that_is_seen():
    assert record_of(book(page_entries="/CropBox [100 100 300 500]")).page_sizes == [(200.0, 400.0, 1)]


@pytest.mark.parametrize("box", ["[0 0 0 0]", "[0 0 -5 0]", "(nonsense)", "[0 0 1e99 1e99]", "[]"])
def test_an_impossible_page_size_is_replaced_by_a_usual_one(box: str):
    ((width, height, count),) = record_of(book(box=box)).page_sizes
    assert (width > 0, height > 0, count) == (True, True, 1)


def test_page_labels_are_told_if_they_differ_from_plain_numbers():
    labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >>"
    assert record_of(book([text_stream("x")] * 4, catalogue=labels)).page_labels == ["i", "ii", "1", "2"]


def test_plain_numbers_need_no_labels():
    assert (
        record_of(
            book([text_stream("x")] * 3, catalogue="/PageLabels << /Nums [0 << /S /D >>] >>")
        ).page_labels
        == []
    )


def test_a_page_count_that_lies_is_corrected():
    assert record_of(book(count=40_000)).page_count == 1


def test_a_page_count_beyond_reason_costs_no_time():
    began = time.monotonic()
    assert record_of(book(count=900_000)).page_count == 1
    assert time.monotonic() - began < 2


def outline_book(items: list[str], pages: int = 2) -> bytes:
    """A book with outline items, written with {first} for the first item's number."""
    pdf = Pdf()
    root = 1
    pdf.add(f"<< /Type /Outlines /First 2 0 R /Last {1 + len(items)} 0 R >>")
    for item in items:
        pdf.add(item.replace("{page}", str(len(items) + 4)))
    return book([text_stream("x")] * pages, catalogue=f"/Outlines {root} 0 R", pdf=pdf)


def test_the_outline_is_nested_and_knows_its_pages():
    # objects: 1 outlines, 2-4 items, 5 font, 6 stream, 7 page 0, 8 stream, 9 page 1
    outline = record_of(
        outline_book(
            [
                "<< /Title (Part One) /Parent 1 0 R /First 3 0 R /Next 4 0 R /Dest [7 0 R /Fit] >>",
                "<< /Title (Chapter) /Parent 2 0 R /A << /S /GoTo /D [9 0 R /Fit] >> >>",
                "<< /Title (Elsewhere) /Parent 1 0 R /Prev 2 0 R /A << /S /URI /URI (http://x.test) >> >>",
            ]
        )
    ).outline
    assert outline == [
        OutlineEntry("Part One", 0, [OutlineEntry("Chapter", 1)]),
        OutlineEntry("Elsewhere", None),
    ]


def test_an_outline_that_runs_in_a_circle_ends():
    outline = record_of(
        outline_book(
            [
                "<< /Title (One) /Parent 1 0 R /Next 3 0 R /First 2 0 R >>",
                "<< /Title (Two) /Parent 1 0 R /Next 2 0 R /First 2 0 R >>",
            ]
        )
    ).outline
    assert [entry.label for entry in outline] == ["One", "Two"]


def test_a_bottomless_outline_is_cut_at_a_depth():
    items = [f"<< /Title (Level {n}) /Parent {n + 1} 0 R /First {n + 3} 0 R >>" for n in range(3_000)]
    depth, level = 0, record_of(outline_book(items)).outline
    while level:
        depth, level = depth + 1, level[0].children
    assert depth == 12


def test_an_endless_outline_is_cut_quickly():
    items = [
        f"<< /Title (Item {n}) /Parent 1 0 R /Next {n + 3} 0 R /Dest [{{page}} 0 R /Fit] >>"
        for n in range(6_000)
    ]
    began = time.monotonic()
    assert len(record_of(outline_book(items)).outline) == 5_000
    assert time.monotonic() - began < 5


def test_junk_before_the_header_is_fine():
    assert record_of(b"\r\njunk of a mail gateway\n" * 30 + book()).page_count == 1


def test_a_wrong_cross_reference_is_repaired():
    assert record_of(book().replace(b"startxref\n", b"startxref\n9")).page_count == 1


def test_a_page_of_another_number_does_not_exist():
    with Document(io.BytesIO(book())) as document:
        for index in (-1, 1, 10**9):
            with pytest.raises(NoSuchPart):
                document.draw(index, 100)
            with pytest.raises(NoSuchPart):
                document.text(index)


def test_no_bytes_are_an_empty_file():
    with pytest.raises(EmptyFile):
        Document(io.BytesIO(b""))


@pytest.mark.parametrize("raw", [b"GIF89a", b"PK\x03\x04", b"<html>", b"x" * 2000 + b"%PDF-1.7"])
def test_other_bytes_are_not_a_book(raw: bytes):
    with pytest.raises(NotABook):
        Document(io.BytesIO(raw))


@pytest.mark.parametrize("raw", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 5000, book()[:300]])
def test_a_pdf_without_its_end_is_damaged(raw: bytes):
    with pytest.raises(DamagedFile):
        Document(io.BytesIO(raw))


def test_a_pdf_without_pages_has_nothing_to_read():
    with pytest.raises(NothingToRead):
        Document(io.BytesIO(book([])))


def test_a_pdf_whose_first_page_is_missing_is_damaged():
    with pytest.raises(DamagedFile, match="first page"):
        record_of(book().replace(b"/Kids [3 0 R]", b"/Kids [9 0 R]"))


STANDARD = "<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{0}> /U <{0}> >>".format("41" * 32)


def test_a_password_is_named():
    with pytest.raises(PasswordProtected):
        Document(io.BytesIO(book(encrypt=STANDARD)))


@pytest.mark.parametrize(
    ("handler", "scheme"),
    [
        ("EBX_HANDLER", "Adobe ADEPT"),
        ("Adobe.APS", "Adobe LiveCycle"),
        ("FOPN_fLock", "FileOpen"),
        ("MicrosoftIRMServices", "Microsoft IRM"),
        ("NeverHeardOf", "unknown"),
    ],
)
def test_a_drm_scheme_is_named(handler: str, scheme: str):
    with pytest.raises(DrmProtected) as refused:
        Document(io.BytesIO(book(encrypt=f"<< /Filter /{handler} /V 1 /Length 128 >>")))
    assert refused.value.scheme == scheme


def test_a_drm_scheme_is_found_wherever_it_stands_in_a_long_file():
    padding = [f"% {'pad ' * 200_000}\n" + text_stream("x")] * 2
    locked = book(padding, encrypt="<< /Filter\n/EBX_HANDLER /V 1 >>")
    with pytest.raises(DrmProtected, match="ADEPT"):
        Document(io.BytesIO(locked))


def test_a_book_about_drm_is_not_taken_for_protected():
    assert record_of(book([text_stream("/Filter /EBX_HANDLER")])).page_count == 1


def test_the_file_is_read_in_places_and_never_as_a_whole():
    class Counting(io.BytesIO):
        taken = 0

        def readinto(self, buffer):
            count = super().readinto(buffer)
            Counting.taken += count
            return count

    pages = [f"% {'filler ' * 20_000}\n" + text_stream(f"page {n}") for n in range(60)]
    raw = book(pages)
    with Document(Counting(raw)) as document:
        document.draw(30, 100)
    assert Counting.taken < len(raw) / 4


def test_a_fault_of_the_file_comes_out_instead_of_a_blank_page():
    class Failing(io.BytesIO):
        failing = False

        def readinto(self, buffer):
            if self.failing:
                raise OSError("the disk is gone")
            return super().readinto(buffer)

    file = Failing(book([f"% {'filler ' * 20_000}\n" + text_stream("x")] * 30))
    with Document(file) as document:
        file.failing = True
        with pytest.raises(OSError, match="gone"):
            document.draw(20, 100)
