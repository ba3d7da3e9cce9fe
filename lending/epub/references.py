"""Where an address in a book leads, and whether a reader's browser may follow it.

Addresses are read as browsers read them (WHATWG URL), not as they look: `Ja\\tva\\nScript:x` is a script,
`\\\\host/x` and `//host/x` are another server, `%2e%2e/x` is the folder above.
"""

import re
from dataclasses import dataclass
from posixpath import dirname
from urllib.parse import quote, unquote

_AROUND = "".join(map(chr, range(0x21)))  # C0 controls and space, which browsers trim
_WITHIN = re.compile(r"[\t\n\r]")  # which browsers remove wherever they stand
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_RASTER_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp|avif|bmp)[;,]", re.IGNORECASE)
_FONT_DATA = re.compile(
    r"data:(font/(ttf|otf|sfnt|woff2?|collection)"
    r"|application/(x-)?font-(ttf|otf|woff2?|truetype|opentype)"
    r"|application/vnd\.ms-opentype)[;,]",
    re.IGNORECASE,
)
_ENCODED_SLASH = re.compile(r"%(2f|5c|00)", re.IGNORECASE)
_FOLLOWABLE = frozenset({"http", "https", "mailto"})
# What browsers leave as it is in a path (WHATWG path percent-encode set), so that an address made here
# equals the one that a browser makes of a relative link.
_PATH_SAFE = "/!$&'()*+,;=:@[]|~"


@dataclass(frozen=True)
class Target:
    """A place in the same book: `path` as in the archive (decoded), `fragment` as it was written."""

    path: str
    fragment: str = ""


def encode_path(path: str) -> str:
    """The in-archive path as it stands in a URL.

    >>> encode_path("OPS/a b#?.xhtml")
    'OPS/a%20b%23%3F.xhtml'
    """
    return quote(path, safe=_PATH_SAFE)


def resolve(document: str, address: str) -> Target | None:
    """Where `address`, written in the in-archive file `document`, leads; None if out of the book.

    >>> resolve("OPS/text/1.xhtml", "../img/a%20b.png#x")
    Target(path='OPS/img/a b.png', fragment='x')
    >>> resolve("OPS/1.xhtml", "../../x.png") is None
    True
    """
    address = _as_browsers_read(address)
    if _SCHEME.match(address) or address.startswith("/"):
        return None
    rest, _, fragment = address.partition("#")
    path = rest.partition("?")[0]
    if _ENCODED_SLASH.search(path):
        return None
    if not path:
        return Target(document, fragment)
    walked = _walk(dirname(document), unquote(path))
    return None if walked is None else Target(walked, fragment)


def _as_browsers_read(address: str) -> str:
    return _WITHIN.sub("", address.strip(_AROUND)).replace("\\", "/")


def _walk(folder: str, path: str) -> str | None:
    steps = [step for step in folder.split("/") if step]
    for step in path.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps) or None


class References:
    """Judges the addresses written in one file of a book. Each answer is the address to keep, or None.

    Addresses that stay are left relative, since a file is served at its own path. With `resources_at` (the
    relative URL of the book's root, ending in a slash) they are rewritten to start there instead: for a
    page that stands elsewhere. Links are never rewritten: the reading page resolves them by the file's path.
    """

    def __init__(self, document: str, resources_at: str | None = None) -> None:
        self.document = document
        self._resources_at = resources_at

    def resource(self, address: str) -> str | None:
        """Something that the browser loads by itself: only from the same book."""
        target = resolve(self.document, address)
        if target is None:
            return None
        address = _as_browsers_read(address)
        if self._resources_at is None or address.startswith("#"):
            return address
        fragment = f"#{target.fragment}" if target.fragment else ""
        return self._resources_at + encode_path(target.path) + fragment

    def image(self, address: str) -> str | None:
        """A picture: from the same book, or spelled out in the address itself (not as SVG, a document)."""
        spelled_out = _as_browsers_read(address)
        return spelled_out if _RASTER_DATA.match(spelled_out) else self.resource(address)

    def style_resource(self, address: str) -> str | None:
        """What a stylesheet loads: from the same book, or a picture or font spelled out in it."""
        spelled_out = _as_browsers_read(address)
        return spelled_out if _FONT_DATA.match(spelled_out) else self.image(address)

    def link(self, address: str) -> str | None:
        """Something a person may press: a place in the book, a web page or an e-mail address."""
        address = _as_browsers_read(address)
        scheme = _SCHEME.match(address)
        if scheme:
            return address if scheme[1].lower() in _FOLLOWABLE else None
        return None if resolve(self.document, address) is None else address


def leads_elsewhere(text: str) -> bool:
    """Whether the text, taken for an address, names a scheme or another server."""
    address = _as_browsers_read(text)
    return address.startswith("//") or bool(_SCHEME.match(address))
