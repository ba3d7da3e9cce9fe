"""COUNTER reports, at the paths of the COUNTER API, Release 5.1 (section 8 of the Code): its base address is
`/api/v1/counter`.

Requests are signed as all others here, with an access token of a librarian: `customer_id`, `requestor_id` and
`api_key` are let be. What is refused is a problem document, as everywhere here.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from flask import Blueprint, Response, jsonify, url_for
from pydantic import Field, RootModel

from lending import refusals
from lending.counter.figures import Period
from lending.counter.reports import RELEASE, Report
from lending.counter.sushi import sushi
from lending.counter.tabular import as_csv, as_tsv
from lending.services.actors import Actor
from lending.services.usage import PLATFORM
from lending.web.api.contract import JSON, Access, Answer, Contract, Query, Told
from lending.web.desk import desk

bp = Blueprint("counter", __name__)

_TABLES: Mapping[str, tuple[str, Callable[[Report], Iterator[str]]]] = MappingProxyType(
    {"tsv": ("text/tab-separated-values", as_tsv), "csv": ("text/csv", as_csv)}
)

_Day = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$")]


class PeriodWanted(Query):
    """Which months: whole ones."""

    begin_date: _Day = Field(description="The first month, as 2026-01, or its first day.")
    end_date: _Day = Field(description="The last month, as 2026-03, or its last day.")

    @property
    def period(self) -> Period:
        """Raises UnacceptableInput."""
        try:
            return Period.parse(self.begin_date, self.end_date)
        except ValueError as why:
            raise refusals.UnacceptableInput("end_date", f"can't be used ({why})") from why


class TableWanted(PeriodWanted):
    """Which months, and as what table."""

    format: Literal["tsv", "csv"] = Field("tsv", description="Tab-separated, as the Code has it, or CSV.")


class ServiceStatus(Told):
    """Whether reports can be had."""

    Description: str
    Service_Active: bool
    Registry_Record: str = Field(description="Empty: the library is in no registry.")


class ReportListed(Told):
    """A report that can be asked for. The months are those that are over; empty while none is."""

    Report_Name: str
    Report_ID: str
    Release: str
    Report_Description: str
    Path: str
    First_Month_Available: str
    Last_Month_Available: str


class ReportsListed(RootModel[list[ReportListed]]):
    """The reports that there are."""


class InstitutionId(Told):
    """Ids in namespaces of the platform's own."""

    Proprietary: list[str]


class Member(Told):
    """Whose use is reported: this library's."""

    Customer_ID: str
    Institution_Name: str
    Institution_ID: InstitutionId


class Members(RootModel[list[Member]]):
    """The one library."""


@bp.get("/counter/r51/status")
@Contract(answers={200: Answer("It can.", ServiceStatus)}, access=Access.ANYONE)
def counter_status() -> ServiceStatus:
    """Whether COUNTER reports can be had here."""
    return ServiceStatus(
        Description="COUNTER reports of a library of lent e-books", Service_Active=True, Registry_Record=""
    )


@bp.get("/counter/r51/members")
@Contract(answers={200: Answer("This library.", Members)})
def counter_members(actor: Actor) -> Members:
    """Whose use the COUNTER reports tell of."""
    usage = desk().usage
    usage.kinds(actor)
    institution = InstitutionId(Proprietary=[usage.house_id])
    return Members(
        [Member(Customer_ID=usage.house, Institution_Name=usage.house, Institution_ID=institution)]
    )


@bp.get("/counter/r51/reports")
@Contract(answers={200: Answer("The reports.", ReportsListed)})
def list_counter_reports(actor: Actor) -> ReportsListed:
    """Which COUNTER reports there are, and of which months."""
    months = desk().usage.available(actor)
    first, last = ("", "") if months is None else (str(months.first), str(months.last))
    return ReportsListed(
        [
            ReportListed(
                Report_Name=kind.name,
                Report_ID=kind.id,
                Release=RELEASE,
                Report_Description=f"{kind.name}: {', '.join(metric.value for metric in kind.metrics)}",
                Path=url_for("api.counter.counter_report", report_id=kind.id.lower()),
                First_Month_Available=first,
                Last_Month_Available=last,
            )
            for kind in desk().usage.kinds(actor)
        ]
    )


@bp.get("/counter/r51/reports/<report_id>")
@Contract(
    answers={200: Answer("The report.", media_types=(JSON,))},
    query=PeriodWanted,
    refuses=(refusals.NotFound,),
)
def counter_report(actor: Actor, report_id: str, query: PeriodWanted) -> Response:
    """A COUNTER report as JSON: `tr`, `tr_b1` or `tr_b2`."""
    return jsonify(sushi(desk().usage.report(actor, report_id, query.period)))


@bp.get("/counter/tables/<report_id>")
@Contract(
    answers={200: Answer("The report.", media_types=tuple(kind for kind, _ in _TABLES.values()))},
    query=TableWanted,
    refuses=(refusals.NotFound,),
)
def counter_table(actor: Actor, report_id: str, query: TableWanted) -> Response:
    """A COUNTER report as a table, for spreadsheets: `tr`, `tr_b1` or `tr_b2`."""
    report = desk().usage.report(actor, report_id, query.period)
    media_type, written = _TABLES[query.format]
    response = Response(written(report), content_type=f"{media_type}; charset=utf-8")
    name = f"{PLATFORM}_{report.header.kind.id}_{query.period.first}_{query.period.last}.{query.format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
