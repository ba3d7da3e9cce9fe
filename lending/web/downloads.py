"""Answers that browsers keep as files: what such a file is called (RFC 6266)."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from flask import Response

LONGEST_NAME: Final = 80
_NOT_IN_NAMES: Final = re.compile(r"[^\w .,()'’–-]+")


def plain_name(text: str) -> str:
    """A text as a name that every system takes: no paths, no signs with a meaning, none that nobody sees.
    Empty if nothing is left of it."""
    return " ".join(_NOT_IN_NAMES.sub(" ", text).split())[:LONGEST_NAME].strip(" .-")


def attach(response: Response, name: str) -> None:
    """Have the browser keep the answer under that name. Headers take no letters but Latin ones, so any other
    name stands there twice: bare, for who knows no better, and in full."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    said = f'attachment; filename="{bare}"'
    if bare != name:
        said += f"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = said
