"""A book tells of itself to its reader, its owner, and who is offered it."""

from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser


def test_a_reader_is_told_about_the_book(app: Flask, owner: FlaskClient) -> None:
    browser = Browser(app)
    loan = browser.borrow(lend(owner, add(owner, books.epub())))
    about = browser.client.get(f"/api/v1/loans/{loan}/about").json
    assert (about["title"], about["authors"], about["lender"]) == ("Herons", ["Ida Example"], "Ana")
    assert about["accessibility"] == [
        {"heading": "Accessibility", "statements": ["No information is available."]}
    ]
    assert owner.get(f"/api/v1/loans/{loan}/about").json["code"] == "not-your-loan"


def test_who_is_offered_a_book_is_told_before_borrowing(app: Flask, owner: FlaskClient) -> None:
    offer = Browser(app).look(lend(owner, add(owner, books.pdf(), PDF))).json
    assert offer["accessibility"] == [
        "Appearance can’t be modified, but the page can be enlarged.",
        "Has text that can be read aloud, searched and selected.",
        "Its structure is not marked for screen readers.",
    ]


def test_the_owner_is_told_on_the_books_page(owner: FlaskClient) -> None:
    page = owner.get(f"/books/{add(owner, books.pdf(), PDF)}").text
    assert "Its structure is not marked for screen readers." in page
