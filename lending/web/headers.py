"""Security headers: the same everywhere, and one content security policy for each kind of response."""

from flask import Response, request

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Pages of ours: nothing inline, nothing from elsewhere."""

BOOK_PART = (
    "default-src 'none'; script-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self'; object-src 'none'; frame-src 'none'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""Parts of a book. The reading engine sandboxes nothing, so `script-src 'none'` here is what keeps a
book's scripts from running, should one get past cleaning. Inline style stays: books use it, and the
engine sets the reader's font and colours with it."""

NOTHING = "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; frame-ancestors 'self'"
"""Data and images: documents that load nothing. The reader frames parts of books, and so their refusals,
and the engine styles whatever it frames."""


def reader_page(engine_style_hashes: list[str]) -> str:
    """The policy of the page around a book: our scripts, the engine's own shadow styles, frames of parts."""
    styles = " ".join(f"'{one}'" for one in engine_style_hashes)
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {styles}; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; media-src 'self'; base-uri 'none'; "
        "form-action 'self'; object-src 'none'; frame-ancestors 'none'"
    )


def protect(response: Response) -> Response:
    """Add what every response carries, where the view hasn't said otherwise."""
    defaults = {
        "Content-Security-Policy": NOTHING if response.mimetype != "text/html" else PAGE,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
        "Cache-Control": "no-store",
    }
    if request.is_secure:
        # Elsewhere browsers ignore it, and complain of it on their console.
        defaults["Cross-Origin-Opener-Policy"] = "same-origin"
    for name, value in defaults.items():
        response.headers.setdefault(name, value)
    return response
