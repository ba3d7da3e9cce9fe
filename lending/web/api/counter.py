"""COUNTER reports for programs: the COUNTER API, Release 5.1 (section 8 of the Code). Its base address is
`/api/v1/counter`.

What is refused below `/r51` is one of the Code's exceptions (appendix D), no problem document as elsewhere;
but for a report or a release that there is not, which the Code wants to be a plain 404. Who harvests reports
signs in with a read-only access token of a librarian as `api_key`, and this library's name as `customer_id`
(8.2).
"""

import logging

from flask import Blueprint, Response, jsonify, request, url_for
from pydantic import ConfigDict, Field, RootModel

from lending import refusals
from lending.counter import exceptions
from lending.counter.exceptions import Caveat
from lending.counter.figures import Period
from lending.counter.kinds import ReportKind
from lending.counter.reports import RELEASE
from lending.counter.sushi import exception, sushi
from lending.ports.library import LibraryUnavailable
from lending.services.actors import Actor
from lending.web.api.contract import JSON, Access, Answer, Contract, Query, Told
from lending.web.desk import desk

bp = Blueprint("counter", __name__)

_THE_WORLD = "0000000000000000"
_log = logging.getLogger(__name__)


class Harvested(Query):
    """Who asks, and of which library. What is not known is let be; in a report it is named."""

    customer_id: str = Field("", description="This library's name, as `members` tells it.")
    requestor_id: str = Field("", description="Of no meaning here: `api_key` says who asks.")
    platform: str = Field("", description="`lending`, the only one that there is.")


class ReportWanted(Harvested):
    """Which months, and what of them. Lists have bars between their values."""

    model_config = ConfigDict(frozen=True, extra="allow")

    begin_date: str = Field("", description="The first month, as 2026-01, or its first day. Required.")
    end_date: str = Field("", description="The last month, as 2026-03, or its last day. Required.")
    metric_type: str = Field("", description="Only these metrics. This and what follows: of PR and TR only.")
    data_type: str = Field("", description="Only these types of data.")
    access_type: str = Field("", description="Only what may be had by these. Of TR only.")
    access_method: str = Field("", description="Only what was used so.")
    yop: str = Field("", description="Only these years of publication, or ranges as 1990-1999. Of TR only.")
    item_id: str = Field("", description="Only the title of this identifier. Of TR only.")
    attributes_to_show: str = Field("", description="YOP, Access_Type, Access_Method; of PR the last.")
    granularity: str = Field("", description="`Totals` instead of `Month`: one number for all months.")


class CounterException(Told):
    """Why there is no report (appendix D)."""

    Code: int
    Message: str
    Data: str | None = None


class ServiceStatus(Told):
    """Whether reports can be had."""

    Description: str
    Service_Active: bool
    Registry_Record: str = Field(description="Empty: the library is in no registry.")


class ServiceStatuses(RootModel[list[ServiceStatus]]):
    """That of the one service."""


class ReportListed(Told):
    """A report that can be asked for. The months are those that are over."""

    Report_Name: str
    Report_ID: str
    Release: str
    Report_Description: str
    Path: str
    First_Month_Available: str
    Last_Month_Available: str

    @classmethod
    def of(cls, kind: ReportKind, months: Period) -> "ReportListed":
        """With its address."""
        return cls(
            Report_Name=kind.name,
            Report_ID=kind.id,
            Release=RELEASE,
            Report_Description=kind.description,
            Path=url_for("api.counter.counter_report", report_id=kind.id.lower()),
            First_Month_Available=str(months.first),
            Last_Month_Available=str(months.last),
        )


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


class Declined(Exception):
    """An exception that is the whole answer."""

    def __init__(self, caveat: Caveat) -> None:
        super().__init__(caveat)
        self.caveat = caveat


_EXCEPTIONS = {
    400: Answer("1030: something is missing. 3020: the months make no sense.", CounterException),
    401: Answer("2000 or 2020: the key is none of a librarian's that only reads.", CounterException),
    403: Answer("2010: it is another library's, or not yours. 2011: of the world.", CounterException),
    503: Answer("1000: the library can't answer just now.", CounterException),
}


@bp.get("/counter/r51/status")
@Contract(answers={200: Answer("It can.", ServiceStatuses)}, access=Access.ANYONE)
def counter_status() -> ServiceStatuses:
    """Whether COUNTER reports can be had here."""
    status = ServiceStatus(
        Description="COUNTER reports of a library of lent e-books", Service_Active=True, Registry_Record=""
    )
    return ServiceStatuses([status])


@bp.get("/counter/r51/members")
@Contract(
    answers={200: Answer("This library.", Members), **_EXCEPTIONS}, access=Access.HARVESTER, query=Harvested
)
def counter_members(actor: Actor, query: Harvested) -> Members:
    """Whose use the COUNTER reports tell of."""
    _refuse_others(query)
    usage = desk().usage
    usage.kinds(actor)
    institution = InstitutionId(Proprietary=[usage.house_id])
    return Members(
        [Member(Customer_ID=usage.house, Institution_Name=usage.house, Institution_ID=institution)]
    )


@bp.get("/counter/r51/reports")
@Contract(
    answers={200: Answer("The reports.", ReportsListed), **_EXCEPTIONS},
    access=Access.HARVESTER,
    query=Harvested,
)
def list_counter_reports(actor: Actor, query: Harvested) -> ReportsListed:
    """Which COUNTER reports there are, and of which months."""
    _refuse_others(query)
    months = desk().usage.available(actor)
    return ReportsListed([ReportListed.of(kind, months) for kind in desk().usage.kinds(actor)])


@bp.get("/counter/r51/reports/<report_id>")
@Contract(
    answers={200: Answer("The report.", media_types=(JSON,)), **_EXCEPTIONS},
    access=Access.HARVESTER,
    query=ReportWanted,
    refuses=(refusals.NotFound,),
)
def counter_report(actor: Actor, report_id: str, query: ReportWanted) -> Response:
    """A COUNTER report as JSON: `pr`, `pr_p1`, `tr`, `tr_b1`, `tr_b2` or `tr_b3`."""
    _refuse_others(query)
    made = desk().usage.report(actor, report_id, _period(query), query.model_dump())
    return jsonify(sushi(made))


def _period(query: ReportWanted) -> Period:
    missing = [name for name in ("begin_date", "end_date") if not getattr(query, name)]
    if missing:
        raise Declined(exceptions.INSUFFICIENT.because(f"missing: {', '.join(missing)}"))
    try:
        return Period.parse(query.begin_date, query.end_date)
    except ValueError as why:
        raise Declined(exceptions.INVALID_DATES.because(str(why))) from why


def _refuse_others(query: Harvested) -> None:
    """Who asks of another library. Who shows a key has to say which they mean; who signed in, need not."""
    if not query.customer_id and "api_key" in request.args:
        raise Declined(exceptions.INSUFFICIENT.because("missing: customer_id"))
    if query.customer_id == _THE_WORLD:
        raise Declined(exceptions.NO_WORLD)
    if query.customer_id not in ("", desk().usage.house):
        raise Declined(exceptions.NOT_YOURS.because("customer_id is not this library's"))


@bp.errorhandler(Declined)
def _declined(declined: Declined) -> Response:
    return _alone(declined.caveat)


@bp.errorhandler(refusals.NotSignedIn)
def _unknown(_refusal: refusals.NotSignedIn) -> Response:
    if "api_key" in request.args or "Authorization" in request.headers:
        return _alone(exceptions.INVALID_KEY)
    if request.args.get("requestor_id"):
        return _alone(exceptions.UNKNOWN_REQUESTOR.because("an api_key says here who asks"))
    return _alone(exceptions.INSUFFICIENT.because("missing: api_key"))


@bp.errorhandler(refusals.NotAllowed)
def _not_allowed(_refusal: refusals.NotAllowed) -> Response:
    if "api_key" in request.args:
        return _alone(exceptions.INVALID_KEY.because("it has to be a read-only token of a librarian"))
    return _alone(exceptions.NOT_YOURS)


@bp.errorhandler(refusals.UnacceptableInput)
def _unacceptable(refusal: refusals.UnacceptableInput) -> Response:
    """Nothing but the months of a report can be: whatever else is wrong, the report itself says."""
    return _alone(exceptions.INVALID_DATES.because(f"{refusal.facts['field']} {refusal.facts['why']}"))


@bp.errorhandler(LibraryUnavailable)
def _out_of_service(trouble: LibraryUnavailable) -> Response:
    _log.error("out of service at %s", request.endpoint, exc_info=trouble)
    answer = _alone(exceptions.NOT_AVAILABLE)
    answer.headers["Retry-After"] = "10"
    return answer


def _alone(caveat: Caveat) -> Response:
    answer = jsonify(exception(caveat))
    answer.status_code = caveat.status
    return answer
