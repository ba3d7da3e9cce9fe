"""`lending lend`: make a lend link."""

from datetime import timedelta

import click

from lending.circulation.offering import Offer
from lending.cli.addresses import lend_link, library_address
from lending.cli.opening import opened
from lending.cli.people import owner_of
from lending.cli.settings import settings_or_exit

_COUNT = click.IntRange(1, 99_999)  # what is too long for a loan is the library's to say


@click.command()
@click.argument("copy_id")
@click.option("--days", type=_COUNT, help="How many days the loan lasts. The loan rules say it otherwise.")
@click.option("--hours", type=_COUNT, help="How many hours the loan lasts, instead.")
@click.option("--to", "for_whom", metavar="NAME", default="", help="Which friend it is for.")
@click.option("--note", metavar="TEXT", default="", help="A personal word, shown with the book.")
def lend(copy_id: str, days: int | None, hours: int | None, for_whom: str, note: str) -> None:
    """Make the link that lends a copy to one friend, once.

    COPY_ID is what `lending add` printed; it also stands in the address of the book's page.
    """
    with opened() as services:
        offer = Offer(_period(days, hours), for_whom, note)
        signed = services.lending.make_link(owner_of(services, copy_id), copy_id, offer)
    click.echo(lend_link(library_address(settings_or_exit()), signed.token))
    click.echo(f"It lends the book once, and can be used until {signed.link.claim_by:%Y-%m-%d %H:%M} UTC.")


def _period(days: int | None, hours: int | None) -> timedelta | None:
    if days is not None and hours is not None:
        raise click.UsageError("Say --days or --hours, not both.")
    if days is None and hours is None:
        return None
    return timedelta(days=days or 0, hours=hours or 0)
