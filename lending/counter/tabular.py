"""A report as a table: thirteen rows of header, a blank one, and the columns (3.2, 3.3.8, 4.3 and 5.2).

The Code wants tab-separated values; comma-separated ones are a courtesy. Both begin with a byte order mark,
by which spreadsheets know that it is UTF-8.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from lending.counter.figures import Metric, Month, Title
from lending.counter.reports import RELEASE, Caveat, Header, Performance, Report

Row = tuple[str, ...]

BYTE_ORDER_MARK: Final = "\ufeff"
FORMULA_STARTS: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""

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
    """Lines of tab-separated values; no cell is a formula."""
    return _lines(table(report), "excel-tab")


def as_csv(report: Report) -> Iterator[str]:
    """Lines of comma-separated values (RFC 4180); no cell is a formula."""
    return _lines(table(report), "excel")


def table(report: Report) -> Iterator[Row]:
    """Rows of cells, as they are meant. A title has a row for each metric of which there was any use."""
    header = report.header
    yield from _header(header)
    yield ()
    yield (
        *_TITLE,
        *header.kind.shown,
        "Metric_Type",
        "Reporting_Period_Total",
        *map(_heading, header.period),
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
    yield "Report_Attributes", f"Attributes_To_Show={'|'.join(kind.called_for)}" if kind.called_for else ""
    yield "Exceptions", _listed(map(_exception, header.caveats))
    yield "Reporting_Period", f"Begin_Date={period.begin_date}; End_Date={period.end_date}"
    yield "Created", header.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield "Created_By", header.created_by
    yield "Registry_Record", header.registry


def _row(header: Header, title: Title, performance: Performance, metric: Metric) -> Row:
    known, months = title.identifiers, performance.counts[metric]
    return (
        title.name,
        title.publisher,
        "",
        header.platform,
        known.doi,
        known.own,
        known.isbn,
        "",
        "",
        known.uri,
        *performance.attributes.values(),
        metric.value,
        str(sum(months.values())),
        *(str(months.get(month, 0)) for month in header.period),
    )


def _exception(caveat: Caveat) -> str:
    return f"{caveat.code}: {caveat.message}" + (f" ({caveat.data})" if caveat.data else "")


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
    return f"'{line}" if line.startswith(FORMULA_STARTS) else line
