"""Keys replaced while books and links are out."""

from pathlib import Path

from tests.cli.conftest import Terminal


def test_books_open_with_a_new_sealing_key_alone(terminal: Terminal, book: Path) -> None:
    copy_id = terminal.add_book(book)
    said = terminal.do("keys", "rotate", "sealing")
    assert "kek-0002 is the new key" in said
    (terminal.home / "keys" / "kek-0001").unlink()
    with terminal.services() as services:
        edition = services.shelf.entry(services.accounts.actor_named("maria"), copy_id).edition
        with services.upkeep.files.open(edition.file_id) as file:
            assert file.read() == book.read_bytes()


def test_links_already_out_outlive_a_new_link_key(terminal: Terminal, book: Path) -> None:
    token = terminal.do("lend", terminal.add_book(book)).splitlines()[0].partition("#")[2]
    terminal.do("keys", "rotate", "links")
    assert len(list((terminal.home / "keys").glob("link-*.jwk"))) == 2
    with terminal.services() as services:
        assert services.lending.look(token).edition.title == "The Lantern Keeper"
