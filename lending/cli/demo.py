"""`lending demo`: a library full of life, to try everything in three minutes."""

import http.client
import threading
import time

import click

from lending import bootstrap
from lending.cli.addresses import from_this_machine, lend_link, library_address
from lending.cli.serve import insist_on_free
from lending.cli.server import run
from lending.cli.settings import settings_or_exit
from lending.cli.showcase.story import Resident, StoryClock, Told, tell
from lending.config import Settings

_SECONDS_TO_START = 60
_SECONDS_FOR_LOGS = 1.5
"""The workers say that they have started; the addresses come after that."""


@click.command()
@click.option("--no-serve", is_flag=True, help="Only make the library; `lending serve` serves it later.")
@click.option("--host", help="Address to serve on, instead of LENDING_BIND's.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on, instead of LENDING_BIND's.")
def demo(host: str | None, port: int | None, *, no_serve: bool) -> None:
    """Make a library with sample books, people and loans, and serve it.

    Fills the fresh data folder LENDING_HOME and prints three addresses to try: an owner's,
    a borrower's, and a librarian's. A folder in which somebody has an account is left alone.
    """
    settings = settings_or_exit()
    address = library_address(settings, host, port)
    if no_serve:
        click.echo(_in_words(_fill(settings), address))
        return
    host, port = host or settings.address[0], port or settings.address[1]
    insist_on_free(host, port)
    told = _in_words(_fill(settings), address)
    threading.Thread(target=_say_when_up, args=(host, port, told), daemon=True).start()
    run(settings, host, port)


def _fill(settings: Settings) -> Told:
    bootstrap.prepare(settings)
    clock = StoryClock()
    services = bootstrap.build(settings, clock=clock)
    try:
        if not services.accounts.nobody_yet():
            raise click.ClickException(
                f"People have accounts in {settings.home}, so it is left as it is. "
                "`lending serve` serves it; for a new demo, name another folder with LENDING_HOME."
            )
        click.echo("Printing and binding the sample books…")
        return tell(services, clock)
    finally:
        services.upkeep.close()


def _in_words(told: Told, address: str) -> str:
    """The three addresses, and what each is for."""
    return f"""
Three addresses to try, each best in a browser (or private window) of its own:

  The owner, with a shelf of books
    {address}/sign-in
    {_credentials(told.owner)}

  The borrower, {told.link_for}, to whom “{told.link_book}” is lent; no account needed
    {lend_link(address, told.link_token)}

  The librarian, who reads the loan log and nothing else
    {address}/sign-in
    {_credentials(told.librarian)}
"""


def _credentials(who: Resident) -> str:
    return f"Name: {who.sign_in_name}   Password: {who.password}   ({who.name})"


def _say_when_up(host: str, port: int, told: str) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if _answers(host, port):
            time.sleep(_SECONDS_FOR_LOGS)
            click.echo(told)
            return
        time.sleep(0.1)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(from_this_machine(host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
