"""Small books for journeys: the same EPUB and PDF each time, made here."""

import io
import zipfile

TITLE = "The Lantern Keeper"
SENTENCE = "The lantern keeper counted seventeen ships before the fog closed the harbour"


def epub(
    title: str = TITLE,
    chapters: int = 4,
    attachment: bytes = b"",
    paragraphs: int = 24,
    sentence: str = SENTENCE,
) -> bytes:
    """A novel of a few chapters, each some pages long; `attachment` is dead weight beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("EPUB/package.opf", _package(title, chapters))
        archive.writestr("EPUB/nav.xhtml", _nav(chapters))
        for number in range(1, chapters + 1):
            archive.writestr(f"EPUB/c{number}.xhtml", _chapter(number, paragraphs, sentence))
        archive.writestr("EPUB/weight.bin", attachment)
    return out.getvalue()


def pdf(pages: int = 5, sentence: str = SENTENCE) -> bytes:
    """A few pages of one line each, with an outline."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(pages)), pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
        b"<< /Type /Outlines /First 5 0 R /Last 5 0 R /Count 1 >>",
        b"<< /Title (The third page) /Parent 4 0 R /Dest [10 0 R /Fit] >>",
    ]
    for number in range(1, pages + 1):
        text = f"Page {number}. {sentence}.".encode()
        stream = b"BT /F1 18 Tf 60 700 Td (%s) Tj ET" % text
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _pdf_of(objects)


def _pdf_of(objects: list[bytes]) -> bytes:
    out, starts = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


_CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)


def _package(title: str, chapters: int) -> str:
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(1, chapters + 1)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(1, chapters + 1))
    return f"""<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:x:lantern</dc:identifier>
    <dc:title>{title}</dc:title>
    <dc:creator>Ines Faro</dc:creator>
    <dc:language>en</dc:language>
    <dc:description>A harbour, a fog, and somebody who counts.</dc:description>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
    {items}
  </manifest>
  <spine>{spine}</spine>
</package>"""


def _nav(chapters: int) -> str:
    lines = "".join(f'<li><a href="c{n}.xhtml">Chapter {n}</a></li>' for n in range(1, chapters + 1))
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>nav</title>'
        f'</head><body><nav epub:type="toc"><ol>{lines}</ol></nav></body></html>'
    )


def _chapter(number: int, paragraphs: int, sentence: str) -> str:
    text = "".join(
        f"<p>{sentence}, and then the {line}th night began. Nobody on the quay had slept; the bell had "
        "been carried down to the boathouse, and the children had painted its rope white.</p>"
        for line in range(1, paragraphs + 1)
    )
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>c</title></head>'
        f"<body><h1>Chapter {number}</h1>{text}</body></html>"
    )
