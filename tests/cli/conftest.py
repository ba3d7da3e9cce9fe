"""Commands run as people type them, over a data folder of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lending import bootstrap
from lending.bootstrap import Services
from lending.cli import main
from lending.config import from_environment
from tests.browser.sample_books import epub

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Terminal:
    """A terminal in which LENDING_HOME is set."""

    home: Path

    def type(self, *words: object, stdin: str = "", **environment: str) -> Result:
        """Run a command; what it leaves unhandled fails the test."""
        env = {"LENDING_HOME": str(self.home), "COLUMNS": "160", **environment}
        result = CliRunner().invoke(main, [str(word) for word in words], input=stdin, env=env)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def do(self, *words: object, stdin: str = "") -> str:
        """Run a command that succeeds; returns what it printed."""
        result = self.type(*words, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: object, stdin: str = "") -> str:
        """Run a command that refuses; returns what it said on stderr."""
        result = self.type(*words, stdin=stdin)
        assert result.exit_code == 1, result.output
        return result.stderr

    def add_user(self, name: str, *options: str) -> str:
        """Make an account with the usual password."""
        return self.do("user", "add", name, "--password-stdin", *options, stdin=f"{PASSWORD}\n")

    def add_book(self, path: Path, *options: str) -> str:
        """Put a book on the shelf; returns its copy id."""
        return self.do("add", path, *options).split()[0]

    @contextmanager
    def services(self, **environment: str) -> Iterator[Services]:
        """The library behind the commands."""
        services = bootstrap.build(from_environment({"LENDING_HOME": str(self.home), **environment}))
        yield services
        services.upkeep.close()


@pytest.fixture
def empty(tmp_path: Path) -> Terminal:
    """Where there is no library yet."""
    return Terminal(tmp_path / "home")


@pytest.fixture
def terminal(empty: Terminal) -> Terminal:
    """Where Maria owns books."""
    empty.add_user("maria", "--name", "Maria Sol")
    return empty


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book to add."""
    return a_book(tmp_path / "lantern.epub")


def a_book(path: Path, title: str = "The Lantern Keeper") -> Path:
    """An EPUB of that title in a file."""
    path.write_bytes(epub(title, chapters=1))
    return path
