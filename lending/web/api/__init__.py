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
carrying    a loan changes its device
loans       due dates: renewing, more time, recalling; lost copies
rules       how an owner lends
terms       what owners ask of those who read their books
reading     a loan's parts, one at a time
searching   words looked for in a loan's book
marks       bookmarks, highlights and notes, brought together from several devices
taking_home marks as files to take home
places      where a reader is, and what they chose
locators    places in a book, as the reading page writes them
about       what a loan's book says of itself
log         the librarian's log and the record
"""

from flask import Blueprint, Flask

from lending.web.api import (
    about,
    accounts,
    carrying,
    copies,
    document,
    links,
    loans,
    log,
    marks,
    places,
    reading,
    rules,
    searching,
    taking_home,
    terms,
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
        carrying,
        rules,
        terms,
        reading,
        searching,
        about,
        marks,
        places,
        taking_home,
        log,
    )
    for subject in subjects:
        version.register_blueprint(subject.bp)
    return version
