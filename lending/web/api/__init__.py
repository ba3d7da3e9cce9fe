"""The JSON API under /api/v1, and its OpenAPI document.

contract    what each view promises: checked at the door, told in the document
document    the OpenAPI 3.1 document, made from the contracts
converters  parts of addresses that are checked by the router
shapes      what several subjects say in JSON: a copy, a link, a loan
accounts    who am I, access tokens
uploads     books coming in, by tus 1.0
copies      the shelf
links       lend links, claims, the owner's own reading
bindings    what a browser proves when a loan becomes its own
gifts       a copy changes hands, and whose it has been
taking_out  a copy leaves with its file
asking      who asks to borrow, and their place in the line
lines       the line as its owner has it: ask pages, who waits
carrying    a loan changes its device
passing     a loan goes on to a friend
qr_codes    addresses drawn for other devices' cameras
loans       due dates: renewing, more time, recalling; lost copies
rules       how an owner lends
terms       what owners ask of those who read their books
reading     a loan's parts, one at a time
seats       in which of its windows a loan is read
searching   words looked for in a loan's book
marks       bookmarks, highlights and notes, brought together from several devices
taking_home marks as files to take home
receipts    proofs of check-outs and returns
places      where a reader is, and what they chose
locators    places in a book, as the reading page writes them
about       what a loan's book says of itself
letters     no more letters
news        what others did with an owner's copies, for pages that ask often
log         the librarian's log and the record
tiles       the log's tree, for whoever computes proofs
counter     COUNTER reports for programs: how often titles were read
counter_tables  the same for spreadsheets
"""

from flask import Blueprint, Flask

from lending.web.api import (
    about,
    accounts,
    asking,
    carrying,
    copies,
    counter,
    counter_tables,
    document,
    gifts,
    letters,
    lines,
    links,
    loans,
    log,
    marks,
    news,
    passing,
    places,
    reading,
    receipts,
    rules,
    searching,
    seats,
    taking_home,
    taking_out,
    terms,
    tiles,
    uploads,
)
from lending.web.api.converters import IdConverter

PREFIX = "/api/v1"


def openapi_app() -> Flask:
    """A bare app with the API's addresses; whoever calls gives it services, guards and error handlers."""
    app = Flask("lending.web")
    app.url_map.converters["id"] = IdConverter
    app.register_blueprint(document.bp)
    app.register_blueprint(_version_1())
    return app


def _version_1() -> Blueprint:
    version = Blueprint("api", __name__, url_prefix=PREFIX)
    subjects = (
        accounts,
        uploads,
        copies,
        links,
        loans,
        asking,
        lines,
        carrying,
        gifts,
        passing,
        taking_out,
        rules,
        terms,
        reading,
        seats,
        searching,
        about,
        marks,
        places,
        taking_home,
        receipts,
        letters,
        news,
        log,
        counter,
        counter_tables,
        tiles,
    )
    for subject in subjects:
        version.register_blueprint(subject.bp)
    return version
