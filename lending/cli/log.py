"""`lending log`: who lent what to whom."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import click

from lending.cli.columns import cells, counted
from lending.cli.opening import opened
from lending.cli.people import operator
from lending.ports.records import LoanState, LogLine, LogQuery
from lending.services.loan_csv import as_csv, borrower

_DAY = click.DateTime(["%Y-%m-%d"])
_MOMENT, _STATE, _NAME = 16, 8, 18
_WIDEST, _NARROWEST_TITLE = 160, 20


@click.command()
@click.option(
    "--book", default="", metavar="TEXT", help="Only books with this in the title or an author's name."
)
@click.option("--owner", default="", metavar="TEXT", help="Only loans by owners so named.")
@click.option(
    "--borrower", "borrower_name", default="", metavar="TEXT", help="Only loans to friends so named."
)
@click.option(
    "--state", type=click.Choice([state.value for state in LoanState]), help="Only loans that stand so."
)
@click.option("--since", type=_DAY, metavar="DATE", help="Only loans from this day on, as 2026-03-01 (UTC).")
@click.option("--until", type=_DAY, metavar="DATE", help="Only loans up to this day, itself included.")
@click.option("--csv", is_flag=True, help="As CSV, for spreadsheets, instead of a table.")
def log(
    book: str,
    owner: str,
    borrower_name: str,
    state: str | None,
    since: datetime | None,
    until: datetime | None,
    *,
    csv: bool,
) -> None:
    """Show the loan log: who lent what to whom, newest first.

    Texts match parts of names; accents and case don't matter. Times are UTC.
    """
    query = LogQuery(
        book=book,
        owner=owner,
        borrower=borrower_name,
        state=LoanState(state) if state else None,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC) + timedelta(days=1),
    )
    with opened() as services:
        lines = services.audit.export(operator(services), query)
        now = services.audit.clock.now()
        if csv:
            for row in as_csv(lines, now):
                click.echo(row, nl=False)
        else:
            _table(lines, now)


def _table(lines: Iterable[LogLine], now: datetime) -> None:
    title = min(_WIDEST, shutil.get_terminal_size((120, 24)).columns) - 3 * _MOMENT - _STATE - 2 * _NAME - 12
    widths = (_MOMENT, _MOMENT, _MOMENT, _STATE, _NAME, _NAME, max(_NARROWEST_TITLE, title))
    click.echo(cells(("lent", "due", "came back", "state", "by", "to", "book"), widths))
    shown = 0
    for shown, line in enumerate(lines, 1):  # noqa: B007 - counts
        loan = line.loan
        times = (_moment(loan.checked_out_at), _moment(loan.due_at), _moment(loan.ended_at))
        click.echo(cells((*times, line.state(now), line.owner_name, borrower(line), line.title), widths))
    click.echo(f"\n{counted(shown, 'loan')}.")


def _moment(when: datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d %H:%M}"
