"""`lending keys`: replace the library's secret keys."""

import click

from lending.cli.columns import counted
from lending.cli.opening import opened
from lending.cli.settings import settings_or_exit


@click.group()
def keys() -> None:
    """Look after the library's secret keys.

    They are in LENDING_HOME/keys, or where LENDING_KEYS says. Back that folder up, apart
    from the books: without it nobody can open them.
    """


@keys.group()
def rotate() -> None:
    """Replace a key by a new one. Old keys' files stay until you remove them."""


@rotate.command()
def sealing() -> None:
    """Protect every book by a new key. No book is touched, and the library may be open meanwhile.

    Afterwards restart the server and run this once more if `lending doctor` says that an
    older key is still needed; then the older file can go. Backups from before need it still.
    """
    with opened() as services:
        count = services.upkeep.rotate_sealing_key()
        active = services.upkeep.keys.active
    click.echo(
        f"{active} is the new key; the keys of {counted(count, 'sealed file')} were wrapped anew with it."
    )
    click.echo(f"Back up {settings_or_exit().keys_folder} again, and restart the server.")


@rotate.command()
def links() -> None:
    """Sign lend links with a new key from now on. Links already out stay good.

    Removing an older link-….jwk from the key folder makes the links void that it signed.
    """
    with opened() as services:
        key_id = services.upkeep.rotate_link_key()
    click.echo(f"New links are signed by the key {key_id}.")
    click.echo(f"Back up {settings_or_exit().keys_folder} again.")
