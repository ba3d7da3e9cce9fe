"""The HTML pages, one blueprint for each kind of visitor.

house      the door: landing page, problem pages, health
account    sign-in, the first account, password, access tokens, language
owner      the shelf, a book's page, lending
giving     giving a copy away, accepting it
taking_out taking a copy out, with its file
rules      how owners lend
terms      what owners ask of those who read their books
asking     pages where people ask to borrow, and their places in the line
borrower   the lend link, the reader
librarian  the loan log
witnesses  the log's promises, in plain text, for other machines
overview   the library as a whole
unusual    loans about which something unusual was noticed
lives      the story of a copy, and of a loan
integrity  that nobody has rewritten the log
stock      whether the files are as they should be
"""

from flask import Flask

from lending.web.pages import (
    account,
    asking,
    borrower,
    furniture,
    giving,
    house,
    integrity,
    librarian,
    lives,
    overview,
    owner,
    rules,
    stock,
    taking_out,
    terms,
    unusual,
    witnesses,
)


def register(app: Flask) -> None:
    """Hang the pages into an app."""
    of_owners = (owner, giving, taking_out, rules, terms)
    of_librarians = (overview, librarian, unusual, lives, integrity, stock)
    for room in (house, account, *of_owners, asking, borrower, *of_librarians, witnesses):
        app.register_blueprint(room.bp)
    furniture.furnish(app)
