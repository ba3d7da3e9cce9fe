"""The HTML pages, one blueprint for each kind of visitor.

house      the door: landing page, problem pages, health
account    sign-in, the first account, password, access tokens, language
owner      the shelf, a book's page, lending
rules      how owners lend
terms      what owners ask of those who read their books
borrower   the lend link, the reader
librarian  the loan log
"""

from flask import Flask

from lending.web.pages import account, borrower, furniture, house, librarian, owner, rules, terms


def register(app: Flask) -> None:
    """Hang the pages into an app."""
    for room in (house, account, owner, rules, terms, borrower, librarian):
        app.register_blueprint(room.bp)
    furniture.furnish(app)
