"""Which kinds of files a book may show in a browser, and under which media type each is sent.

A kind that isn't named here (scripts, PDFs, archives, programs, data of other readers) is never served.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is done with a file before it is served."""

    PAGE = "page"
    DRAWING = "drawing"
    STYLESHEET = "stylesheet"
    OVERLAY = "overlay"
    CAPTIONS = "captions"
    PICTURE = "picture"
    FONT = "font"
    SOUND = "sound"
    FILM = "film"


XHTML_TYPE: Final = "application/xhtml+xml"
SVG_TYPE: Final = "image/svg+xml"

_KINDS: Final = {
    XHTML_TYPE: Kind.PAGE,
    SVG_TYPE: Kind.DRAWING,
    "text/css": Kind.STYLESHEET,
    "application/smil+xml": Kind.OVERLAY,
    "text/vtt": Kind.CAPTIONS,
    **dict.fromkeys(
        ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"), Kind.PICTURE
    ),
    **dict.fromkeys(("font/ttf", "font/otf", "font/woff", "font/woff2", "font/collection"), Kind.FONT),
    **dict.fromkeys(
        (
            "audio/mpeg",
            "audio/mp4",
            "audio/aac",
            "audio/ogg",
            "audio/opus",
            "audio/wav",
            "audio/flac",
            "audio/webm",
        ),
        Kind.SOUND,
    ),
    **dict.fromkeys(("video/mp4", "video/webm", "video/ogg", "video/mpeg", "video/quicktime"), Kind.FILM),
}

# What books call them: older names, and plain mistakes that are common.
_ALIASES: Final = {
    "text/html": XHTML_TYPE,
    "application/html": XHTML_TYPE,
    "application/xhtml": XHTML_TYPE,
    "text/xhtml": XHTML_TYPE,
    "text/x-oeb1-document": XHTML_TYPE,
    "text/x-oeb1-css": "text/css",
    "image/jpg": "image/jpeg",
    "image/svg": SVG_TYPE,
    "audio/mp3": "audio/mpeg",
    "audio/x-mpeg": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "application/ogg": "audio/ogg",
    "application/smil": "application/smil+xml",
    "font/opentype": "font/otf",
    "font/truetype": "font/ttf",
    "application/x-font-opentype": "font/otf",
    "application/x-font-otf": "font/otf",
    "application/x-font-truetype": "font/ttf",
    "application/x-font-ttf": "font/ttf",
    "application/font-woff": "font/woff",
    "application/x-font-woff": "font/woff",
    "application/font-woff2": "font/woff2",
}

# Declarations that say nothing certain, so that the name's ending decides.
_VAGUE: Final = frozenset(
    {
        "",
        "application/octet-stream",
        "text/plain",
        "text/xml",
        "application/xml",
        "application/vnd.ms-opentype",
        "application/font-sfnt",
        "application/x-font",
    }
)
_ENDINGS: Final = {
    "xhtml": XHTML_TYPE,
    "html": XHTML_TYPE,
    "htm": XHTML_TYPE,
    "svg": SVG_TYPE,
    "css": "text/css",
    "smil": "application/smil+xml",
    "vtt": "text/vtt",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


def settle_type(declared: str, path: str) -> str:
    """The media type to go by: the manifest's, in its modern name; by the file's ending if it says nothing.

    >>> settle_type("image/jpg", "a"), settle_type("application/vnd.ms-opentype", "a.otf")
    ('image/jpeg', 'font/otf')
    """
    plain = declared.partition(";")[0].strip().lower()
    if plain in _VAGUE:
        return _ENDINGS.get(path.rpartition(".")[2].lower(), plain)
    return _ALIASES.get(plain, plain)


def kind_of(media_type: str) -> Kind | None:
    """What kind of file a settled media type names, or None for what is never served."""
    return _KINDS.get(media_type)
