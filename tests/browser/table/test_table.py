"""Every good book of the corpus, and every feature of the reader that it needs, seen in Chromium.

The table of what was seen stands in docs/reading-table.md. `make reading-table` writes it, with a
picture of each book; otherwise all that it claims has to be seen again.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import House, Visitor
from tests.browser.table.book import Book
from tests.browser.table.features import OF_EPUBS, OF_PDFS, Feature
from tests.browser.table.open_book import OpenBook

Visit = Callable[..., Visitor]

DOCS = Path(__file__).parents[3] / "docs"
TABLE = DOCS / "reading-table.md"
CORPUS = os.environ.get("LENDING_CORPUS")  # noqa: TID251 - where the corpus lies
WRITE = bool(os.environ.get("LENDING_READING_TABLE"))  # noqa: TID251 - `make reading-table`
TOLD = TABLE.read_text() if TABLE.exists() else ""
BOOKS = [
    path
    for path in (sorted((Path(CORPUS) / "good").iterdir()) if CORPUS else [])
    if WRITE or f"| [{path.name}]" in TOLD
]

HEAD = """# What the reader does, book by book

Made by `make reading-table`, which opens each book of the corpus in Chromium and sees that each feature it
needs works (✓) or does not yet (✗); an empty cell is what the book has not got. Each name leads to a
picture.
"""

SEEN, NOT_YET = "✓", "✗"

LARGEST_SHARE = {"huge-pepys-diary.epub": 0.05, "pages-5000.pdf": 0.01}
"""How much of the file may have come before its first page shows."""


@pytest.fixture(scope="module")
def rows() -> Iterator[dict[str, str]]:
    """The lines of the table, by book: those of books that are not looked at now stay as they are."""
    lines = {
        line.split("]")[0].removeprefix("| ["): line for line in TOLD.splitlines() if line.startswith("| [")
    }
    yield lines
    if WRITE:
        TABLE.write_text(table(lines))


if CORPUS:

    @pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
    def test_all_that_a_book_needs_of_the_reader_works(
        visit: Visit, house: House, path: Path, rows: dict[str, str]
    ) -> None:
        visitor = visit()
        loan_id = taken_off_shelf(visitor, house, path)
        share = bytes_before_first_page(visitor, house, loan_id) / path.stat().st_size
        assert share <= LARGEST_SHARE.get(path.name, share)
        opened = OpenBook(visitor.context, house, book_of(visitor, house, loan_id, path), loan_id)
        features = OF_EPUBS if opened.book.is_epub else OF_PDFS
        if WRITE:
            rows[path.name] = line(opened.book, {feature.name: cell(feature, opened) for feature in features})
            take_picture(opened, path.name)
            return
        claimed = cells_of(path.name, features)
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


def cells_of(name: str, features: tuple[Feature, ...]) -> dict[str, str]:
    """What the table says of a book."""
    row = next(line for line in TABLE.read_text().splitlines() if line.startswith(f"| [{name}]"))
    cells = [one.strip() for one in row.strip("|").split("|")][1:]
    return {feature.name: said for feature, said in zip(features, cells, strict=True)}


def taken_off_shelf(visitor: Visitor, house: House, path: Path) -> str:
    """The book as its owner reads it; the id of the loan."""
    copy = house.add(path)
    visitor.context.add_cookies([house.session("maria")])
    answer = house.api().post(f"{house.address}/api/v1/copies/{copy['id']}/reading", timeout=30)
    loan_id: str = answer.json()["loan"]["id"]
    return loan_id


def bytes_before_first_page(visitor: Visitor, house: House, loan_id: str) -> int:
    """What the loan sends until its first page stands there, heads and all, as it goes over the wire."""
    page = visitor.context.new_page()
    session = visitor.context.new_cdp_session(page)
    session.send("Network.enable")
    ours: set[str] = set()
    counted: list[int] = []

    def asked(event: dict[str, Any]) -> None:
        if f"/loans/{loan_id}/" in event["request"]["url"]:
            ours.add(event["requestId"])

    def came(event: dict[str, Any]) -> None:
        if event["requestId"] in ours:
            counted.append(int(event["encodedDataLength"]))

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    page.goto(f"{house.address}/read/{loan_id}", wait_until="commit")
    while not page.evaluate("document.getElementById('where')?.textContent"):
        page.wait_for_timeout(10)
    total = sum(counted)
    page.close()
    return total


def book_of(visitor: Visitor, house: House, loan_id: str, path: Path) -> Book:
    """The book with its manifest, and of a PDF the words of its first pages."""
    base = f"{house.address}/api/v1/loans/{loan_id}/"
    get = visitor.context.request.get
    manifest = get(base + "manifest").json()
    some = range(1, min(manifest.get("pages", 0), 20) + 1)
    return Book(path, manifest, {number: get(f"{base}pages/{number}/text").json() for number in some})


def line(book: Book, cells: dict[str, str]) -> str:
    """A book's line of the table."""
    return f"| [{book.path.name}](reading/{book.path.stem}.webp) | " + " | ".join(cells.values()) + " |"


def table(rows: dict[str, str]) -> str:
    """The page of documentation."""
    parts = [HEAD]
    for kind, ending, features in (("EPUB", ".epub", OF_EPUBS), ("PDF", ".pdf", OF_PDFS)):
        heads = " | ".join(feature.name for feature in features)
        rule = "---|" * (len(features) + 1)
        lines = [row for name, row in sorted(rows.items()) if name.endswith(ending)]
        parts.append(f"\n## {kind}\n\n| book | {heads} |\n|{rule}\n" + "\n".join(lines) + "\n")
    return "".join(parts)


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
