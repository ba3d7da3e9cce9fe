"""The command line as a whole, and how it says no."""

from pathlib import Path

from tests.cli.conftest import Terminal


def test_the_commands_are_listed_in_the_order_in_which_one_needs_them(empty: Terminal) -> None:
    listed = [line.split()[0] for line in empty.do("--help").split("Commands:\n")[1].splitlines()]
    assert listed == ["serve", "add", "lend", "log", "user", "keys", "doctor", "demo"]


def test_every_command_says_what_it_does(empty: Terminal) -> None:
    for command in ("serve", "add", "lend", "log", "user", "keys", "doctor", "demo"):
        said = empty.do(command, "--help").splitlines()
        assert said[2].strip(), command


def test_a_command_makes_no_library_by_mistake(empty: Terminal) -> None:
    assert "There is no library" in empty.refused("log")
    assert not empty.home.exists()


def test_a_setting_that_cant_be_used_is_named(empty: Terminal) -> None:
    result = empty.type("log", LENDING_BIND="nonsense")
    assert result.exit_code == 2
    assert "LENDING_BIND" in result.stderr


def test_lost_keys_are_told_in_words(terminal: Terminal, book: Path) -> None:
    terminal.add_book(book)
    for key in (terminal.home / "keys").glob("kek-*"):
        key.unlink()
    assert "keys can't be used" in terminal.refused("log")


def test_a_data_folder_that_is_a_file_is_told_in_words(empty: Terminal) -> None:
    empty.home.write_text("not a folder")
    assert str(empty.home) in empty.refused("user", "invite")


def test_a_database_that_doesnt_answer_is_told_in_words(terminal: Terminal) -> None:
    (terminal.home / "library.db").unlink()
    (terminal.home / "library.db").mkdir()
    assert "database can't be used" in terminal.refused("log")
