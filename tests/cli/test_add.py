"""Books from the command line."""

from pathlib import Path

from tests.cli.conftest import Terminal, a_book


def test_each_file_gets_a_line_with_its_copy_id_and_title(terminal: Terminal, tmp_path: Path) -> None:
    books = [a_book(tmp_path / "one.epub", "One"), a_book(tmp_path / "two.epub", "Two")]
    lines = terminal.do("add", *books).splitlines()
    assert [line.split()[1] for line in lines] == ["One", "Two"]
    with terminal.services() as services:
        shelf = services.shelf.page(services.accounts.actor_named("maria")).entries
    assert {entry.copy.id for entry in shelf} == {line.split()[0] for line in lines}


def test_a_file_that_fails_keeps_no_other_out(terminal: Terminal, tmp_path: Path, book: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Clara")
    result = terminal.type("add", tmp_path / "letter.txt", tmp_path, tmp_path / "gone.epub", book)
    assert result.exit_code == 1
    assert "The Lantern Keeper" in result.stdout
    letter, folder, gone = result.stderr.splitlines()
    assert "letter.txt: This is not a book." in letter
    assert "Is a directory" in folder
    assert "No such file" in gone


def test_a_title_can_bring_no_control_characters_to_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal.do("add", a_book(tmp_path / "one.epub", "One&#x9b;31m"))
    assert said.strip().isprintable()


def test_the_same_file_is_recognised_unless_it_was_bought_twice(terminal: Terminal, book: Path) -> None:
    first = terminal.add_book(book)
    assert "You have this book already" in terminal.refused("add", book)
    assert terminal.add_book(book, "--second-copy") != first


def test_whose_book_it_is_must_be_said_only_where_it_is_unclear(terminal: Terminal, book: Path) -> None:
    terminal.add_user("pau")
    result = terminal.type("add", book)
    assert result.exit_code == 2
    assert "--owner: maria, pau" in result.stderr
    copy_id = terminal.add_book(book, "--owner", "pau")
    with terminal.services() as services:
        services.shelf.entry(services.accounts.actor_named("pau"), copy_id)


def test_where_nobody_owns_books_that_is_said(empty: Terminal, book: Path) -> None:
    empty.add_user("lola", "--role", "librarian")
    assert "Nobody owns books here yet" in empty.refused("add", book)
    assert "That is not yours to do" in empty.refused("add", book, "--owner", "lola")
