"""Words are looked for in a loan's book, by whoever has the loan."""

import pytest
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser


def test_words_are_found_in_an_epub(browser: Browser, epub: str) -> None:
    found = browser.client.get(f"{epub}/search", query_string={"q": "Lighthouse KEEPER"}).json
    (hit,) = found["hits"]
    assert hit == {
        "part": 0,
        "start": 7,
        "end": 24,
        "before": "One The ",
        "match": "lighthouse keeper",
        "after": " counted seventeen herons.",
        "chapter": "",
    }
    assert (found["next"], found["parts"]) == (None, 2)


def test_words_are_found_in_a_pdf(owner: FlaskClient, browser: Browser) -> None:
    pdf = f"/api/v1/loans/{browser.borrow(lend(owner, add(owner, books.pdf(), PDF)))}"
    found = browser.client.get(f"{pdf}/search", query_string={"q": "second page", "from": 1}).json
    (hit,) = found["hits"]
    assert (hit["part"], hit["start"], hit["end"], hit["match"]) == (2, 0, 11, "SECOND PAGE")


def test_a_part_that_there_is_not_is_refused(browser: Browser, epub: str) -> None:
    answer = browser.client.get(f"{epub}/search?q=one&from=2")
    assert (answer.status_code, answer.json["code"]) == (404, "no-such-part")


@pytest.mark.parametrize("asked", ["", "q=", f"q={'x' * 201}", "q=a%00b", "q=a&from=-1", "q=a&from=x"])
def test_a_senseless_search_is_refused(browser: Browser, epub: str, asked: str) -> None:
    assert browser.client.get(f"{epub}/search?{asked}").status_code == 422


def test_nobody_else_looks_into_the_book(stranger: FlaskClient, owner: FlaskClient, epub: str) -> None:
    for client in (stranger, owner):
        assert client.get(f"{epub}/search?q=one").json["code"] == "not-your-loan"
