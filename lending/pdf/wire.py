"""How questions and answers cross the pipe between the server and a drawing process.

    message = [length of JSON, 4 bytes][length of data, 4 bytes][JSON][data]

The server asks `{"do": "catalogue" | "draw" | "tile" | "text" | "words" | "traits", ...}`. It gets
`{"ok": ...}`, a refusal `{"refused": code, "args": [...]}`, or a fault `{"fault": name, "says": text}`.

What comes from a drawing process is not trusted: a hostile PDF may be speaking.
"""

import dataclasses
import json
import struct
from typing import Any, BinaryIO, Final

from lending.pdf.records import OutlineEntry, PageLink, PageText, PdfRecord, PdfTraits
from lending.refusals import (
    DamagedFile,
    DrmProtected,
    EmptyFile,
    NoSuchPart,
    NotABook,
    NothingToRead,
    PartUnreadable,
    PasswordProtected,
    Refusal,
)

LENGTHS: Final = struct.Struct(">II")
LARGEST: Final = 64 * 1024 * 1024
"""No part of an answer is longer than this. (16 million pixels of noise come to less.)"""

Json = dict[str, Any]

_REFUSALS: Final[dict[str, type[Refusal]]] = {
    refusal.code: refusal
    for refusal in (
        DamagedFile,
        DrmProtected,
        EmptyFile,
        NoSuchPart,
        NotABook,
        NothingToRead,
        PartUnreadable,
        PasswordProtected,
    )
}


class Garbled(Exception):
    """A message breaks the rules above."""


def pack(message: Json, data: bytes = b"") -> bytes:
    """A message as it crosses the pipe."""
    body = json.dumps(message).encode()
    return LENGTHS.pack(len(body), len(data)) + body + data


def lengths(head: bytes) -> tuple[int, int]:
    """How much JSON and how much data follow. Raises `Garbled` if it is too much."""
    body, data = LENGTHS.unpack(head)
    if max(body, data) > LARGEST:
        raise Garbled("too long")
    return body, data


def parse(body: bytes) -> Json:
    """The JSON object of a message. Raises `Garbled`."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Garbled(str(error)) from None
    if not isinstance(message, dict):
        raise Garbled("not an object")
    return message


def receive(stream: BinaryIO) -> Json | None:
    """The next question, waiting for it as long as it takes; None when the server has gone."""
    head = stream.read(LENGTHS.size)
    if len(head) < LENGTHS.size:
        return None
    body, _ = lengths(head)
    return parse(stream.read(body))


def pack_refusal(refusal: Refusal) -> bytes:
    """The answer that declines."""
    return pack({"refused": refusal.code, "args": [str(arg) for arg in refusal.args]})


def refusal(message: Json) -> Refusal:
    """The refusal that an answer carries."""
    try:
        return _REFUSALS[message["refused"]](*message["args"])
    except (KeyError, TypeError) as error:
        raise Garbled(str(error)) from None


def pack_record(record: PdfRecord) -> Json:
    """A record as JSON."""
    return dataclasses.asdict(record)


def record(message: Json) -> PdfRecord:
    """The record in an answer."""
    try:
        return PdfRecord(
            title=str(message["title"]),
            authors=[str(name) for name in message["authors"]],
            subject=str(message["subject"]),
            language=str(message["language"]),
            page_count=int(message["page_count"]),
            page_sizes=[(float(w), float(h), int(count)) for w, h, count in message["page_sizes"]],
            page_labels=[str(label) for label in message["page_labels"]],
            outline=[_entry(entry) for entry in message["outline"]],
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Garbled(str(error)) from None


def _entry(message: Json) -> OutlineEntry:
    page = message["page"]
    children = [_entry(child) for child in message["children"]]
    return OutlineEntry(str(message["label"]), None if page is None else int(page), children)


def page_text(message: Json) -> PageText:
    """The text of a page in an answer."""
    try:
        lines = [(float(x), float(y), float(w), float(h), str(text)) for x, y, w, h, text in message["lines"]]
        links = [_link(link) for link in message["links"]]
        return PageText(float(message["width"]), float(message["height"]), lines, links)
    except (KeyError, TypeError, ValueError) as error:
        raise Garbled(str(error)) from None


def _link(message: Json) -> PageLink:
    x, y, width, height = message["box"]
    page = message["page"]
    box = (float(x), float(y), float(width), float(height))
    return PageLink(box, None if page is None else int(page), str(message["href"]))


def pack_traits(traits: PdfTraits) -> Json:
    """Traits as JSON."""
    return dataclasses.asdict(traits)


def traits(message: Json) -> PdfTraits:
    """The traits in an answer."""
    try:
        return PdfTraits(tagged=bool(message["tagged"]), has_text=bool(message["has_text"]))
    except (KeyError, TypeError) as error:
        raise Garbled(str(error)) from None


def words(message: Any, most: int) -> list[str | None]:
    """The texts of a run of pages in an answer: one at least, `most` at most."""
    if not isinstance(message, list) or not 1 <= len(message) <= most:
        raise Garbled("no run of pages")
    return [None if text is None else str(text) for text in message]
