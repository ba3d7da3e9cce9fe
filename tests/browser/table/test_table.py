"""Every good book of the corpus, and every feature of the reader that it needs, seen in Chromium.

The table of what was seen stands in docs/reading-table.md. `make reading-table` opens all books and writes
it, with a picture of each; otherwise as few books as have every feature between them have to show again
what the table claims for them.
"""

import io
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.browser.conftest import House, Visitor
from tests.browser.table.book import Book
from tests.browser.table.features import OF_EPUBS, OF_PDFS, Feature
from tests.browser.table.open_book import OpenBook

Visit = Callable[..., Visitor]

DOCS = Path(__file__).parents[3] / "docs"
TABLE = DOCS / "reading-table.md"
CORPUS = os.environ.get("LENDING_CORPUS")  # noqa: TID251 - where the corpus lies
WRITE = bool(os.environ.get("LENDING_READING_TABLE"))  # noqa: TID251 - `make reading-table`

SEEN, NOT_YET = "✓", "✗"

LARGEST_SHARE = {"huge-pepys-diary.epub": 0.05, "pages-5000.pdf": 0.01}
"""How much of the file may have come before its first page shows."""


def rows_of_table() -> dict[str, list[str]]:
    """The cells of each book: what was sent before its first page, then what was seen of each feature."""
    lines = TABLE.read_text().splitlines() if TABLE.exists() else []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| [")]
    return {first.removeprefix("[").partition("]")[0]: cells for first, *cells in rows}


def few_books_with_everything() -> list[str]:
    """Again and again the book that has most of what is still missing."""
    needed = {
        name: {(Path(name).suffix, at) for at, cell in enumerate(cells[1:]) if cell == SEEN}
        for name, cells in rows_of_table().items()
    }
    missing: set[tuple[str, int]] = set().union(*needed.values())
    chosen = [name for name in LARGEST_SHARE if name in needed]
    while missing := missing.difference(*(needed[name] for name in chosen)):
        chosen.append(max(sorted(needed), key=lambda name: len(needed[name] & missing)))
    return sorted(chosen)


GOOD = {path.name: path for path in sorted((Path(CORPUS) / "good").iterdir())} if CORPUS else {}
BOOKS = [GOOD[name] for name in (GOOD if WRITE else few_books_with_everything()) if name in GOOD]

IS_OPEN = """document.getElementById("where")?.textContent
    && document.querySelector("foliate-view, .page-picture") !== null"""
PICTURES_CAME = """[...document.images]
    .filter((image) => image.checkVisibility())
    .every((image) => image.complete && image.naturalWidth > 0)"""

PAGE_OF_PDF = re.compile(r"/pages/\d+\?w=")

HEAD = """# What the reader does, book by book

Made by `make reading-table`, which opens each book of the corpus in Chromium and sees that each feature it
needs works (✓) or does not yet (✗); an empty cell is what the book has not got. Each name leads to a
picture. "Sent first" is what the loan sends until the first page stands there, and its share of the file.
"""

if CORPUS:

    @pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
    def test_all_that_a_book_needs_of_the_reader_works(visit: Visit, house: House, path: Path) -> None:
        visitor = visit()
        loan_id = taken_off_shelf(visitor, house, path)
        sent = bytes_before_first_page(visitor, house, loan_id)
        share = sent / path.stat().st_size
        assert share <= LARGEST_SHARE.get(path.name, share)
        opened = OpenBook(visitor.context, house, book_of(visitor, house, loan_id, path), loan_id)
        features = OF_EPUBS if opened.book.is_epub else OF_PDFS
        if WRITE:
            seen = [cell(feature, opened) for feature in features]
            write_row(path.name, [f"{sent / 1000:,.1f} kB, {share:.1%}", *seen])
            take_picture(opened, path.name)
            return
        _, *cells = rows_of_table()[path.name]
        claimed = dict(zip([feature.name for feature in features], cells, strict=True))
        for feature in features:
            assert bool(claimed[feature.name]) == feature.is_in(opened.book), feature.name
            if claimed[feature.name] == SEEN:
                feature.see(opened)
        assert opened.complaints == []


def cell(feature: Feature, opened: OpenBook) -> str:
    """What is to be said of a feature of a book: nothing, that it works, or that it doesn't."""
    if not feature.is_in(opened.book):
        return ""
    try:
        feature.see(opened)
    except (AssertionError, PlaywrightError) as missed:
        print(opened.book.path.name, feature.name, str(missed)[:300])  # noqa: T201 -- for who makes the table
        opened.begin_again()
        return NOT_YET
    return SEEN


def taken_off_shelf(visitor: Visitor, house: House, path: Path) -> str:
    """The book as its owner reads it; the id of the loan."""
    copy = house.add(path)
    visitor.context.add_cookies([house.session("maria")])
    answer = house.api().post(f"{house.address}/api/v1/copies/{copy['id']}/reading", timeout=30)
    loan_id: str = answer.json()["loan"]["id"]
    return loan_id


def bytes_before_first_page(visitor: Visitor, house: House, loan_id: str) -> int:
    """What the loan sends until its first page stands there, heads and all, as it goes over the wire.

    A PDF's first page is there when its picture has come: whoever only looks now and then would count what
    comes after it too.
    """
    page = visitor.context.new_page()
    session = visitor.context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    finished: list[tuple[float, str, int]] = []

    def asked(event: dict[str, Any]) -> None:
        if f"/loans/{loan_id}/" in event["request"]["url"]:
            addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        if address := addresses.get(event["requestId"]):
            finished.append((event["timestamp"], address, int(event["encodedDataLength"])))

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    page.goto(f"{house.address}/read/{loan_id}", wait_until="commit")
    while not first_page_shows(page):
        page.wait_for_timeout(10)
    page.close()
    pictures = [at for at, address, _ in finished if PAGE_OF_PDF.search(address)]
    return sum(length for at, _, length in finished if at <= min(pictures, default=math.inf))


def first_page_shows(page: Page) -> bool:
    """Whether the page says where one is, and every picture on it has come."""
    try:
        if not page.evaluate(IS_OPEN):
            return False
        shown = [page.main_frame, *(one for one in page.frames[1:] if one.frame_element().is_visible())]
        return all(frame.evaluate(PICTURES_CAME) for frame in shown)
    except PlaywrightError:  # one frame gives way to another
        return False


def book_of(visitor: Visitor, house: House, loan_id: str, path: Path) -> Book:
    """The book with its manifest, and of a PDF the words of its first pages."""
    base = f"{house.address}/api/v1/loans/{loan_id}/"
    get = visitor.context.request.get
    manifest = get(base + "manifest").json()
    some = range(1, min(manifest.get("pages", 0), 20) + 1)
    return Book(path, manifest, {number: get(f"{base}pages/{number}/text").json() for number in some})


def write_row(name: str, cells: list[str]) -> None:
    """Write the table with this book's line anew, and all others as they are."""
    rows = {**rows_of_table(), name: cells}
    parts = [HEAD]
    for kind, ending, features in (("EPUB", ".epub", OF_EPUBS), ("PDF", ".pdf", OF_PDFS)):
        lines = [["book", "sent first", *(feature.name for feature in features)]]
        lines.append(["---"] * len(lines[0]))
        lines += [
            [f"[{name}](reading/{Path(name).stem}.webp)", *cells]
            for name, cells in sorted(rows.items())
            if name.endswith(ending)
        ]
        parts.append(f"\n## {kind}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines))
    TABLE.write_text("".join(parts))


def take_picture(opened: OpenBook, name: str) -> None:
    """Leave a small picture beside the table, of a page with words if there are any."""
    if opened.book.has_text:
        opened.go_to_words()
    else:
        opened.begin_again()
    opened.page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(opened.page.screenshot()))
    picture.thumbnail((640, 400))
    folder = DOCS / "reading"
    folder.mkdir(exist_ok=True)
    picture.save(folder / f"{Path(name).stem}.webp", quality=60, method=6)
