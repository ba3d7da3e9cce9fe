"""COUNTER reports over HTTP: at the paths of the COUNTER API, and as tables."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.ports.records import Role
from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock, signed_in

BASE = "/api/v1/counter"
MARCH = "begin_date=2026-03&end_date=2026-03"


@pytest.fixture
def read(app: Flask, owner: FlaskClient) -> None:
    """Mia has opened a chapter of an EPUB, and a page of a PDF; Noa came too late for the EPUB."""
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
    assert header["Exceptions"] == [
        {"Code": 3040, "Message": "Partial Data Returned", "Data": "2026-03 is not over"}
    ]
    for unheeded in ("customer_id=1", "requestor_id=x", "api_key=y"):
        assert librarian.get(f"{BASE}/r51/reports/tr_b1?{MARCH}&{unheeded}").status_code == 200


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


@pytest.mark.parametrize(
    "query",
    [
        "",
        "begin_date=2026-03",
        "begin_date=2026-03&end_date=2026-02",
        "begin_date=2026-03-02&end_date=2026-03-31",
        "begin_date=2026-02-30&end_date=2026-03-31",
        "begin_date=0000-01&end_date=2026-03",
        "begin_date=2026-13&end_date=2026-14",
        "begin_date=1026-01&end_date=2026-03",
    ],
)
def test_a_period_that_is_none_is_refused(librarian: FlaskClient, query: str) -> None:
    answer = librarian.get(f"{BASE}/r51/reports/tr?{query}")
    assert answer.json["code"] == "unacceptable-input"


def test_there_are_no_other_reports(librarian: FlaskClient) -> None:
    for path in ("r51/reports/tr_j1", "tables/ir"):
        assert librarian.get(f"{BASE}/{path}?{MARCH}").json["code"] == "not-found"


@pytest.mark.usefixtures("read")
def test_the_list_of_reports_leads_to_them(
    app: Flask, services: Services, librarian: FlaskClient, clock: HandClock
) -> None:
    listed = librarian.get(f"{BASE}/r51/reports").json
    assert [one["Report_ID"] for one in listed] == ["TR", "TR_B1", "TR_B2"]
    assert {one["First_Month_Available"] for one in listed} == {""}
    clock.time = datetime(2026, 5, 1, tzinfo=UTC)
    librarian = signed_in(app, services, "later", Role.LIBRARIAN)
    listed = librarian.get(f"{BASE}/r51/reports").json
    months = {(one["First_Month_Available"], one["Last_Month_Available"]) for one in listed}
    assert months == {("2026-03", "2026-04")}
    for one in listed:
        assert librarian.get(f"{one['Path']}?{MARCH}").json["Report_Header"]["Report_ID"] == one["Report_ID"]


def test_anybody_sees_whether_reports_can_be_had_and_whose_they_are_see_librarians(
    stranger: FlaskClient, librarian: FlaskClient
) -> None:
    assert stranger.get(f"{BASE}/r51/status").json["Service_Active"] is True
    assert librarian.get(f"{BASE}/r51/members").json == [
        {
            "Customer_ID": "lending",
            "Institution_Name": "lending",
            "Institution_ID": {"Proprietary": ["lending:lending"]},
        }
    ]


def test_librarians_find_the_reports_on_the_page_of_the_log(librarian: FlaskClient) -> None:
    page = librarian.get("/log").text
    for report in ("tr", "tr_b1", "tr_b2"):
        assert f'formaction="{BASE}/tables/{report}"' in page
    assert 'value="2026-01"' in page
    assert 'value="2026-03"' in page
