"""`lending add`: put books on a shelf."""

from pathlib import Path

import click

from lending.bootstrap import Services
from lending.cli.columns import harmless
from lending.cli.opening import opened
from lending.cli.people import owner
from lending.cli.plain_words import in_words
from lending.refusals import Refusal
from lending.services.actors import Actor


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--owner",
    "owner_name",
    metavar="NAME",
    help="Whose books they are. May be left out while one person owns all.",
)
@click.option("--second-copy", is_flag=True, help="They bought these very files once more.")
def add(files: tuple[Path, ...], owner_name: str | None, *, second_copy: bool) -> None:
    """Put EPUB and PDF files on an owner's shelf.

    Prints a line for each file: its copy id and title, or why it can't be added. One file
    that fails keeps no other from being added; the exit code is 1 then.
    """
    with opened() as services:
        actor = owner(services, owner_name)
        added = [_add(services, actor, path, second_copy=second_copy) for path in files]
    if not all(added):
        raise click.exceptions.Exit(1)


def _add(services: Services, actor: Actor, path: Path, *, second_copy: bool) -> bool:
    """Add one file and say how it went."""
    shown = harmless(click.format_filename(path))
    try:
        with path.open("rb") as file:
            length = path.stat().st_size
            entry = services.acquisitions.add_file(actor, path.name, file, length, second_copy=second_copy)
    except Refusal as refusal:
        click.echo(f"{shown}: {harmless(in_words(refusal))}", err=True)
    except OSError as error:
        click.echo(f"{shown}: {error.strerror}.", err=True)
    else:
        click.echo(f"{entry.copy.id}  {harmless(entry.edition.title)}  ({shown})")
        return True
    return False
