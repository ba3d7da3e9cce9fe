"""Marks as a text to read and to keep, in Markdown (CommonMark 0.31)."""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from lending.marks.records import Kind
from lending.marks.taking_home import Collection, Keepsake

_MEANINGFUL: Final = re.compile(r"([\\`*_\[\]<>&])")
_AT_LINE_START: Final = re.compile(r"^(\s*)([#+=~|-]|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that are neither the reader's nor the book's; `{page}` and `{percent}` are blanks."""

    page: str = "Page {page}"
    percent: str = "{percent} %"
    bookmark: str = "Bookmark"
    nothing: str = "Nothing was marked."


def markdown(collection: Collection, words: Words) -> str:
    """The book's title and authors, then its chapters (or pages) with what was marked there: the book's words
    quoted, the reader's below them."""
    book = collection.book
    blocks = [f"# {literal(_one_line(book.title))}"]
    if book.authors:
        blocks.append(literal(", ".join(map(_one_line, book.authors))))
    for heading, keepsakes in groupby(collection.keepsakes, key=lambda one: _heading(one, words)):
        if heading:
            blocks.append(f"## {literal(heading)}")
        for keepsake in keepsakes:
            blocks += _blocks(keepsake, words)
    if not collection.keepsakes:
        blocks.append(literal(words.nothing))
    return "\n\n".join(blocks) + "\n"


def literal(text: str) -> str:
    """A text that says the same in Markdown as it does plainly: nothing in it is taken for markup."""
    escaped = _AT_LINE_START.sub(_escaped_start, _MEANINGFUL.sub(r"\\\1", text))
    return "\n".join(line.strip() for line in escaped.splitlines())


def _escaped_start(found: re.Match[str]) -> str:
    space, start = found.groups()
    # A digit can't be escaped; what follows it makes the list, and is.
    return f"{space}{start}\\" if start[0].isdigit() else f"{space}\\{start}"


def _heading(keepsake: Keepsake, words: Words) -> str:
    if keepsake.chapter or keepsake.page is None:
        return keepsake.chapter
    return words.page.format(page=keepsake.page)


def _blocks(keepsake: Keepsake, words: Words) -> list[str]:
    writing = keepsake.mark.writing
    place = _place(keepsake, words)
    blocks = [f"*{literal(place)}*"] if place else []
    if writing.text.strip():
        lines = literal(writing.text.strip()).split("\n")
        blocks.append("\n".join(f"> {line}".rstrip() for line in lines))
    if writing.note.strip():
        blocks.append(_in_lines(literal(writing.note.strip())))
    return blocks


def _place(keepsake: Keepsake, words: Words) -> str:
    """What stands above a mark where its heading doesn't say it: its page, and that it is a bookmark."""
    said = [words.bookmark] if keepsake.mark.writing.kind is Kind.BOOKMARK else []
    if keepsake.page is None:
        said.append(words.percent.format(percent=round(keepsake.mark.writing.fraction * 100)))
    elif keepsake.chapter:
        said.append(words.page.format(page=keepsake.page))
    return ", ".join(said)


def _in_lines(text: str) -> str:
    """The reader's line breaks are kept, not only their paragraphs."""
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "\\\\\n", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
