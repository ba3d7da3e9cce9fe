"""Opening the library of a command, and closing it again."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from lending import bootstrap
from lending.bootstrap import Services
from lending.cli.settings import settings_or_exit
from lending.config import Settings


@contextmanager
def opened(*, new: bool = False, looks_only: bool = False) -> Iterator[Services]:
    """The library of LENDING_HOME. Where there is none, `new` makes one; else a plain message says so.
    `looks_only`: see `bootstrap.prepare`."""
    settings = settings_or_exit()
    if not new and not holds_library(settings):
        raise click.ClickException(
            f"There is no library in {settings.home}. LENDING_HOME names another folder; "
            "`lending user add` or `lending serve` makes a new library."
        )
    bootstrap.prepare(settings, looks_only=looks_only)
    services = bootstrap.build(settings)
    try:
        yield services
    finally:
        services.upkeep.close()


def holds_library(settings: Settings) -> bool:
    """Whether somebody made a library with these settings. Looks at the disk alone and changes nothing."""
    return settings.keys_folder.is_dir() or (settings.home / "library.db").exists()
