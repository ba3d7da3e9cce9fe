"""A report as JSON, as the COUNTER API has it, once called COUNTER_SUSHI (3.3.7 to 3.3.9, and 5.1).

What is empty is left out, but for what the API requires: name, publisher, registry.
"""

from datetime import UTC
from typing import Any

from lending.counter.exceptions import Caveat
from lending.counter.figures import Title
from lending.counter.kinds import ITEM_ID, PLATFORM, ReportKind
from lending.counter.reports import RELEASE, Header, Performance, Report, ReportItem

_ONE_VALUE = frozenset({ITEM_ID, PLATFORM})
"""Filters that are no lists."""


def sushi(report: Report) -> dict[str, Any]:
    """The whole report, of what JSON has. Of months, metrics and titles without use there is nothing."""
    return {
        "Report_Header": _header(report.header),
        "Report_Items": [_item(report.header, item) for item in report.items],
    }


def _header(header: Header) -> dict[str, Any]:
    kind = header.kind
    told: dict[str, Any] = {
        "Release": RELEASE,
        "Report_ID": kind.id,
        "Report_Name": kind.name,
        "Created": header.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Created_By": header.created_by,
        "Institution_ID": {"Proprietary": [header.institution_id]},
        "Institution_Name": header.institution,
        "Registry_Record": header.registry,
    }
    if attributes := _attributes(kind):
        told["Report_Attributes"] = attributes
    told["Report_Filters"] = _filters(header)
    if header.caveats:
        told["Exceptions"] = [exception(caveat) for caveat in header.caveats]
    return told


def _attributes(kind: ReportKind) -> dict[str, Any]:
    """What was chosen; what is so by default isn't told (3.3.7)."""
    shown = {"Attributes_To_Show": list(kind.called_for)} if kind.called_for else {}
    return shown | ({"Granularity": "Totals"} if kind.totals else {})


def _filters(header: Header) -> dict[str, Any]:
    kind = header.kind
    named = [metric.value for metric in kind.named_metrics]
    metrics = {"Metric_Type": named} if named else {}
    dates = {
        "Begin_Date": header.period.begin_date.isoformat(),
        "End_Date": header.period.end_date.isoformat(),
    }
    chosen = {name: values[0] if name in _ONE_VALUE else list(values) for name, values in kind.filters}
    return metrics | dates | chosen


def exception(caveat: Caveat) -> dict[str, Any]:
    """An exception, in a report's header or alone (appendix D)."""
    data = {"Data": caveat.data} if caveat.data else {}
    return {"Code": caveat.code, "Message": caveat.message} | data


def _item(header: Header, item: ReportItem) -> dict[str, Any]:
    title = item.title
    of_title = {} if title is None else {"Title": title.name, "Publisher": title.publisher}
    known = {} if title is None else {"Item_ID": _item_id(title)}
    performances = [_performance(performance) for performance in item.performances]
    return {**of_title, "Platform": header.platform, **known, "Attribute_Performance": performances}


def _item_id(title: Title) -> dict[str, str]:
    known = title.identifiers
    told = {"DOI": known.doi, "Proprietary": known.own, "ISBN": known.isbn, "URI": known.uri}
    return {name: value for name, value in told.items() if value}


def _performance(performance: Performance) -> dict[str, Any]:
    counts = {
        metric.value: {str(month): number for month, number in months.items()}
        for metric, months in performance.counts.items()
    }
    return {**performance.attributes, "Performance": counts}
