import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.web.pages import asking as asking_pages
from lending.web.pages import owner as owner_pages
from tests.web.api.asking import add
from tests.web.books import epub


@pytest.mark.parametrize(
    ("pages", "number", "shown"),
    [
        (1, 1, ""),
        (3, 1, "1* 2 3 ›"),
        (3, 3, "‹ 1 2 3*"),
        (9, 5, "‹ 1 … 3 4 5* 6 7 … 9 ›"),
        (20, 1, "1* 2 3 … 20 ›"),
    ],
)
def test_a_long_shelf_leads_to_its_first_last_and_neighbouring_pages(
    app: Flask, pages: int, number: int, shown: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        parts = app.jinja_env.get_template("parts.html").make_module({})
        html = str(parts.pagination(pages, number, "/shelf?page={}".format))
    items = re.findall(r"<li>(.*?)</li>", html)
    assert " ".join(map(_seen, items)) == shown
    assert re.findall(r'page=(\d+)" rel="(\w+)"', html) == [
        (str(to), rel) for to, rel in ((number - 1, "prev"), (number + 1, "next")) if 1 <= to <= pages
    ]


def _seen(item: str) -> str:
    text = re.sub(r'<span class="unseen">.*?</span>|<[^>]+>', "", item)
    return text + "*" * ('aria-current="page"' in item)


@pytest.fixture
def three_books(owner: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (owner_pages, asking_pages):
        monkeypatch.setattr(module, "PAGE", 1)
    for number in range(3):
        add(owner, epub(f"Salt {number}"))


@pytest.mark.usefixtures("three_books")
def test_the_pages_of_a_shelf_keep_what_is_looked_for_and_its_order(owner: FlaskClient) -> None:
    html = owner.get("/shelf?q=salt&order=title&page=2").text
    assert re.findall(r'href="(/shelf\?[^"]*page=\d)"', html) == [
        f"/shelf?q=salt&amp;order=title&amp;page={to}" for to in (1, 1, 2, 3, 3)
    ]


@pytest.mark.usefixtures("three_books")
def test_the_pages_of_a_shelf_that_is_lent_from_keep_what_is_looked_for(owner: FlaskClient) -> None:
    page_id = owner.put("/api/v1/account/ask-page", json={"approves": False}).json["id"]
    html = owner.get(f"/ask/{page_id}?q=salt&page=1").text
    assert re.findall(r'href="(/ask/[^"]*page=\d)"', html) == [
        f"/ask/{page_id}?q=salt&amp;page={to}" for to in (1, 2, 3, 2)
    ]
