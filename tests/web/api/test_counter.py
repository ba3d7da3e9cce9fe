"""COUNTER reports over HTTP: at the paths of the COUNTER API, and as tables."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lending.bootstrap import Services
from lending.counter.figures import Period
from lending.ports.library import LibraryUnavailable
from lending.ports.records import Role
from lending.services.usage import Usage
from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock, signed_in

BASE = "/api/v1/counter"
MARCH = "begin_date=2026-03&end_date=2026-03"


@pytest.fixture
def librarian(app: Flask, services: Services, clock: HandClock) -> FlaskClient:
    """Who looks at the reports in April."""
    clock.time = datetime(2026, 4, 2, tzinfo=UTC)
    return signed_in(app, services, "lola", Role.LIBRARIAN)


@pytest.fixture
def read(app: Flask, owner: FlaskClient) -> None:
    """In March, Mia has opened a chapter of an EPUB, and a page of a PDF; Noa came too late for the EPUB."""
    token = lend(owner, add(owner, books.epub("The Salt Road")))
    mia = Browser(app)
    loan = mia.borrow(token, "Mia")
    manifest = mia.client.get(f"/api/v1/loans/{loan}/manifest").json
    mia.client.get(f"/api/v1/loans/{loan}/{manifest['sections'][0]['href']}")
    loan = mia.borrow(lend(owner, add(owner, books.pdf(), PDF)), "Mia")
    assert mia.client.get(f"/api/v1/loans/{loan}/pages/1").status_code == 200
    noa = Browser(app)
    noa.look(token)
    assert noa.claim(token, "Noa").json["code"] == "link-used"


def items(librarian: FlaskClient, report: str, query: str = MARCH) -> dict[str, dict[str, Any]]:
    answer = librarian.get(f"{BASE}/r51/reports/{report}?{query}")
    assert answer.status_code == 200, answer.text
    found = answer.json["Report_Items"]
    return {item["Title"]: item["Attribute_Performance"][0]["Performance"] for item in found}


@pytest.mark.usefixtures("read")
def test_what_was_read_is_reported(librarian: FlaskClient) -> None:
    found = items(librarian, "tr_b1")
    assert len(found) == 2
    once = {"Total_Item_Requests": {"2026-03": 1}, "Unique_Title_Requests": {"2026-03": 1}}
    assert list(found.values()) == [once, once]
    assert found["The Salt Road"] == once


def test_what_was_fetched_ahead_is_reported_once_it_was_on_the_screen(
    app: Flask, owner: FlaskClient, services: Services, clock: HandClock
) -> None:
    mia = Browser(app)
    loan = f"/api/v1/loans/{mia.borrow(lend(owner, add(owner, books.epub('The Salt Road'))), 'Mia')}"
    ahead, seen = (section["href"] for section in mia.client.get(f"{loan}/manifest").json["sections"])
    for href in (ahead, seen):
        assert mia.client.get(f"{loan}/{href}?ahead=1").status_code == 200
    assert mia.client.post(f"{loan}/opened/{seen.partition('/')[2]}").status_code == 204
    assert mia.client.post(f"{loan}/opened/OPS/none.xhtml").json["code"] == "no-such-part"
    clock.time = datetime(2026, 4, 2, tzinfo=UTC)
    told = items(signed_in(app, services, "lola", Role.LIBRARIAN), "tr_b1")
    assert told["The Salt Road"]["Total_Item_Requests"] == {"2026-03": 1}


@pytest.mark.usefixtures("read")
def test_who_was_turned_away_is_reported(librarian: FlaskClient) -> None:
    assert items(librarian, "tr_b2") == {"The Salt Road": {"No_License": {"2026-03": 1}}}


@pytest.mark.usefixtures("read")
def test_no_report_names_anybody(librarian: FlaskClient) -> None:
    text = librarian.get(f"{BASE}/r51/reports/tr?{MARCH}").text
    assert "The Salt Road" in text
    for name in ("Mia", "Noa", "Ana"):
        assert name not in text


@pytest.mark.usefixtures("read")
def test_a_report_is_what_the_counter_api_has(librarian: FlaskClient) -> None:
    told = librarian.get(f"{BASE}/r51/reports/tr_b1?begin_date=2026-03-01&end_date=2026-03-31").json
    header = told["Report_Header"]
    assert (header["Release"], header["Report_ID"]) == ("5.1", "TR_B1")
    assert header["Report_Filters"]["Begin_Date"] == "2026-03-01"
    assert "Exceptions" not in header


@pytest.mark.usefixtures("read")
def test_of_a_month_that_is_not_over_a_report_says_that_it_is_not_ready(librarian: FlaskClient) -> None:
    told = librarian.get(f"{BASE}/r51/reports/tr_b1?begin_date=2026-03&end_date=2026-12").json
    assert len(told["Report_Items"]) == 2
    assert told["Report_Header"]["Report_Filters"]["End_Date"] == "2026-03-31"
    assert told["Report_Header"]["Exceptions"] == [
        {
            "Code": 3031,
            "Message": "Usage Not Ready for Requested Dates",
            "Data": "request was for 2026-03 to 2026-12, however usage is only available to 2026-03",
        }
    ]


@pytest.mark.usefixtures("read")
def test_of_the_title_report_one_chooses_filters_and_columns(librarian: FlaskClient) -> None:
    chosen = (
        "metric_type=No_License%7CTotal_Item_Requests&attributes_to_show=YOP&granularity=Totals&colour=red"
    )
    told = librarian.get(f"{BASE}/r51/reports/tr?{MARCH}&{chosen}").json
    header, items = told["Report_Header"], told["Report_Items"]
    assert header["Report_Filters"]["Metric_Type"] == ["No_License", "Total_Item_Requests"]
    assert header["Report_Attributes"] == {"Attributes_To_Show": ["YOP"], "Granularity": "Totals"}
    (exception,) = header["Exceptions"]
    assert (exception["Code"], exception["Data"]) == (3050, "colour")
    assert all(set(one["Attribute_Performance"][0]) == {"Data_Type", "YOP", "Performance"} for one in items)


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize(
    ("form", "media_type", "between"), [("tsv", "text/tab-separated-values", "\t"), ("csv", "text/csv", ",")]
)
def test_a_report_is_to_be_had_as_a_table(
    librarian: FlaskClient, form: str, media_type: str, between: str
) -> None:
    answer = librarian.get(f"{BASE}/tables/tr_b2?{MARCH}&format={form}")
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    name = f"lending_TR_B2_2026-03_2026-03.{form}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == f"Report_Name{between}Book Access Denied"
    assert lines[-1].split(between)[-3:] == ["No_License", "1", "1"]


@pytest.mark.usefixtures("read")
def test_a_table_is_chosen_as_forms_choose_and_ends_where_its_name_says(librarian: FlaskClient) -> None:
    chosen = "attributes_to_show=YOP&attributes_to_show=Access_Type&metric_type=&exclude_monthly_details=True"
    answer = librarian.get(f"{BASE}/tables/tr?begin_date=2026-03&end_date=2026-05&{chosen}")
    assert answer.headers["Content-Disposition"].endswith('"lending_TR_2026-03_2026-03.tsv"')
    lines = answer.text.splitlines()
    assert lines[7].split("\t")[1] == "Attributes_To_Show=YOP|Access_Type; Exclude_Monthly_Details=True"
    assert lines[8].startswith("Exceptions\t3031: Usage Not Ready for Requested Dates (request was for")
    assert lines[14].endswith("Data_Type\tYOP\tAccess_Type\tMetric_Type\tReporting_Period_Total")


PERIODS_THAT_ARE_NONE = [
    "begin_date=2026-03&end_date=2026-02",
    "begin_date=2026-03-02&end_date=2026-03-31",
    "begin_date=2026-02-30&end_date=2026-03-31",
    "begin_date=0000-01&end_date=2026-03",
    "begin_date=2026-13&end_date=2026-14",
    "begin_date=1026-01&end_date=2026-03",
    "begin_date=2026-04&end_date=2026-04",
    "begin_date=2030-01&end_date=2030-02",
    "begin_date=March&end_date=April",
]


@pytest.mark.parametrize("query", PERIODS_THAT_ARE_NONE)
def test_a_period_that_is_none_is_refused(librarian: FlaskClient, query: str) -> None:
    assert librarian.get(f"{BASE}/tables/tr?{query}").json["code"] == "unacceptable-input"
    told = exception_of(librarian.get(f"{BASE}/r51/reports/tr?{query}"), 400)
    assert (told["Code"], told["Message"]) == (3020, "Invalid Date Arguments")
    assert told["Data"]


@pytest.mark.parametrize(
    ("query", "missing"),
    [("", "begin_date, end_date"), ("begin_date=2026-03", "end_date"), ("end_date=2026-03", "begin_date")],
)
def test_a_period_that_is_missing_is_asked_for(librarian: FlaskClient, query: str, missing: str) -> None:
    assert librarian.get(f"{BASE}/tables/tr?{query}").json["code"] == "unacceptable-input"
    assert exception_of(librarian.get(f"{BASE}/r51/reports/tr?{query}"), 400) == {
        "Code": 1030,
        "Message": "Insufficient Information to Process Request",
        "Data": f"missing: {missing}",
    }


def test_there_are_no_other_reports_and_releases(librarian: FlaskClient) -> None:
    """Appendix D: a plain 404, for which it has no exception."""
    for path in ("r51/reports/tr_j1", "tables/ir"):
        assert librarian.get(f"{BASE}/{path}?{MARCH}").json["code"] == "not-found"
    for path in ("r5/reports/tr", "reports/tr", "r51/report"):
        assert librarian.get(f"{BASE}/{path}?{MARCH}").status_code == 404


@pytest.mark.usefixtures("read")
def test_the_list_of_reports_leads_to_them(librarian: FlaskClient, clock: HandClock) -> None:
    clock.time = datetime(2026, 5, 1, tzinfo=UTC)
    listed = librarian.get(f"{BASE}/r51/reports").json
    assert [one["Report_ID"] for one in listed] == ["PR", "PR_P1", "TR", "TR_B1", "TR_B2", "TR_B3"]
    months = {(one["First_Month_Available"], one["Last_Month_Available"]) for one in listed}
    assert months == {("2026-03", "2026-04")}
    for one in listed:
        told = librarian.get(f"{one['Path']}?{MARCH}").json
        assert told["Report_Header"]["Report_ID"] == one["Report_ID"]
        assert told["Report_Items"]


def test_of_a_library_without_any_use_the_list_names_months_too(librarian: FlaskClient) -> None:
    listed = librarian.get(f"{BASE}/r51/reports").json
    months = {(one["First_Month_Available"], one["Last_Month_Available"]) for one in listed}
    assert months == {("2026-03", "2026-03")}
    header = librarian.get(f"{listed[0]['Path']}?{MARCH}").json["Report_Header"]
    assert [one["Code"] for one in header["Exceptions"]] == [3030]


def test_anybody_sees_whether_reports_can_be_had_and_whose_they_are_see_librarians(
    stranger: FlaskClient, librarian: FlaskClient
) -> None:
    (status,) = stranger.get(f"{BASE}/r51/status?customer_id=x&anything=y").json
    assert status["Service_Active"] is True
    assert librarian.get(f"{BASE}/r51/members").json == [
        {
            "Customer_ID": "lending",
            "Institution_Name": "lending",
            "Institution_ID": {"Proprietary": ["lending:lending"]},
        }
    ]


# --- who harvests ------------------------------------------------------------------------------------------

GUARDED = ["members", "reports", f"reports/tr?{MARCH}"]


def exception_of(answer: TestResponse, status: int) -> dict[str, Any]:
    """One of the Code's exceptions, as appendix D has it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text
    told: dict[str, Any] = json.loads(answer.data)
    assert {"Code", "Message"} <= set(told) <= {"Code", "Message", "Data"}
    return told


def key_of(client: FlaskClient, *, read_only: bool = True) -> str:
    made = client.post("/api/v1/tokens", json={"label": "harvest", "read_only": read_only}).json
    return str(made["secret"])


def asked(client: FlaskClient, path: str, **credentials: str) -> TestResponse:
    return client.get(f"{BASE}/r51/{path}{'&' if '?' in path else '?'}{urlencode(credentials)}")


@pytest.mark.parametrize("path", GUARDED)
def test_a_program_harvests_with_a_key_that_only_reads(
    librarian: FlaskClient, stranger: FlaskClient, path: str
) -> None:
    key = key_of(librarian)
    answer = asked(stranger, path, customer_id="lending", requestor_id="anybody", api_key=key)
    assert answer.status_code == 200, answer.text
    if "reports/" in path:
        assert [one["Code"] for one in answer.json["Report_Header"]["Exceptions"]] == [3030]


@pytest.mark.parametrize("path", GUARDED)
def test_without_a_key_something_is_missing(stranger: FlaskClient, path: str) -> None:
    told = exception_of(asked(stranger, path, customer_id="lending"), 400)
    assert (told["Code"], told["Data"]) == (1030, "missing: api_key")
    told = exception_of(asked(stranger, path, customer_id="lending", requestor_id="me"), 401)
    assert told["Code"] == 2000


@pytest.mark.parametrize("path", GUARDED)
def test_a_key_that_is_no_librarians_or_may_do_more_than_read_is_no_key(
    librarian: FlaskClient, owner: FlaskClient, stranger: FlaskClient, path: str
) -> None:
    for key in ("nonsense", "", key_of(owner), key_of(librarian, read_only=False)):
        told = exception_of(asked(stranger, path, customer_id="lending", api_key=key), 401)
        assert (told["Code"], told["Message"]) == (2020, "APIKey Invalid")
    bearer = {"Authorization": "Bearer nonsense"}
    assert exception_of(stranger.get(f"{BASE}/r51/{path}", headers=bearer), 401)["Code"] == 2020


@pytest.mark.parametrize("path", GUARDED)
def test_a_key_is_for_this_library_alone(librarian: FlaskClient, stranger: FlaskClient, path: str) -> None:
    key = key_of(librarian)
    assert exception_of(asked(stranger, path, api_key=key), 400)["Data"] == "missing: customer_id"
    told = exception_of(asked(stranger, path, api_key=key, customer_id="other"), 403)
    assert told["Code"] == 2010
    assert exception_of(asked(librarian, path, customer_id="other"), 403)["Code"] == 2010
    world = exception_of(asked(stranger, path, api_key=key, customer_id="0" * 16), 403)
    assert (world["Code"], world["Message"]) == (2011, "Global Reports Not Supported")


@pytest.mark.parametrize("path", GUARDED)
def test_an_owner_who_signed_in_is_told_no_usage(owner: FlaskClient, path: str) -> None:
    assert exception_of(asked(owner, path), 403)["Code"] == 2010


def test_a_key_in_the_address_opens_nothing_else(librarian: FlaskClient, stranger: FlaskClient) -> None:
    key = key_of(librarian)
    for path in (f"{BASE}/tables/tr?{MARCH}", "/api/v1/log?", "/api/v1/me?"):
        assert stranger.get(f"{path}&api_key={key}&customer_id=lending").status_code in (401, 404)


def test_while_the_database_is_away_the_service_is(
    librarian: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Period:
        raise LibraryUnavailable("locked")

    monkeypatch.setattr(Usage, "available", away)
    answer = librarian.get(f"{BASE}/r51/reports")
    assert exception_of(answer, 503)["Code"] == 1000
    assert answer.headers["Retry-After"]


def test_librarians_find_the_reports_on_the_page_of_the_log(librarian: FlaskClient) -> None:
    page = librarian.get("/log").text
    for report in ("pr", "pr_p1", "tr", "tr_b1", "tr_b2", "tr_b3"):
        assert f'formaction="{BASE}/tables/{report}"' in page


def test_the_form_means_the_latest_month_that_is_over(librarian: FlaskClient) -> None:
    """Section 5.2."""
    page = librarian.get("/log").text
    for name in ("begin_date", "end_date"):
        assert re.search(f'name="{name}" type="month" value="2026-03"', page)
    assert "2026-04" not in page[page.index('id="counter"') : page.index("</details>", page.index("PR_P1"))]


def test_the_form_has_what_can_be_chosen_of_the_reports_that_are_no_views(librarian: FlaskClient) -> None:
    page = librarian.get("/log").text
    views, *others = re.findall(r"<form.*?</form>", page[page.index('id="counter"') :], re.DOTALL)[:3]
    assert "tr_b1" in views
    assert "metric_type" not in views
    platform, title = others
    for name in (
        "metric_type",
        "data_type",
        "access_method",
        "attributes_to_show",
        "exclude_monthly_details",
    ):
        assert f'name="{name}"' in platform
        assert f'name="{name}"' in title
    assert 'name="yop"' not in platform
    assert 'name="yop"' in title
    assert "<option>Total_Item_Requests</option>" in title


@pytest.mark.usefixtures("read")
def test_the_forms_as_they_are_sent_are_reports_without_exceptions(librarian: FlaskClient) -> None:
    for report, filters in (
        ("tr", "metric_type=&data_type=&access_type=&access_method=&yop=&item_id="),
        ("pr", ""),
    ):
        answer = librarian.get(f"{BASE}/tables/{report}?{MARCH}&format=csv&{filters}")
        assert answer.text.splitlines()[8] == "Exceptions,"
