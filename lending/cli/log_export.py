"""`lending log export`: the log, and reports on the use of books, for other programs."""

import click

from lending.cli.opening import opened
from lending.cli.people import operator
from lending.counter.figures import Month, Period
from lending.counter.kinds import KINDS
from lending.counter.tabular import as_tsv
from lending.ports.records import LogQuery
from lending.services.loan_csv import as_csv
from lending.services.loan_jsonl import as_jsonl

_LOANS = {"csv": as_csv, "jsonl": as_jsonl}
_REPORTS = {f"counter-{report_id.lower()}": report_id for report_id in KINDS}


class _MonthType(click.ParamType[Month]):
    """A month, as 2026-01."""

    name = "month"

    def convert(self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """See click."""
        try:
            return value if isinstance(value, Month) else Month.parse(value)
        except ValueError:
            self.fail(f"{value!r} is no month; write it like 2026-01.", param, ctx)


@click.command()
@click.option(
    "--format", "form", type=click.Choice([*_LOANS, *_REPORTS]), default="csv", help="What to write, and how."
)
@click.option(
    "--begin",
    type=_MonthType(),
    metavar="MONTH",
    help="From which month: else only the one of --end.",
)
@click.option(
    "--end", type=_MonthType(), metavar="MONTH", help="Until which month: else the last that is over."
)
@click.pass_obj
def export(narrowed: tuple[LogQuery, str | None], form: str, begin: Month | None, end: Month | None) -> None:
    """Write the loan log, or a COUNTER report on the use of books, to the terminal or into a file.

    `csv` and `jsonl` are the loan log; what narrows it stands before `export`, as in `lending log --since
    2026-01-01 export`. The reports are tables with tabs, and name nobody.
    """
    query, names_for = narrowed
    with opened() as services:
        if form in _REPORTS:
            period = _period(begin, end or services.usage.latest().last)
            lines = as_tsv(services.usage.report(operator(services), _REPORTS[form], period, tabular=True))
        else:
            found = services.audit.export(operator(services, names_for), query)
            lines = _LOANS[form](found, services.audit.clock.now())
        for line in lines:
            click.echo(line, nl=False)


def _period(begin: Month | None, end: Month) -> Period:
    try:
        return Period(begin or end, end)
    except ValueError as why:
        raise click.UsageError(str(why)) from why
