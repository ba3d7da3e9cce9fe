"""Every PDF of the corpus, good and hostile, through the real drawing processes.

Set LENDING_CORPUS to its folder. What must happen is written here, file by file, after its INDEX.
"""

import os
import time
from pathlib import Path

import pytest

from lending.pdf.process import DrawingProcesses
from lending.refusals import (
    CannotAccession,
    DamagedFile,
    DrmProtected,
    EmptyFile,
    NotABook,
    NothingToRead,
    PasswordProtected,
)

from .conftest import Sealing

CORPUS = Path(os.getenv("LENDING_CORPUS", ""))
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*.pdf"))

PAGES = {
    "good/arabic-rotated.pdf": 4,
    "good/book-geotopo-117p.pdf": 117,
    "good/pages-5000.pdf": 5000,
    "good/paper-tracemonkey.pdf": 14,
    "good/rotated-pages.pdf": 2,
    "good/text-4pages.pdf": 4,
}

REFUSED: dict[str, type[CannotAccession] | tuple[type[CannotAccession], ...]] = {
    "bad/drm-adept.pdf": DrmProtected,
    "bad/encrypted-arturt.pdf": PasswordProtected,
    "bad/cyclic-pages.pdf": DamagedFile,
    "bad/pdfjs-pages-tree-refs.pdf": DamagedFile,
    "bad/epub-named.pdf": NotABook,
    "bad/html-named.pdf": NotABook,
    "bad/no-pages.pdf": NothingToRead,
    "bad/not-a-pdf.pdf": NotABook,
    "bad/password-libreoffice.pdf": PasswordProtected,
    "bad/password-user-aes256.pdf": PasswordProtected,
    "bad/password-user-rc4.pdf": PasswordProtected,
    "bad/zero-bytes.pdf": EmptyFile,
}

FACTS = {
    "bad/drm-adept.pdf": {"scheme": "Adobe ADEPT"},
    "bad/cyclic-pages.pdf": {"why": "its page tree contains itself"},
    "bad/pdfjs-pages-tree-refs.pdf": {"why": "its page tree contains itself"},
}

OPENS_OR_REFUSED: dict[str, type[CannotAccession] | tuple[type[CannotAccession], ...]] = {
    "bad/corrupted-arturt.pdf": DamagedFile,
    "bad/deep-array.pdf": DamagedFile,
    "bad/deep-page-tree.pdf": DamagedFile,
    "bad/negative-count.pdf": (DamagedFile, NothingToRead),
    "bad/no-xref.pdf": DamagedFile,
    "bad/pdfjs-auth-ef.pdf": PasswordProtected,
    "bad/pdfjs-gs-fuzzed.pdf": DamagedFile,
    "bad/pdfjs-issue9105.pdf": DamagedFile,
    "bad/pdfjs-poppler-91414.pdf": DamagedFile,
    "bad/truncated.pdf": DamagedFile,
    "bad/xref-prev-loop.pdf": DamagedFile,
    "bad/zero-mediabox.pdf": DamagedFile,
}

NO_TEXT = {"good/scan-ccitt.pdf", "good/scan-grayscale.pdf", "bad/external-stream.pdf"}
SHOWS_ITS_TEXT = {
    "bad/embedded-exe.pdf",
    "bad/font-matrix-js.pdf",
    "bad/js-openaction.pdf",
    "bad/launch-uri-actions.pdf",
    "bad/xfa.pdf",
}
NESTED_OUTLINE = {"good/book-geotopo-117p.pdf", "good/nested-outline.pdf"}
SIZES = {
    "good/pages-5000.pdf": [(612.0, 792.0, 5000)],
    "good/rotated-pages.pdf": [(612.0, 792.0, 1), (792.0, 612.0, 1)],
}
SECONDS = {"good/pages-5000.pdf": 2}

# Another corpus has files that are not named here: the good ones open, the bad ones open or are refused.
OPENS = {
    "bad/bad-startxref.pdf",
    "bad/pdfjs-bigbbox.pdf",
    "bad/pdfjs-doc-actions.pdf",
    *NO_TEXT,
    *SHOWS_ITS_TEXT,
    *(name for name in FILES if name.startswith("good/")),
}


@pytest.mark.parametrize("name", [name for name in FILES if name in OPENS])
def test_it_opens_and_can_be_read(name: str, drawing: DrawingProcesses, sealed: Sealing):
    source = sealed((CORPUS / name).read_bytes())
    began = time.monotonic()
    record = drawing.catalogue(source)
    last = record.page_count - 1
    drawn = [drawing.draw(source, page, 1200).data for page in {0, last}]
    text = " ".join(line[4] for line in drawing.text(source, 0).lines)
    assert time.monotonic() - began < SECONDS.get(name, 10)
    assert record.page_count == PAGES.get(name, record.page_count) >= 1
    assert record.page_sizes == SIZES.get(name, record.page_sizes)
    assert all(data.startswith(b"RIFF") for data in drawn)
    assert not (name in NO_TEXT and text)
    assert name not in SHOWS_ITS_TEXT or "READABLE-TEXT-OK" in text
    assert name not in NESTED_OUTLINE or any(entry.children for entry in record.outline)


@pytest.mark.parametrize("name", [name for name in FILES if name in REFUSED])
def test_it_is_refused_by_name(name: str, drawing: DrawingProcesses, sealed: Sealing):
    with pytest.raises(REFUSED[name]) as refused:
        drawing.catalogue(sealed((CORPUS / name).read_bytes()))
    assert refused.value.facts == FACTS.get(name, {})


@pytest.mark.parametrize("name", [name for name in FILES if name not in OPENS and name not in REFUSED])
def test_it_opens_or_is_refused_and_nothing_hangs(name: str, drawing: DrawingProcesses, sealed: Sealing):
    source = sealed((CORPUS / name).read_bytes())
    began = time.monotonic()
    try:
        record = drawing.catalogue(source)
    except OPENS_OR_REFUSED.get(name, CannotAccession):
        pass
    else:
        assert record.page_count >= 1
        assert drawing.draw(source, 0, 1200).data.startswith(b"RIFF")
    assert time.monotonic() - began < 5
