"""What lies on the disk after books were uploaded and read: no sentence of them."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import House, Visitor
from tests.browser.sample_books import epub, pdf

SENTENCE = "The harbour master had never in his life written down the name of a ship that he liked"
"""In no other book here: a bookmark elsewhere keeps the words at its place, and may."""


def test_no_sentence_of_a_book_lies_on_the_disk_while_it_comes_in_is_read_and_has_been_read(
    visit: Callable[..., Visitor], house: House, tmp_path: Path
) -> None:
    (tmp_path / "at rest.epub").write_bytes(epub("At rest", sentence=SENTENCE))
    (tmp_path / "at rest.pdf").write_bytes(pdf(6, SENTENCE))
    part = pdf(6, SENTENCE)
    assert house.begin_upload("half.pdf", length=len(part) + 1, part=part) == len(part)
    _assert_nowhere(house)
    for name in ("at rest.epub", "at rest.pdf"):
        copy = house.add(tmp_path / name)
        page = visit().go(house.lend(copy["id"]))
        page.get_by_role("button", name="Borrow on this device").click()
        page.wait_for_url("**/read/*")
        expect(page.locator("#busy")).to_be_hidden()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1000)
        _assert_nowhere(house)


def _assert_nowhere(house: House) -> None:
    """Look through all that the server wrote: its data folder, its temp folder, its log."""
    looked_at = [path for path in house.home.parent.rglob("*") if path.is_file()]
    assert any(path.suffix in (".lbk", ".parts") for path in looked_at)
    assert any(path.name == "server.log" for path in looked_at)
    spellings = [SENTENCE.encode(spelling) for spelling in ("utf-8", "utf-16-le", "utf-16-be")]
    for path in looked_at:
        with suppress(FileNotFoundError):  # the server puts away what it has done with
            content = path.read_bytes()
            assert not any(spelling in content for spelling in spellings), path
