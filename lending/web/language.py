"""Which language a page is told in."""

from flask import has_request_context, request

from lending.web import cookies

LANGUAGES = {"en": "English", "es": "Español"}


def of_request() -> str:
    """The language that was chosen, else the best of those that the browser prefers."""
    if not has_request_context():
        return "en"
    chosen = cookies.read(request, cookies.LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"
