"""Small EPUBs, each with one thing that readers do differently: made here, the same each time."""

import io
import math
import struct
import wave
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

_HTML = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
_CONTAINER = (
    '<?xml version="1.0"?>'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
PROSE = "<p>" + "The tide went out and the boats lay down in the mud to wait for it. " * 12 + "</p>"


@dataclass
class Book:
    """`chapters`: the inside of each one's body. `items`: lines for the manifest, beside those of `files`."""

    title: str
    chapters: list[str]
    language: str = "en"
    head: str = ""
    metadata: str = ""
    spine: str = ""
    nav: str = ""
    items: str = ""
    chapter_attributes: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            archive.writestr("META-INF/container.xml", _CONTAINER)
            archive.writestr("EPUB/package.opf", self._package())
            archive.writestr("EPUB/nav.xhtml", self._nav())
            for number, inside in enumerate(self.chapters, 1):
                archive.writestr(f"EPUB/c{number}.xhtml", self._chapter(inside))
            for name, data in self.files.items():
                archive.writestr(f"EPUB/{name}", data)
        return out.getvalue()

    def _chapter(self, inside: str) -> str:
        head = f"<head><title>c</title>{self.head}</head>"
        return f'{_HTML} lang="{self.language}">{head}<body>{inside}</body></html>'

    def _nav(self) -> str:
        numbers = range(1, len(self.chapters) + 1)
        lines = "".join(f'<li><a href="c{n}.xhtml">Chapter {n}</a></li>' for n in numbers)
        toc = f'<nav epub:type="toc"><ol>{lines}</ol></nav>'
        return f"{_HTML}><head><title>nav</title></head><body>{toc}{self.nav}</body></html>"

    def _package(self) -> str:
        numbers = range(1, len(self.chapters) + 1)
        items = "".join(
            f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml" '
            f"{self.chapter_attributes.get(n, '')}/>"
            for n in numbers
        )
        refs = "".join(f'<itemref idref="c{n}"/>' for n in numbers)
        return f"""<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:x:{self.title}</dc:identifier>
    <dc:title>{self.title}</dc:title><dc:language>{self.language}</dc:language>{self.metadata}
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}{self.items}
  </manifest>
  <spine {self.spine}>{refs}</spine>
</package>"""


def short_chapters(count: int = 8) -> Book:
    """A page each."""
    numbers = range(1, count + 1)
    return Book("Short chapters", [f"<h1>Chapter {n}</h1><p>Words of chapter {n}.</p>" for n in numbers])


def long_chapters() -> Book:
    """Some pages each, with a first and a last line to know them by."""
    return Book(
        "Long chapters",
        [f"<h1>Chapter {n}</h1>{PROSE * 8}<p>The end of chapter {n}.</p>" for n in range(1, 4)],
    )


def with_hidden_titles() -> Book:
    """A title page that is a drawing, its words beyond the page's edge; a chapter headed in that way."""
    head = "<style>h1 { position: absolute; left: -999em; }</style>"
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" viewBox="0 0 300 200">'
        '<rect width="300" height="200"/></svg>'
    )
    chapters = [
        f"<section><h1>The Lighthouse</h1>{drawing}</section>",
        f"<section><h1>Ebb</h1>{PROSE}</section>",
    ]
    return Book("Hidden titles", chapters, head=head)


def with_notes() -> Book:
    """Numbers that lead to notes, said to be some or only looking like some, and a link that is none."""
    text = (
        '<p>Said<a epub:type="noteref" href="#n1">1</a>, looking<sup><a href="c2.xhtml#n2">2</a></sup>, '
        'and <a href="c2.xhtml#far">the second chapter</a>.</p>'
        '<aside epub:type="footnote" id="n1"><p>A note that is <em>said</em> to be one. '
        '<a href="c2.xhtml#far">See there</a>. <a href="#top" role="doc-backlink">↩</a></p></aside>'
    )
    listed = '<ol><li id="n2">A note in a list. <a href="c1.xhtml">↩</a></li></ol>'
    notes = f'<h1 id="far">The second chapter</h1>{PROSE}{listed}'
    return Book("Notes", [text, notes])


def with_page_list() -> Book:
    """Printed pages xii and 13."""
    break_at = '<span epub:type="pagebreak" role="doc-pagebreak" id="p{0}" aria-label="{0}"></span>'
    chapters = [
        f"{break_at.format('xii')}<h1>Preface</h1>{PROSE}",
        f"{break_at.format('13')}<h1>One</h1>{PROSE}",
    ]
    nav = (
        '<nav epub:type="page-list"><ol><li><a href="c1.xhtml#pxii">xii</a></li>'
        '<li><a href="c2.xhtml#p13">13</a></li></ol></nav>'
    )
    return Book("Printed pages", chapters, nav=nav)


def vertical() -> Book:
    """Lines from top to bottom, columns from right to left."""
    head = "<style>html { writing-mode: vertical-rl; }</style>"
    text = "<h1>一</h1>" + "<p>" + "山路を登りながら、こう考えた。智に働けば角が立つ。" * 60 + "</p>"
    return Book(
        "Vertical",
        [text, "<h1>二</h1><p>終わりの章。</p>"],
        "ja",
        head,
        spine='page-progression-direction="rtl"',
    )


def fixed_pages(direction: str = "ltr") -> Book:
    """Five pages of fixed size, the first alone."""
    head = '<meta name="viewport" content="width=600, height=800"/>'
    return Book(
        f"Fixed {direction}",
        [f"<h1>Plate {n}</h1>" for n in range(1, 6)],
        head=head,
        metadata='<meta property="rendition:layout">pre-paginated</meta>',
        spine=f'page-progression-direction="{direction}"',
    )


def narrated() -> Book:
    """Two chapters read aloud, a second and a half each; the last clip of each is broken."""
    chapters = [
        f'<h1 id="t">Chapter {n}</h1><p id="a">The first sentence of {n}.</p><p id="b">The second of {n}.</p>'
        for n in (1, 2)
    ]
    smil = """<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><body>
      <seq><par><text src="c{0}.xhtml#a"/><audio src="voice.wav" clipBegin="{1}s" clipEnd="{2}s"/></par>
      <seq><par><text src="c{0}.xhtml#b"/><audio src="voice.wav" clipBegin="{2}s" clipEnd="{3}s"/></par></seq>
      <par><text src="c{0}.xhtml#b"/></par></seq></body></smil>"""
    files = {
        "voice.wav": _tone(4),
        "c1.smil": smil.format(1, 0.0, 0.8, 1.6).encode(),
        "c2.smil": smil.format(2, 2.0, 2.8, 3.6).encode(),
    }
    return Book(
        "Narrated",
        chapters,
        head="<style>.speaking { background-color: rgb(255, 230, 150); }</style>",
        metadata='<meta property="media:active-class">speaking</meta>'
        '<meta property="media:duration">3.2s</meta>'
        '<meta property="media:duration" refines="#s1">1.6s</meta>'
        '<meta property="media:duration" refines="#s2">1.6s</meta>',
        chapter_attributes={1: 'media-overlay="s1"', 2: 'media-overlay="s2"'},
        items='<item id="v" href="voice.wav" media-type="audio/wav"/>'
        '<item id="s1" href="c1.smil" media-type="application/smil+xml"/>'
        '<item id="s2" href="c2.smil" media-type="application/smil+xml"/>',
        files=files,
    )


def _tone(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        samples = (int(3000 * math.sin(at / 3)) for at in range(8000 * seconds))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()
