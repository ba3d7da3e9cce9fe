"""`lending log`: who lent what, and until when."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from lending.cli.columns import cells, counted
from lending.cli.log_checks import acknowledge, checkpoint, key, verify, verify_receipt
from lending.cli.log_counts import recount, stock_take
from lending.cli.log_export import export
from lending.cli.opening import opened
from lending.cli.people import names_shown, operator
from lending.cli.witness import witness
from lending.ports.records import LoanState, LogLine, LogQuery
from lending.services.loan_csv import as_csv, borrower

_DAY = click.DateTime(["%Y-%m-%d"])
_MOMENT, _STATE, _NAME = 16, 9, 18
_ERASED = "somebody"
_WIDEST, _NARROWEST_TITLE = 160, 20


@click.group(invoke_without_command=True)
@click.option(
    "--book", default="", metavar="TEXT", help="Only books with this in the title or an author's name."
)
@click.option("--owner", default="", metavar="TEXT", help="Only loans by owners so named.")
@click.option(
    "--borrower",
    "borrower_name",
    default="",
    metavar="TEXT",
    help="Only loans to friends so named: with --names.",
)
@click.option(
    "--passed-by", default="", metavar="TEXT", help="Only loans passed on by friends so named: with --names."
)
@click.option("--copy", "copy_id", default="", metavar="ID", help="Only loans of this copy.")
@click.option(
    "--long",
    "days",
    type=click.IntRange(1, 9999),
    help="Only loans that lasted so many days at least, or last so long now.",
)
@click.option(
    "--state", type=click.Choice([state.value for state in LoanState]), help="Only loans that stand so."
)
@click.option("--since", type=_DAY, metavar="DATE", help="Only loans from this day on, as 2026-03-01 (UTC).")
@click.option("--until", type=_DAY, metavar="DATE", help="Only loans up to this day, itself included.")
@names_shown
@click.option("--csv", is_flag=True, help="As CSV, for spreadsheets, instead of a table.")
@click.pass_context
def log(context: click.Context, /, names_for: str | None, *, csv: bool, **filters: Any) -> None:
    """Show the loan log: who lent what, until when, newest first.

    Texts match parts of names; accents and case don't matter. Times are UTC. Readers' names are
    covered, unless --names says what they are shown for.

    The commands below write it down for other programs, and show that it is as it was entered.
    """
    query = _query(**filters)
    if (query.borrower or query.passed_by) and names_for is None:
        raise click.UsageError("Readers' names are covered: say with --names what you look for one for.")
    if context.invoked_subcommand:
        context.obj = query, names_for
        return
    with opened() as services:
        lines = services.audit.export(operator(services, names_for), query)
        now = services.audit.clock.now()
        if csv:
            for row in as_csv(lines, now):
                click.echo(row, nl=False)
        else:
            _table(lines, now)


log.add_command(export)
log.add_command(verify)
log.add_command(verify_receipt)
log.add_command(key)
log.add_command(checkpoint)
log.add_command(acknowledge)
log.add_command(witness)
log.add_command(recount)
log.add_command(stock_take)


def _query(
    borrower_name: str,
    days: int | None,
    state: str | None,
    since: datetime | None,
    until: datetime | None,
    **texts: Any,
) -> LogQuery:
    return LogQuery(
        borrower=borrower_name,
        **texts,
        longer_than=None if days is None else timedelta(days=days),
        state=LoanState(state) if state else None,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC) + timedelta(days=1),
    )


def _table(lines: Iterable[LogLine], now: datetime) -> None:
    title = min(_WIDEST, shutil.get_terminal_size((120, 24)).columns) - 3 * _MOMENT - _STATE - 2 * _NAME - 12
    widths = (_MOMENT, _MOMENT, _MOMENT, _STATE, _NAME, _NAME, max(_NARROWEST_TITLE, title))
    click.echo(cells(("lent", "due", "came back", "state", "by", "to", "book"), widths))
    shown = 0
    for shown, line in enumerate(lines, 1):  # noqa: B007 - counts
        loan = line.loan
        times = (_moment(loan.checked_out_at), _moment(loan.due_at), _moment(loan.ended_at))
        people = (line.owner_name or _ERASED, _borrower(line))
        click.echo(cells((*times, line.state(now), *people, line.title or "(title missing)"), widths))
    click.echo(f"\n{counted(shown, 'loan')}.")


def _borrower(line: LogLine) -> str:
    return "(covered)" if line.is_covered else borrower(line)


def _moment(when: datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d %H:%M}"
