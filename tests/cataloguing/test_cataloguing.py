import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lending import refusals
from lending.cataloguing import cataloguing
from lending.cataloguing.cataloguing import catalogue_epub, catalogue_pdf, is_pdf
from lending.epub.package import Package
from lending.pdf.process import DrawingProcesses, SealedSource
from lending.sealing import new_key, seal
from tests.pdf.by_hand import book
from tests.services.making import an_epub


@pytest.fixture(scope="module")
def drawing() -> Iterator[DrawingProcesses]:
    with DrawingProcesses() as processes:
        yield processes


def sealed(folder: Path, content: bytes) -> SealedSource:
    source = SealedSource(folder / "book.lbk", new_key(), bytes(16))
    with source.path.open("wb") as out:
        seal(io.BytesIO(content), len(content), out, source.key, source.file_id)
    return source


@pytest.mark.parametrize(
    ("head", "it_is"),
    [
        (b"%PDF-1.7", True),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", True),
        (b"x" * 1019 + b"%PDF-", True),
        (b"x" * 1020 + b"%PDF-", False),
        (b"PK\x03\x04" + b"%PDF-", False),
        (b"", False),
        (b"%PDF", False),
        (b"<html>", False),
    ],
)
def test_a_pdf_is_known_by_how_it_begins(head: bytes, it_is: bool) -> None:
    assert is_pdf(head) is it_is


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        ("Dune.epub", "Dune"),
        ("the_art-of  war.final.EPUB", "the art-of war.final"),
        ("notes.v2.PDF", "notes.v2"),
        ("archive.epub.pdf", "archive.epub"),
        ("pdf", "pdf"),
        (".epub", "Untitled"),
        ("___.pdf", "Untitled"),
        ("", "Untitled"),
        ("Ñandú — 日本.epub", "Ñandú — 日本"),
    ],
)
def test_a_book_that_tells_no_title_is_called_by_its_file(file_name: str, title: str) -> None:
    assert catalogue_epub(io.BytesIO(an_epub(title=" ")), file_name).title == title


@pytest.mark.parametrize(
    "left_over",
    [
        "Untitled",
        "UNTITLED",
        "Microsoft Word - Chapter 1",
        "thesis.tex",
        "book.DOCX",
        "out.dvi",
        "a.b.pdf",
        "",
    ],
)
def test_what_a_word_processor_left_is_no_title(left_over: str) -> None:
    assert cataloguing._plausible(left_over) == ""


@pytest.mark.parametrize(
    "title", ["Untitled Poems", "On TeX", "A Word - Processed", "PDF explained", "x.docs"]
)
def test_an_honest_title_is_kept(title: str) -> None:
    assert cataloguing._plausible(title) == title


def test_an_epubs_record_is_what_it_says_of_itself() -> None:
    record = catalogue_epub(io.BytesIO(an_epub("The Salt Road")), "x.epub")
    assert (record.media_type, record.title, record.language) == (
        "application/epub+zip",
        "The Salt Road",
        "en",
    )
    assert (record.extent, record.cover, record.identifiers) == (1, None, ("urn:x",))
    aid = Package.from_json(record.finding_aid)
    assert [section.path for section in aid.sections] == ["a.xhtml"]
    assert aid.toc[0].label == "One"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"", refusals.EmptyFile), (b"a poem", refusals.NotABook), (an_epub()[:300], refusals.DamagedFile)],
)
def test_what_is_no_epub_is_refused_by_name(content: bytes, refusal: type[refusals.Refusal]) -> None:
    with pytest.raises(refusal):
        catalogue_epub(io.BytesIO(content), "x.epub")


def test_a_pdfs_record_is_what_it_says_of_itself(drawing: DrawingProcesses, tmp_path: Path) -> None:
    record = catalogue_pdf(drawing, sealed(tmp_path, book()), "my_file.pdf")
    assert (record.media_type, record.title) == ("application/pdf", "my file")
    assert record.extent == json.loads(record.finding_aid)["pages"] == 1
    assert record.cover is not None
    assert Image.open(io.BytesIO(record.cover)).format == "JPEG"


def test_a_damaged_pdf_is_refused_by_name(drawing: DrawingProcesses, tmp_path: Path) -> None:
    with pytest.raises(refusals.DamagedFile):
        catalogue_pdf(drawing, sealed(tmp_path, b"%PDF-1.7\nnothing more"), "x.pdf")
