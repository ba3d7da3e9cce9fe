"""`lending serve`: make the data folder ready, invite the first owner, serve."""

from functools import partial

import click

from lending import bootstrap, wsgi
from lending.cli.housekeeping import Housekeeper
from lending.cli.serve import run_server
from lending.cli.settings import settings_or_exit
from lending.config import Settings
from lending.ports.records import Role

LOCAL = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
"""What to call an address that means "all of this machine's"."""


@click.command()
@click.option("--host", help="Address to serve on, instead of LENDING_BIND's.")
@click.option("--port", type=int, help="Port to serve on, instead of LENDING_BIND's.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the library of LENDING_HOME until stopped."""
    run(settings_or_exit(), host, port)


def run(settings: Settings, host: str | None = None, port: int | None = None) -> None:
    """Serve a library. What people need to know first is printed first."""
    bootstrap.prepare(settings)
    services = bootstrap.build(settings)
    host, port = host or settings.address[0], port or settings.address[1]
    address = settings.base_url or f"http://{LOCAL.get(host, host)}:{port}"
    if services.accounts.nobody_yet():
        secret = services.accounts.invite(frozenset({Role.OWNER}))
        click.echo("Make the first account with this link. It works once, for two days:\n")
        click.echo(f"    {address}/welcome#{secret}\n")
    click.echo(f"Serving {settings.home} on {address}")
    with Housekeeper(services):
        run_server(
            partial(wsgi.create, settings),
            host=host,
            port=port,
            home=settings.home,
            redis_url=settings.redis_url or None,
            workers=settings.workers or None,
            threads=settings.threads,
        )
    services.upkeep.close()
