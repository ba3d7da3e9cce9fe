"""`lending serve`: make the data folder ready, invite the first owner, serve."""

from functools import partial

import click

from lending import bootstrap, wsgi
from lending.adapters.valkey_embedded import EmbeddedValkey, ValkeyUnavailableError
from lending.cli.addresses import invitation, library_address
from lending.cli.housekeeping import Housekeeper
from lending.cli.serve import run_server
from lending.cli.settings import settings_or_exit
from lending.config import Settings
from lending.ports.records import Role
from lending.web.app import create_app


@click.command()
@click.option("--host", help="Address to serve on, instead of LENDING_BIND's.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on, instead of LENDING_BIND's.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the library of LENDING_HOME until stopped.

    A new library is made if there is none yet, and the link for its first account printed.
    """
    run(settings_or_exit(), host, port)


def run(settings: Settings, host: str | None = None, port: int | None = None) -> None:
    """Serve a library. What people need to know first is printed first."""
    bootstrap.prepare(settings)
    services = bootstrap.build(settings, redis_url=settings.redis_url or _own_valkey(settings))
    create_app(services, settings)  # here, so that what is wrong is told once and not by each worker
    address = library_address(settings, host, port)
    if services.accounts.nobody_yet():
        secret = services.accounts.invite(frozenset({Role.OWNER}))
        click.echo("Make the first account with this link. It works once, for two days:\n")
        click.echo(f"    {invitation(address, secret)}\n")
    click.echo(f"Serving {settings.home} on {address}")
    with Housekeeper(services):
        run_server(
            partial(wsgi.create, settings),
            host=host or settings.address[0],
            port=port or settings.address[1],
            home=settings.home,
            redis_url=settings.redis_url or None,
            workers=settings.workers or None,
            threads=settings.threads,
        )
    services.upkeep.close()


def _own_valkey(settings: Settings) -> str:
    """Where the Valkey of the data folder will answer, for what the housekeeper finds to be told at once."""
    try:
        return EmbeddedValkey(settings.home).url
    except ValkeyUnavailableError:
        return ""  # it is said when it is started
