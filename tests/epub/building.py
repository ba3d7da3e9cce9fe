"""Small EPUBs, built where they are used. Everything about them may be wrong on purpose."""

import io
import zipfile
from collections.abc import Mapping

from lending.epub.archive import Archive

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""

CHAPTER = """<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head>
<body><h1 id="top">One</h1><p>It was a dark night.</p></body></html>"""

NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<nav epub:type="toc"><ol>{entries}</ol></nav></body></html>"""

Files = dict[str, str | bytes]


def package_document(
    *,
    metadata: str = "<dc:title>A Book</dc:title>",
    items: str = '<item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/>',
    spine: str = '<itemref idref="c1"/>',
    spine_attributes: str = "",
    after: str = "",
) -> str:
    return f"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>
<manifest>{items}</manifest><spine {spine_attributes}>{spine}</spine>{after}</package>"""


def item(identity: str, href: str, media_type: str = "application/xhtml+xml", more: str = "") -> str:
    return f'<item id="{identity}" href="{href}" media-type="{media_type}" {more}/>'


def files(more: Mapping[str, str | bytes] | None = None, **package: str) -> Files:
    """The files of a one-chapter book, with others added or replaced."""
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/package.opf": package_document(**package),
        "OPS/c1.xhtml": CHAPTER,
        **(more or {}),
    }


def zipped(contents: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in contents.items():
            # A date of its own: the same book, made twice, is the same file.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, archive.compression)
    stream.seek(0)
    return stream


def opened(more: Mapping[str, str | bytes] | None = None, **package: str) -> Archive:
    """The archive of a one-chapter book, with files added or replaced."""
    return Archive(zipped(files(more, **package)))
