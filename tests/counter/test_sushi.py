"""A report as JSON, with all that the API requires and no more."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from lending.counter.customizing import customized
from lending.counter.exceptions import NOT_READY
from lending.counter.kinds import PR, PR_P1, TR, TR_B1, TR_B2, ReportKind
from lending.counter.reports import report
from lending.counter.sushi import sushi
from tests.counter.books import FIGURES, a_header


def told(kind: ReportKind, **header: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(json.dumps(sushi(report(a_header(kind, **header), FIGURES))))
    return parsed


def test_book_requests_in_full() -> None:
    assert told(TR_B1) == {
        "Report_Header": {
            "Release": "5.1",
            "Report_ID": "TR_B1",
            "Report_Name": "Book Requests (Controlled)",
            "Created": "2026-04-02T09:30:15Z",
            "Created_By": "lending",
            "Institution_ID": {"Proprietary": ["lending:marsh"]},
            "Institution_Name": "The marsh's library",
            "Registry_Record": "",
            "Report_Filters": {
                "Metric_Type": ["Total_Item_Requests", "Unique_Title_Requests"],
                "Begin_Date": "2026-01-01",
                "End_Date": "2026-03-31",
                "Data_Type": ["Book", "Reference_Work"],
                "Access_Type": ["Controlled"],
                "Access_Method": ["Regular"],
            },
        },
        "Report_Items": [
            {
                "Title": "An Otter's Year",
                "Publisher": "",
                "Platform": "lending at the marsh",
                "Item_ID": {"Proprietary": "lending:o1", "URI": "urn:isbn:9780306406157"},
                "Attribute_Performance": [
                    {
                        "Data_Type": "Book",
                        "YOP": "0001",
                        "Performance": {
                            "Total_Item_Requests": {"2026-03": 1},
                            "Unique_Title_Requests": {"2026-03": 1},
                        },
                    }
                ],
            },
            {
                "Title": "The Heron",
                "Publisher": "Marsh & Sons",
                "Platform": "lending at the marsh",
                "Item_ID": {"Proprietary": "lending:h1", "ISBN": "978-3-16-148410-0"},
                "Attribute_Performance": [
                    {
                        "Data_Type": "Book",
                        "YOP": "1998",
                        "Performance": {
                            "Total_Item_Requests": {"2026-01": 7, "2026-03": 2},
                            "Unique_Title_Requests": {"2026-01": 3, "2026-03": 1},
                        },
                    }
                ],
            },
        ],
    }


def test_access_denied_is_of_all_access_types() -> None:
    made = told(TR_B2)
    assert made["Report_Header"]["Report_Filters"] == {
        "Metric_Type": ["Limit_Exceeded", "No_License"],
        "Begin_Date": "2026-01-01",
        "End_Date": "2026-03-31",
        "Data_Type": ["Book", "Reference_Work"],
        "Access_Method": ["Regular"],
    }
    (item,) = made["Report_Items"]
    assert item["Attribute_Performance"][0]["Performance"] == {"Limit_Exceeded": {"2026-02": 4}}


def test_the_title_report_filters_nothing_and_tells_apart_what_is_called_for() -> None:
    """Table 4.k: only the type of data stands there in any case. What is usual is not told (3.3.7)."""
    header, items = told(TR).values()
    assert header["Report_Filters"] == {"Begin_Date": "2026-01-01", "End_Date": "2026-03-31"}
    assert "Report_Attributes" not in header
    toads = items[-1]
    assert toads["Item_ID"] == {"DOI": "10.9999/toads", "Proprietary": "lending:t1"}
    assert set(toads["Attribute_Performance"][0]) == {"Data_Type", "Performance"}
    assert list(items[1]["Attribute_Performance"][0]["Performance"]) == [
        "Limit_Exceeded",
        "Total_Item_Investigations",
        "Total_Item_Requests",
        "Unique_Title_Requests",
    ]


def test_what_was_chosen_of_the_title_report_stands_in_its_header() -> None:
    chosen = {
        "metric_type": "Total_Item_Requests|Limit_Exceeded",
        "access_type": "Open|Controlled",
        "yop": "1990-1999|2020",
        "item_id": "DOI:10.9999/toads",
        "platform": "lending",
        "attributes_to_show": "Access_Type|YOP",
        "granularity": "Totals",
    }
    kind, unheeded = customized(TR, chosen, "lending", tabular=False)
    header, items = told(kind, caveats=unheeded).values()
    assert header["Report_Attributes"] == {
        "Attributes_To_Show": ["YOP", "Access_Type"],
        "Granularity": "Totals",
    }
    assert header["Report_Filters"] == {
        "Metric_Type": ["Limit_Exceeded", "Total_Item_Requests"],
        "Begin_Date": "2026-01-01",
        "End_Date": "2026-03-31",
        "YOP": ["1990-1999", "2020"],
        "Access_Type": ["Controlled", "Open"],
        "Item_ID": "DOI:10.9999/toads",
        "Platform": "lending",
    }
    assert "Exceptions" not in header
    (toads,) = items
    assert toads["Attribute_Performance"] == [
        {
            "Data_Type": "Book",
            "YOP": "2020",
            "Access_Type": "Open",
            "Performance": {"Total_Item_Requests": {"2026-01": 5}},
        }
    ]


def test_where_only_totals_are_wanted_they_stand_under_the_first_month() -> None:
    kind, _ = customized(TR, {"granularity": "Totals"}, "lending", tabular=False)
    heron = told(kind)["Report_Items"][1]
    assert heron["Attribute_Performance"][0]["Performance"]["Total_Item_Requests"] == {"2026-01": 9}


def test_the_platform_report_is_of_all_titles_together_and_of_no_denial() -> None:
    (item,) = told(PR)["Report_Items"]
    (performance,) = item.pop("Attribute_Performance")
    assert item == {"Platform": "lending at the marsh"}
    assert performance == {
        "Data_Type": "Book",
        "Performance": {
            "Total_Item_Investigations": {"2026-01": 9, "2026-03": 2},
            "Total_Item_Requests": {"2026-01": 12, "2026-03": 3},
            "Unique_Title_Requests": {"2026-01": 8, "2026-03": 2},
        },
    }


def test_platform_usage_names_its_metrics_those_too_that_nobody_counts_here() -> None:
    header, items = told(PR_P1).values()
    assert header["Report_Filters"] == {
        "Metric_Type": [
            "Searches_Platform",
            "Total_Item_Requests",
            "Unique_Item_Requests",
            "Unique_Title_Requests",
        ],
        "Begin_Date": "2026-01-01",
        "End_Date": "2026-03-31",
        "Access_Method": ["Regular"],
    }
    assert set(items[0]["Attribute_Performance"][0]["Performance"]) == {
        "Total_Item_Requests",
        "Unique_Title_Requests",
    }


def test_exceptions_stand_in_the_header() -> None:
    header = told(TR_B1, caveats=(replace(NOT_READY, data="2026-03"),))["Report_Header"]
    message = "Usage Not Ready for Requested Dates"
    assert header["Exceptions"] == [{"Code": 3031, "Message": message, "Data": "2026-03"}]
    empty = sushi(report(a_header(TR_B1), []))
    no_usage = {"Code": 3030, "Message": "No Usage Available for Requested Dates"}
    assert (empty["Report_Items"], empty["Report_Header"]["Exceptions"]) == ([], [no_usage])


def test_the_time_is_told_in_utc() -> None:
    created = datetime(2026, 4, 2, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert told(TR, created=created)["Report_Header"]["Created"] == "2026-04-01T23:00:00Z"
