"""The sample books: whole, and such as any library takes."""

import io

import pytest
from PIL import Image

from lending.cataloguing.cataloguing import catalogue_epub
from lending.cli.showcase.covers import cover
from lending.cli.showcase.epub import as_epub
from lending.cli.showcase.pdf import as_pdf
from lending.cli.showcase.works import load
from lending.pdf.document import Document

EPUBS = ["aesop", "becquer", "blake", "dickinson", "machado", "rosalia"]


@pytest.mark.parametrize("name", EPUBS)
def test_an_epub_tells_what_it_is(name: str) -> None:
    work = load(name)
    record = catalogue_epub(io.BytesIO(as_epub(work, cover(work))), "x.epub")
    assert (record.title, record.authors, record.language) == (work.title, (work.author,), work.language)
    assert record.description == work.about
    assert record.extent > len(work.chapters)
    assert record.cover


def test_every_line_of_a_text_is_in_a_chapter() -> None:
    blake = load("blake")
    assert [chapter.part for chapter in blake.chapters] == ["Songs of Innocence"] * 5 + [
        "Songs of Experience"
    ] * 7
    assert blake.chapters[0].stanzas[0][0] == "Piping down the valleys wild,"
    assert blake.chapters[-1].stanzas[-1][-1] == "My foe outstretched beneath the tree."
    assert blake.chapters[1].stanzas[0][1] == "  Dost thou know who made thee,"


def test_a_poem_in_another_language_says_so() -> None:
    languages = {chapter.title: chapter.language for chapter in load("rosalia").chapters}
    assert languages["Negra sombra"] == "gl"
    assert languages["Hora tras hora, día tras día"] == "es"


def test_a_cover_is_a_picture_of_two_to_three() -> None:
    assert Image.open(io.BytesIO(cover(load("aesop")))).size == (600, 900)


def test_the_pdf_has_an_outline_that_leads_to_its_poems() -> None:
    with Document(io.BytesIO(as_pdf(load("poe")))) as document:
        record = document.record()
        pages = {entry.label: entry.page for entry in record.outline}
        assert list(pages) == ["The Raven", "Annabel Lee", "A Dream Within a Dream", "Eldorado"]
        for title, page in pages.items():
            assert page is not None
            assert document.text(page).lines[0][4] == title
    assert (record.title, record.authors, record.language) == (
        "The Raven and Other Poems",
        ["Edgar Allan Poe"],
        "en",
    )


def test_every_line_of_the_pdf_fits_on_its_page() -> None:
    work = load("poe")
    with Document(io.BytesIO(as_pdf(work))) as document:
        count = document.record().page_count
        pages = [document.text(page) for page in range(count)]
    assert all(x + width < page.width - 30 for page in pages for x, _, width, _, _ in page.lines)
    told = " ".join(words for page in pages for *_, words in page.lines)
    for chapter in work.chapters:
        for stanza in chapter.stanzas:
            assert stanza[-1].strip() in told
