"""`lending log recount` and `lending log stock-take`: what the housekeeper does, done at once."""

import sys
from datetime import timedelta

import click

from lending.cli.columns import counted
from lending.cli.opening import opened
from lending.cli.people import operator
from lending.services.stock_taking import StockReport


@click.command()
def recount() -> None:
    """Count the librarians' overview anew from the log.

    It never needs to be: it is for whoever doubts the figures. The library may be open meanwhile.
    """
    with opened() as services:
        entries = services.overview.recount()
    click.echo(f"Counted {counted(entries, 'entry', 'entries')}.")


@click.command("stock-take")
@click.option("--again", is_flag=True, help="Also what was looked at within the last day.")
def stock_take(*, again: bool) -> None:
    """Look at every copy's file: is it there, does it open, is it the one that was accessioned?

    Reads every book from its first byte to its last. It may be broken off: the next time it goes on where it
    was. Names what is not as it should be, and exits with 1. Whether the copies stand as the log says is what
    `lending log verify` tells.
    """
    with opened() as services:
        not_since = services.stock_taking.clock.now() - (timedelta(0) if again else timedelta(days=1))
        shown = sys.stderr.isatty()
        looked_at = services.stock_taking.take_all(not_since, _show_progress if shown else lambda _: None)
        report = services.stock_taking.report(operator(services))
    if shown:
        click.echo(err=True)
    click.echo(f"Looked at {counted(looked_at, 'copy', 'copies')}.")
    _tell(report)


def _tell(report: StockReport) -> None:
    for one in report.exceptions:
        click.echo(f"WRONG  {one.check.found}: {one.title} (copy {one.copy_number}, {one.owner_name})")
    if report.more:
        click.echo(f"And {report.more} more.")
    if report.exceptions:
        raise SystemExit(1)
    click.echo(f"Of {counted(report.taken.looked_at, 'copy', 'copies')} all is as it should be.")


def _show_progress(copies: int) -> None:
    click.echo(f"\r{copies:,} copies …", nl=False, err=True)
