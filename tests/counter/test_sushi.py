"""A report as JSON, with all that the API requires and no more."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from lending.counter.reports import NOT_READY, TR, TR_B1, TR_B2, ReportKind, report
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


def test_the_title_report_filters_nothing_and_says_what_it_shows() -> None:
    header, items = told(TR).values()
    assert header["Report_Filters"] == {"Begin_Date": "2026-01-01", "End_Date": "2026-03-31"}
    assert header["Report_Attributes"] == {"Attributes_To_Show": ["YOP", "Access_Type", "Access_Method"]}
    toads = items[-1]
    assert toads["Item_ID"] == {"DOI": "10.9999/toads", "Proprietary": "lending:t1"}
    assert list(toads["Attribute_Performance"][0].values())[:4] == ["Book", "2020", "Open", "Regular"]
    assert list(items[1]["Attribute_Performance"][0]["Performance"]) == [
        "Limit_Exceeded",
        "Total_Item_Investigations",
        "Total_Item_Requests",
        "Unique_Title_Requests",
    ]


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
