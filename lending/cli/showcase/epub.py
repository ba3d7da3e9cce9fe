"""A work as an EPUB 3, typeset with care."""

import io
from html import escape
from itertools import groupby

from ebooklib import epub

from lending.cli.showcase.works import BREAK, Chapter, Work

_STYLE = """
body { margin: 0 5%; line-height: 1.5; }
h1, h2 { font-weight: normal; text-align: center; hyphens: none; }
h1 { font-size: 1.9em; line-height: 1.2; margin: 0.4em 0; }
h2 { font-size: 1.35em; line-height: 1.3; margin: 2.2em 0 1.6em; }
p { margin: 0; text-align: justify; hyphens: auto; }
p + p { text-indent: 1.4em; }

.opening::first-line { font-variant-caps: small-caps; letter-spacing: 0.04em; }
.opening::first-letter { float: left; font-size: 3.1em; line-height: 0.85; padding: 0.06em 0.08em 0 0; }
.moral { margin: 1.6em 10% 0; text-align: center; text-indent: 0; font-style: italic; hyphens: none; }
.moral::before { content: "❦"; display: block; font-style: normal; margin-bottom: 0.5em; opacity: 0.6; }

.poem { max-width: 34em; margin: 0 auto; }
.stanza { margin: 0 0 1.2em; break-inside: avoid; }
.stanza span { display: block; padding-left: 2em; text-indent: -2em; }
.stanza .in { padding-left: 3.6em; }
.stanza .far { padding-left: 7em; }
.break { margin: 1.2em 0 2em; text-align: center; text-indent: 0; opacity: 0.6; }

.title-page { text-align: center; padding-top: 12%; }
.title-page p { text-align: center; text-indent: 0; hyphens: none; }
.author { font-variant-caps: small-caps; letter-spacing: 0.12em; font-size: 1.1em; }
.ornament { font-size: 1.6em; margin: 1.4em 0; opacity: 0.6; }
.source { font-size: 0.85em; margin: 0 12%; }
.part { text-align: center; padding-top: 30%; font-variant-caps: small-caps; letter-spacing: 0.06em; }
"""
_STYLE_NAME = "style.css"


def as_epub(work: Work, cover: bytes) -> bytes:
    """The EPUB of a work; `cover` is a JPEG."""
    book = epub.EpubBook()
    book.set_identifier(f"urn:lending:sample:{work.name}")
    book.set_title(work.title)
    book.set_language(work.language)
    book.add_author(work.author)
    book.add_metadata("DC", "description", work.about)
    book.add_metadata("DC", "date", work.published)
    book.add_metadata("DC", "rights", work.source)
    book.set_cover("cover.jpg", cover, create_page=False)
    style = epub.EpubItem("style", _STYLE_NAME, "text/css", _STYLE.encode())
    pages, contents = _pages(work)
    for item in (style, *pages, epub.EpubNcx(), epub.EpubNav()):
        book.add_item(item)
    book.toc, book.spine = contents, pages
    out = io.BytesIO()
    epub.write_epub(out, book)
    return out.getvalue()


def _pages(work: Work) -> tuple[list[epub.EpubHtml], list[object]]:
    """Every page in order, and the contents list, in which the chapters of a part stand below it."""
    pages = [_page("title", work.title, work.language, _title_page(work))]
    contents: list[object] = []
    numbers = iter(range(1, len(work.chapters) + 1))
    for part, chapters in groupby(work.chapters, lambda chapter: chapter.part):
        own = [_chapter_page(next(numbers), work, chapter) for chapter in chapters]
        if part:
            opening = _page(f"part-{own[0].id}", part, work.language, f'<h1 class="part">{escape(part)}</h1>')
            pages.append(opening)
            contents.append((epub.Link(opening.file_name, part, opening.id), own))
        else:
            contents += own
        pages += own
    return pages, contents


def _page(name: str, title: str, language: str, body: str) -> epub.EpubHtml:
    page = epub.EpubHtml(uid=name, file_name=f"{name}.xhtml", title=title, lang=language)
    page.content = body
    page.add_link(href=_STYLE_NAME, rel="stylesheet", type="text/css")
    return page


def _title_page(work: Work) -> str:
    return (
        f'<section class="title-page"><p class="author">{escape(work.author)}</p>'
        f'<h1>{escape(work.title)}</h1><p class="ornament">❦</p>'
        f'<p class="source">{escape(work.source)}</p></section>'
    )


def _chapter_page(number: int, work: Work, chapter: Chapter) -> epub.EpubHtml:
    if work.kind == "verse":
        body = f'<div class="poem">{"".join(map(_stanza, chapter.stanzas))}</div>'
    else:
        body = "".join(_paragraph(stanza[0], opens=not at) for at, stanza in enumerate(chapter.stanzas))
    heading = f"<h2>{escape(chapter.title)}</h2>"
    return _page(f"chapter-{number:02}", chapter.title, chapter.language, heading + body)


def _stanza(lines: tuple[str, ...]) -> str:
    if lines == (BREAK,):
        return f'<p class="break">{BREAK}</p>'
    return f'<p class="stanza">{"".join(map(_line, lines))}</p>'


def _line(line: str) -> str:
    text = line.lstrip(" ")
    place = {0: "", 2: ' class="in"'}.get(len(line) - len(text), ' class="far"')
    return f"<span{place}>{escape(text)}</span>"


def _paragraph(text: str, *, opens: bool) -> str:
    if text.startswith("> "):
        return f'<p class="moral">{escape(text[2:])}</p>'
    opening = ' class="opening"' if opens else ""
    return f"<p{opening}>{escape(text)}</p>"
