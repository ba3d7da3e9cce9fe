"""The WSGI entrance: granian's workers call `create`; other WSGI servers can (`lending.wsgi:create()`)."""

import atexit

from flask import Flask

from lending.bootstrap import build
from lending.config import Settings, from_environment
from lending.web.app import create_app


def create(settings: Settings | None = None, redis_url: str = "") -> Flask:
    """The web application of the library in a data folder that `bootstrap.prepare` made ready."""
    settings = settings or from_environment()
    services = build(settings, redis_url=redis_url)
    atexit.register(services.upkeep.close)  # what it has counted of the use of books is still to be written
    return create_app(services, settings)
