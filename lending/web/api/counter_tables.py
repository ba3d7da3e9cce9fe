"""COUNTER reports as tables, for spreadsheets (section 5.2): the page of the log has forms for them."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import Field

from lending import refusals
from lending.counter.figures import Period
from lending.counter.reports import Report
from lending.counter.tabular import as_csv, as_tsv
from lending.services.actors import Actor
from lending.services.usage import PLATFORM
from lending.web.api.contract import Answer, Contract, Query
from lending.web.desk import desk

bp = Blueprint("counter_tables", __name__)

_FORMATS: Mapping[str, tuple[str, Callable[[Report], Iterator[str]]]] = MappingProxyType(
    {"tsv": ("text/tab-separated-values", as_tsv), "csv": ("text/csv", as_csv)}
)

_Day = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$")]


class TableWanted(Query):
    """Which months, and as what table. Filters are those of the COUNTER API; lists have bars between their
    values, or stand there once for each."""

    begin_date: _Day = Field(description="The first month, as 2026-01, or its first day.")
    end_date: _Day = Field(description="The last month, as 2026-03, or its last day.")
    format: Literal["tsv", "csv"] = Field("tsv", description="Tab-separated, as the Code has it, or CSV.")
    exclude_monthly_details: str = Field("", description="`True`: one number for all months. Of PR and TR.")

    @property
    def period(self) -> Period:
        """Raises UnacceptableInput."""
        try:
            return Period.parse(self.begin_date, self.end_date)
        except ValueError as why:
            raise refusals.UnacceptableInput("end_date", f"can't be used ({why})") from why


@bp.get("/counter/tables/<report_id>")
@Contract(
    answers={200: Answer("The report.", media_types=tuple(kind for kind, _ in _FORMATS.values()))},
    query=TableWanted,
    refuses=(refusals.NotFound,),
)
def counter_table(actor: Actor, report_id: str, query: TableWanted) -> Response:
    """A COUNTER report as a table: `pr`, `pr_p1`, `tr`, `tr_b1`, `tr_b2` or `tr_b3`."""
    asked = {name: "|".join(request.args.getlist(name)) for name in request.args if name != "format"}
    report = desk().usage.report(actor, report_id, query.period, asked, tabular=True)
    media_type, written = _FORMATS[query.format]
    response = Response(written(report), content_type=f"{media_type}; charset=utf-8")
    period = report.header.period
    name = f"{PLATFORM}_{report.header.kind.id}_{period.first}_{period.last}.{query.format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
