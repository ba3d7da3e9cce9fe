"""The sample texts.

A file of `texts/` begins with lines of `name: value`. Then follow its chapters:

    = A part, from here to the next
    # A chapter's title            ([gl] before it: in another language than the book)

    Lines of verse, or a paragraph of prose in one line.
      A line of verse may be set in.

    * * *                          a break
    > A moral, or a motto.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

BREAK: Final = "* * *"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter or poem. A stanza is its lines; a paragraph of prose is a stanza of one line."""

    title: str
    part: str
    language: str
    stanzas: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A text with what its title page says."""

    name: str
    title: str
    author: str
    language: str
    published: str
    kind: str
    """`verse` or `prose`."""
    about: str
    source: str
    chapters: tuple[Chapter, ...]


def load(name: str) -> Work:
    """The work in `texts/<name>.txt`."""
    text = files(__package__).joinpath("texts", f"{name}.txt").read_text(encoding="utf-8")
    head, _, body = text.partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return Work(name=name, chapters=tuple(_chapters(body, said["language"])), **said)


def _chapters(body: str, language: str) -> list[Chapter]:
    chapters: list[Chapter] = []
    part = ""
    for block in f"\n{body}".split("\n# "):
        heading, _, rest = block.partition("\n")
        text, _, next_part = rest.partition("\n= ")
        if heading:
            own_language, title = _title(heading, language)
            chapters.append(Chapter(title, part, own_language, _stanzas(text)))
        else:
            next_part = rest.removeprefix("= ")
        part = next_part.strip() or part
    return chapters


def _title(heading: str, language: str) -> tuple[str, str]:
    if not heading.startswith("["):
        return language, heading
    own_language, _, title = heading[1:].partition("] ")
    return own_language, title


def _stanzas(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(block.strip("\n").split("\n")) for block in text.split("\n\n") if block.strip())
