"""A report as a table: thirteen rows of header, a blank one, and the columns (3.2, 3.3.8, 4.1, 4.3 and 5.2).

The Code wants tab-separated values; comma-separated ones are a courtesy. Both begin with a byte order mark,
by which spreadsheets know that it is UTF-8.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from lending.counter.figures import Metric, Month, Title
from lending.counter.kinds import ReportKind
from lending.counter.reports import RELEASE, Header, Performance, Report

Row = tuple[str, ...]

BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = re.compile(r"=|[+@-].*[(|!]")
"""What a spreadsheet reckons with: a formula, or what it takes for one and could call or fetch something. A
title such as `-30-` or `@home` calls nothing, and is told as JSON tells it."""

# In English everywhere: neither Python's locale nor the reader's language changes a heading.
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TITLE: Final = (
    "Title",
    "Publisher",
    "Publisher_ID",
    "Platform",
    "DOI",
    "Proprietary_ID",
    "ISBN",
    "Print_ISSN",
    "Online_ISSN",
    "URI",
)


def as_tsv(report: Report) -> Iterator[str]:
    """Lines of tab-separated values; no cell is a formula that does anything."""
    return _lines(table(report), "excel-tab")


def as_csv(report: Report) -> Iterator[str]:
    """Lines of comma-separated values (RFC 4180); no cell is a formula that does anything."""
    return _lines(table(report), "excel")


def table(report: Report) -> Iterator[Row]:
    """Rows of cells, as they are meant. A title has a row for each metric of which there was any use."""
    header = report.header
    yield from _header(header)
    yield ()
    kind = header.kind
    yield (
        *(_TITLE if kind.by_title else ("Platform",)),
        *kind.shown,
        "Metric_Type",
        "Reporting_Period_Total",
        *map(_heading, _months(header)),
    )
    for item in report.items:
        for performance in item.performances:
            for metric in performance.counts:
                yield _row(header, item.title, performance, metric)


def _header(header: Header) -> Iterator[Row]:
    kind, period = header.kind, header.period
    yield "Report_Name", kind.name
    yield "Report_ID", kind.id
    yield "Release", RELEASE
    yield "Institution_Name", header.institution
    yield "Institution_ID", header.institution_id
    yield "Metric_Types", _listed(kind.named_metrics)
    yield "Report_Filters", _listed(f"{name}={'|'.join(values)}" for name, values in kind.filters)
    yield "Report_Attributes", _listed(_attributes(kind))
    yield "Exceptions", _listed(map(str, header.caveats))
    yield "Reporting_Period", f"Begin_Date={period.begin_date}; End_Date={period.end_date}"
    yield "Created", header.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield "Created_By", header.created_by
    yield "Registry_Record", header.registry


def _attributes(kind: ReportKind) -> Iterator[str]:
    if kind.called_for:
        yield f"Attributes_To_Show={'|'.join(kind.called_for)}"
    if kind.totals:
        yield "Exclude_Monthly_Details=True"


def _months(header: Header) -> Iterable[Month]:
    return () if header.kind.totals else header.period


def _row(header: Header, title: Title | None, performance: Performance, metric: Metric) -> Row:
    months = performance.counts[metric]
    return (
        *_described(header.platform, title),
        *performance.attributes.values(),
        metric.value,
        str(sum(months.values())),
        *(str(months.get(month, 0)) for month in _months(header)),
    )


def _described(platform: str, title: Title | None) -> Row:
    if title is None:
        return (platform,)
    known = title.identifiers
    return title.name, title.publisher, "", platform, known.doi, known.own, known.isbn, "", "", known.uri


def _listed(values: Iterable[str]) -> str:
    return "; ".join(values)


def _heading(month: Month) -> str:
    return f"{_MONTHS[month.number - 1]}-{month.year:04}"


class _Line:
    """What the csv module writes to: it gives each line back."""

    @staticmethod
    def write(line: str) -> str:
        return line


def _lines(rows: Iterable[Row], dialect: str) -> Iterator[str]:
    writer = csv.writer(_Line(), dialect)
    yield BYTE_ORDER_MARK
    for row in rows:
        line: str = writer.writerow(map(_harmless, row))
        yield line


def _harmless(cell: str) -> str:
    """On one line, without tabs, and nothing that a spreadsheet would reckon with."""
    line = " ".join(cell.split())
    return f"'{line}" if _FORMULA.match(line) else line
