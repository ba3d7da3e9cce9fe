"""A browser, and books on loan to it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def epub(owner: FlaskClient, browser: Browser) -> str:
    """The address of an EPUB on loan to `browser`."""
    return f"/api/v1/loans/{browser.borrow(lend(owner, add(owner, books.epub())), 'Mia')}"


@pytest.fixture
def pdf(owner: FlaskClient, browser: Browser) -> str:
    """The address of a PDF on loan to `browser`."""
    return f"/api/v1/loans/{browser.borrow(lend(owner, add(owner, books.pdf(), PDF)))}"


@pytest.fixture
def loan(epub: str) -> str:
    """The address of a book on loan to `browser`, whichever."""
    return epub
