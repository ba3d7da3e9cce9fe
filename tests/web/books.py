"""The two books that these tests lend, made here."""

from tests.epub.building import files, item, zipped
from tests.pdf.by_hand import Pdf, book, text_stream

SENTENCE = "The lighthouse keeper counted seventeen herons."

_CHAPTER = f"""<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head>
<body><h1>One</h1><p>{SENTENCE}</p><img src="picture.png" alt=""/><script>alert(1)</script></body></html>"""

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
SOUND = bytes(range(256)) * 40


def epub(title: str = "Herons", author: str = "Ida Example") -> bytes:
    """A chapter with a picture, a picture in the spine, and a sound."""
    return zipped(
        files(
            {"OPS/c1.xhtml": _CHAPTER, "OPS/picture.png": PICTURE, "OPS/sound.mp3": SOUND},
            metadata=f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>en</dc:language>",
            items=item("c1", "c1.xhtml")
            + item("p", "picture.png", "image/png")
            + item("s", "sound.mp3", "audio/mpeg"),
            spine='<itemref idref="c1"/><itemref idref="p"/>',
        )
    ).read()


def pdf(title: str = "Tides") -> bytes:
    """Two pages; from the first, links lead to the second and out of the book."""
    pages = Pdf()
    actions = ("/Dest [1 /Fit]", "/A << /S /URI /URI (https://example.org/tides) >>")
    links = [
        pages.add(f"<< /Type /Annot /Subtype /Link /Rect [72 {600 - 40 * n} 200 {620 - 40 * n}] {action} >>")
        for n, action in enumerate(actions)
    ]
    first = pages.add(f"[{' '.join(f'{link} 0 R' for link in links)}]")
    return book(
        [text_stream("FIRST PAGE"), text_stream("SECOND PAGE")],
        info=f"/Title ({title})",
        first_page_entries=f"/Annots {first} 0 R",
        pdf=pages,
    )
