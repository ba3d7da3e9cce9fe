"""A report as a table."""

import csv
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.counter.customizing import customized
from lending.counter.exceptions import NO_LONGER, NOT_READY
from lending.counter.figures import Metric, Title, TitleFigures
from lending.counter.identifiers import Identifiers
from lending.counter.kinds import PR, TR, TR_B1, TR_B2
from lending.counter.reports import Report, report
from lending.counter.sushi import sushi
from lending.counter.tabular import BYTE_ORDER_MARK, as_csv, as_tsv, table
from tests.counter.books import FEBRUARY, FIGURES, MARCH, a_header
from tests.counter.test_reports import ANY_FIGURES

BOOK_REQUESTS = """\
Report_Name>Book Requests (Controlled)
Report_ID>TR_B1
Release>5.1
Institution_Name>The marsh's library
Institution_ID>lending:marsh
Metric_Types>Total_Item_Requests; Unique_Title_Requests
Report_Filters>Data_Type=Book|Reference_Work; Access_Type=Controlled; Access_Method=Regular
Report_Attributes>
Exceptions>
Reporting_Period>Begin_Date=2026-01-01; End_Date=2026-03-31
Created>2026-04-02T09:30:15Z
Created_By>lending
Registry_Record>

Title>Publisher>Publisher_ID>Platform>DOI>Proprietary_ID>ISBN>Print_ISSN>Online_ISSN>URI>Data_Type>YOP>\
Metric_Type>Reporting_Period_Total>Jan-2026>Feb-2026>Mar-2026
An Otter's Year>>>lending at the marsh>>lending:o1>>>>urn:isbn:9780306406157>Book>0001>Total_Item_Requests>1>0>0>1
An Otter's Year>>>lending at the marsh>>lending:o1>>>>urn:isbn:9780306406157>Book>0001>Unique_Title_Requests>1>0>0>1
The Heron>Marsh & Sons>>lending at the marsh>>lending:h1>978-3-16-148410-0>>>>Book>1998>Total_Item_Requests>9>7>0>2
The Heron>Marsh & Sons>>lending at the marsh>>lending:h1>978-3-16-148410-0>>>>Book>1998>Unique_Title_Requests>4>3>0>1
"""  # noqa: E501 - a row is a line


def test_book_requests_in_full() -> None:
    made = "".join(as_tsv(report(a_header(TR_B1), FIGURES)))
    assert made == BYTE_ORDER_MARK + BOOK_REQUESTS.replace(">", "\t").replace("\n", "\r\n")


def test_commas_instead_of_tabs_say_the_same() -> None:
    made = report(a_header(TR), FIGURES)
    mark, *lines = as_csv(made)
    assert mark == BYTE_ORDER_MARK
    assert [tuple(row) for row in csv.reader(lines)] == list(table(made))


def test_access_denied_has_only_rows_with_use() -> None:
    rows = list(table(report(a_header(TR_B2), FIGURES)))
    assert rows[5:7] == [
        ("Metric_Types", "Limit_Exceeded; No_License"),
        ("Report_Filters", "Data_Type=Book|Reference_Work; Access_Method=Regular"),
    ]
    assert [row[12:] for row in rows[15:]] == [("Limit_Exceeded", "4", "0", "4", "0")]


def test_the_title_report_has_columns_for_what_is_called_for_and_for_no_more() -> None:
    rows = list(table(report(a_header(TR), FIGURES)))
    assert rows[5:8] == [("Metric_Types", ""), ("Report_Filters", ""), ("Report_Attributes", "")]
    assert rows[14][10:13] == ("Data_Type", "Metric_Type", "Reporting_Period_Total")
    assert rows[-1][10:] == ("Book", "Unique_Title_Requests", "5", "5", "0", "0")


def test_what_was_chosen_stands_in_the_header() -> None:
    chosen = {
        "attributes_to_show": "YOP|Access_Type|Access_Method",
        "metric_type": "Unique_Title_Requests",
        "yop": "2020|1990-1999",
        "data_type": "Book",
        "exclude_monthly_details": "True",
    }
    kind, unheeded = customized(TR, chosen, "lending", tabular=True)
    rows = list(table(report(a_header(kind, caveats=unheeded), FIGURES)))
    assert rows[5:9] == [
        ("Metric_Types", "Unique_Title_Requests"),
        ("Report_Filters", "Data_Type=Book; YOP=2020|1990-1999"),
        (
            "Report_Attributes",
            "Attributes_To_Show=YOP|Access_Type|Access_Method; Exclude_Monthly_Details=True",
        ),
        ("Exceptions", ""),
    ]
    assert rows[14][10:] == (
        "Data_Type",
        "YOP",
        "Access_Type",
        "Access_Method",
        "Metric_Type",
        "Reporting_Period_Total",
    )
    assert [row[11:] for row in rows[15:]] == [
        ("1998", "Controlled", "Regular", "Unique_Title_Requests", "4"),
        ("2020", "Open", "Regular", "Unique_Title_Requests", "5"),
    ]


def test_the_platform_report_has_a_platform_where_others_have_titles() -> None:
    rows = list(table(report(a_header(PR), FIGURES)))
    assert rows[14][:4] == ("Platform", "Data_Type", "Metric_Type", "Reporting_Period_Total")
    assert rows[16] == ("lending at the marsh", "Book", "Total_Item_Requests", "15", "12", "0", "3")


def test_exceptions_stand_in_the_header() -> None:
    made = report(a_header(TR, caveats=(NOT_READY.because("2026-03"), NO_LONGER)), FIGURES)
    not_ready = "3031: Usage Not Ready for Requested Dates (2026-03)"
    no_longer = "3032: Usage No Longer Available for Requested Dates"
    assert list(table(made))[8] == ("Exceptions", f"{not_ready}; {no_longer}")
    empty = list(table(report(a_header(TR), [])))
    assert (len(empty), empty[8][1]) == (15, "3030: No Usage Available for Requested Dates")


@pytest.mark.parametrize("written", [as_tsv, as_csv])
@given(name=st.text() | st.tuples(st.sampled_from("=+-@\t\r\n "), st.text()).map("".join))
def test_a_name_is_never_a_formula_and_never_breaks_a_row(
    written: Callable[[Report], Iterator[str]], name: str
) -> None:
    title = Title(name, name, Identifiers("lending:x1"))
    made = report(a_header(TR), [TitleFigures(title, {Metric.NO_LICENSE: {MARCH: 1}})])
    lines = list(written(made))[1:]
    assert len(lines) == 16
    rows = list(csv.reader(lines, "excel-tab" if written is as_tsv else "excel"))
    assert len({len(row) for row in rows[14:]}) == 1
    cells = [cell.lstrip() for row in rows for cell in row]
    assert not any(cell.startswith("=") for cell in cells)
    assert not any(cell.startswith(("+", "-", "@")) and set(cell) & set("(|!") for cell in cells)


@pytest.mark.parametrize("name", ["-30-", "@home", "+44", "'Tis", "- a dash"])
def test_a_name_that_calls_nothing_is_told_as_json_tells_it(name: str) -> None:
    title = Title(name, "", Identifiers("lending:x1"))
    made = report(a_header(TR), [TitleFigures(title, {Metric.NO_LICENSE: {MARCH: 1}})])
    assert list(as_tsv(made))[-1].split("\t")[0] == name == sushi(made)["Report_Items"][0]["Title"]


@pytest.mark.parametrize("name", ["=A1", "+cmd|' /C calc'!A0", "-2+SUM(A1)", "@SUM(1)"])
def test_a_name_that_could_call_something_is_kept_from_it(name: str) -> None:
    title = Title(name, "", Identifiers("lending:x1"))
    made = report(a_header(TR), [TitleFigures(title, {Metric.NO_LICENSE: {MARCH: 1}})])
    assert list(as_tsv(made))[-1].split("\t")[0] == f"'{name}"


@given(ANY_FIGURES)
def test_a_table_and_json_say_the_same(figures: list[TitleFigures]) -> None:
    made = report(a_header(TR), figures)
    in_json = [
        (item["Title"], metric, sum(months.values()), months.get(str(FEBRUARY), 0))
        for item in sushi(made)["Report_Items"]
        for one in item["Attribute_Performance"]
        for metric, months in one["Performance"].items()
    ]
    assert [(row[0], row[11], int(row[12]), int(row[14])) for row in list(table(made))[15:]] == in_json
