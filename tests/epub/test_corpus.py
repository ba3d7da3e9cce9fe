"""Every EPUB of the corpus, good and bad, against what its index says must happen.

Set LENDING_CORPUS to its folder. The outcomes are written here, file by file, after its INDEX.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lending.epub.archive import Archive
from lending.epub.finding_aid import Package, TocEntry
from lending.epub.manifest import reader_manifest
from lending.epub.package import read_package
from lending.epub.resources import section_document, serve
from lending.refusals import CannotAccession
from tests.epub.judging import harm_in

CORPUS = Path(os.getenv("LENDING_CORPUS", ""))

REFUSED = {
    "billion-laughs-opf": "unsafe-archive",
    "container-escapes": "unsafe-archive",
    "deep-opf": "damaged-file",
    "drm-adept": "drm-protected",
    "drm-apple": "drm-protected",
    "drm-lcp": "drm-protected",
    "duplicate-entries": "unsafe-archive",
    "empty-spine": "nothing-to-read",
    "no-container": "damaged-file",
    "no-opf": "damaged-file",
    "not-a-zip": "not-a-book",
    "opf-malformed": "damaged-file",
    "path-traversal": "unsafe-archive",
    "pdf-named": "not-a-book",
    "plain-zip": "not-a-book",
    "xxe-container": "unsafe-archive",
    "xxe-opf-file": "unsafe-archive",
    "zip-20k-entries": "unsafe-archive",
    "zip-crc-error": "damaged-file",
    "zip-truncated": "damaged-file",
    "zip-zero-bytes": "empty-file",
    "zipbomb-single": "unsafe-archive",
}
SHOWS_ITS_TEXT = {
    "epub2-doctype-nbsp",
    "event-handlers",
    "iframes-local",
    "javascript-urls",
    "meta-refresh-base",
    "remote-resources",
    "script-inline-external",
    "svg-in-spine-script",
    "svg-scripts",
    "xslt-pi",
    "xxe-chapter",
}
SLOWEST = 20  # seconds for any book; the ones made to be slow take well under two
BOOKS = sorted([*CORPUS.glob("good/*.epub"), *CORPUS.glob("bad/*.epub"), *CORPUS.glob("bad/epub-named.pdf")])
OPENING = [book for book in BOOKS if book.stem not in REFUSED]


def named(books: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("book", books, ids=lambda book: book.stem)


def test_the_corpus_is_where_it_is_said_to_be() -> None:
    assert len(OPENING) > 40
    assert {book.stem for book in BOOKS} >= REFUSED.keys() | SHOWS_ITS_TEXT


@named([book for book in BOOKS if book.stem in REFUSED])
def test_a_book_that_must_be_refused_is_refused_by_name(book: Path) -> None:
    start = time.process_time()
    with book.open("rb") as file, pytest.raises(CannotAccession) as refused:
        read_package(Archive(file))
    assert refused.value.code == REFUSED[book.stem]
    assert time.process_time() - start < 2


@named(OPENING)
def test_every_section_of_a_book_that_opens_is_served_and_harmless(book: Path) -> None:
    start = time.process_time()
    with book.open("rb") as file:
        archive = Archive(file)
        package = Package.from_json(read_package(archive).to_json())
        pages = [section_document(archive, package, section.path).data or b"" for section in package.sections]
    assert [harm for page in pages for harm in harm_in(page)] == []
    everything = b"".join(pages) + package.to_json()
    assert b"root:x" not in everything
    if book.stem in SHOWS_ITS_TEXT:
        assert b"READABLE-TEXT-OK" in everything
    assert time.process_time() - start < SLOWEST


@named(OPENING)
def test_every_resource_of_a_book_that_opens_is_served(book: Path) -> None:
    with book.open("rb") as file:
        archive = Archive(file)
        package = read_package(archive)
        for path, media_type in package.resources.items():
            part = serve(archive, package, path)
            if part.opener is not None:
                with part.opener() as stream:
                    assert len(stream.read()) == part.size
            elif media_type == "image/svg+xml":
                assert harm_in(part.data or b"") == []
            elif media_type == "text/css":
                assert b"127.0.0.1" not in (part.data or b"")


@named([book for book in OPENING if book.parent.name == "good"])
def test_a_good_book_shows_its_contents(book: Path) -> None:
    with book.open("rb") as file:
        package = read_package(Archive(file))
    sections = {section["id"] for section in reader_manifest(package)["sections"]}
    targets = [entry.href.partition("#")[0] for entry in flat(package.toc) if entry.href]
    assert targets
    assert set(targets) <= sections
    assert package.title


def flat(entries: tuple[TocEntry, ...]) -> list[TocEntry]:
    return [one for entry in entries for one in (entry, *flat(entry.children))]


FACTS = {
    "rtl-arabic": ("rtl", "reflowable", 3),
    "rtl-hebrew": ("rtl", "reflowable", 12),
    "manga-rtl-fxl": ("rtl", "pre-paginated", 13),
    "svg-in-spine": ("ltr", "pre-paginated", 6),
    "images-in-spine": ("ltr", "pre-paginated", 9),
    "novel-moby-dick": ("ltr", "reflowable", 144),
}


@pytest.mark.parametrize("stem", FACTS)
def test_direction_layout_and_length_are_known(stem: str) -> None:
    with (CORPUS / "good" / f"{stem}.epub").open("rb") as file:
        package = read_package(Archive(file))
    assert (package.direction, package.layout, len(package.sections)) == FACTS[stem]


def test_scrambled_fonts_come_out_as_fonts() -> None:
    with (CORPUS / "good/font-obfuscated-NOT-drm.epub").open("rb") as file:
        archive = Archive(file)
        package = read_package(archive)
        assert package.obfuscated
        for path in package.obfuscated:
            assert (serve(archive, package, path).data or b"").startswith(b"OTTO")


def test_named_characters_are_shown() -> None:
    with (CORPUS / "good/epub2-doctype-nbsp.epub").open("rb") as file:
        archive = Archive(file)
        page = section_document(archive, read_package(archive), "EPUB/c1.xhtml").data or b""
    assert "Café\u00a0— READABLE-TEXT-OK" in page.decode().replace("&#160;", "\u00a0")


def test_a_label_that_attacks_is_text_and_leads_nowhere() -> None:
    with (CORPUS / "bad/metadata-xss.epub").open("rb") as file:
        (entry,) = read_package(Archive(file)).toc
    assert entry.label.startswith("<script>")
    assert "{{7*7}}" in entry.label
    assert entry.href is None


READ_IT = """
import resource, sys
from lending.epub.archive import Archive
from lending.epub.package import read_package
from lending.epub.resources import section_document
from lending.refusals import Refusal
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    with open(sys.argv[1], "rb") as file:
        archive = Archive(file)
        package = read_package(archive)
        for section in package.sections:
            section_document(archive, package, section.path)
except Refusal:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@named([book for book in BOOKS if book.parent.name == "bad"])
def test_a_hostile_book_gets_no_memory(book: Path) -> None:
    """In a process of its own, that may hold 1 GiB; the most that one is seen to add is a few megabytes."""
    run = subprocess.run(
        [sys.executable, "-c", READ_IT, str(book)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)),
    )
    assert int(run.stdout) < 64 << 10  # kilobytes
