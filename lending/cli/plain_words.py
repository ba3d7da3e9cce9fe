"""What goes wrong in a command, told in words instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from lending.ports.library import LibraryUnavailable
from lending.refusals import Refusal
from lending.sealing.errors import KeysUnusable
from lending.services.logkeeping import LogDamaged
from lending.web.assets import FrontEndMissing
from lending.web.refusals_http import told


@contextmanager
def plainly() -> Iterator[None]:
    """Tell refusals, and what an operator can put right, on stderr; the command ends with exit code 1."""
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(in_words(refusal)) from refusal
    except KeysUnusable as unusable:
        raise click.ClickException(f"The library's keys can't be used: {unusable}.") from unusable
    except FrontEndMissing as missing:
        raise click.ClickException(str(missing)) from missing
    except LogDamaged as damaged:
        raise click.ClickException(
            f"The log is damaged: {damaged}. `lending log verify` names the first entry that is wrong."
        ) from damaged
    except LibraryUnavailable as unavailable:
        raise click.ClickException(f"The database can't be used: {unavailable}") from unavailable
    except (PermissionError, NotADirectoryError, FileExistsError) as barred:
        raise click.ClickException(f"{barred.filename}: {barred.strerror}.") from barred


def in_words(refusal: Refusal) -> str:
    """What happened and what to do next, as the pages say it (outside a page: in English)."""
    answer = told(refusal)
    return f"{answer.title}. {answer.detail} {answer.remedy}"
