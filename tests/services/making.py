"""Records with all that a test doesn't care about filled in."""

import io
import zipfile
from datetime import timedelta

from lending.circulation.copies import Copy
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.ports.library import Library
from lending.ports.records import PDF, Account, Edition, Role, Upload
from tests.services.fakes import NOON

OWNER = frozenset({Role.OWNER})
LIBRARIAN = frozenset({Role.LIBRARIAN})


def an_account(account_id: str = "ana", name: str = "Ana", roles: frozenset[Role] = OWNER) -> Account:
    return Account(account_id, name.casefold(), name, roles, "hash", NOON)


def an_edition(edition_id: str = "edition", **said: object) -> Edition:
    record = {
        "owner_id": "ana",
        "media_type": PDF,
        "title": "Paraíso inhabitado",
        "authors": ("Ana María Matute",),
        "language": "es",
        "description": "",
        "publisher": "",
        "published": "",
        "identifiers": (),
        "fingerprint": "f" * 64,
        "byte_length": 3_000_000_000,
        "extent": 300,
        "file_id": f"file of {edition_id}",
        "finding_aid_id": f"aid of {edition_id}",
        "cover_id": None,
        "added_at": NOON,
    }
    return Edition(id=edition_id, **(record | said))  # type: ignore[arg-type]  # the fields above, or a test's own


def a_link(link_id: str = "link", **said: object) -> Link:
    link = {
        "copy_id": "copy",
        "made_by": "ana",
        "made_at": NOON,
        "claim_by": NOON + timedelta(days=7),
        "loan_period": timedelta(days=14),
    }
    return Link(id=link_id, **(link | said))  # type: ignore[arg-type]  # likewise


def a_loan(loan_id: str = "loan", **said: object) -> Loan:
    loan = {
        "copy_id": "copy",
        "epoch": 1,
        "checked_out_at": NOON,
        "due_at": NOON + timedelta(days=14),
        "binding": "key:k",
        "borrower_name": "Luis",
    }
    return Loan(id=loan_id, **(loan | said))  # type: ignore[arg-type]  # likewise


def an_upload(upload_id: str = "upload", **said: object) -> Upload:
    upload = {"owner_id": "ana", "file_name": "book.pdf", "length": 10, "made_at": NOON}
    return Upload(id=upload_id, **(upload | said))  # type: ignore[arg-type]  # likewise


def shelve(library: Library, copy_id: str = "copy", edition_id: str = "edition", **said: object) -> None:
    """An edition with one copy, and its owner if they are new."""
    edition = an_edition(edition_id, **said)
    with library.change() as desk:
        if edition.owner_id not in [one.id for one in desk.accounts.all()]:
            desk.accounts.add(an_account(edition.owner_id, edition.owner_id.title()))
        desk.collection.add_edition(edition)
        desk.collection.add_copy(Copy(copy_id, edition.owner_id), edition_id, edition.added_at)


CONTAINER = """<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<package version="3.0" unique-identifier="i" xmlns="http://www.idpf.org/2007/opf">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:x</dc:identifier>
<dc:title>{title}</dc:title><dc:language>en</dc:language></metadata>
<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
<spine><itemref idref="a"/></spine></package>"""
PAGE = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>t</title></head><body>{body}</body></html>"""
NAV = """<nav epub:type="toc"><ol><li><a href="a.xhtml">One</a></li></ol></nav>"""


def an_epub(title: str = "The Salt Road", sentence: str = "Salt was dear that year.") -> bytes:
    """A small honest EPUB with one chapter."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("p.opf", PACKAGE.format(title=title))
        book.writestr("n.xhtml", PAGE.format(body=NAV))
        book.writestr("a.xhtml", PAGE.format(body=f"<p>{sentence}</p><script>alert(1)</script>"))
    return out.getvalue()


def a_pdf(title: str = "Primera memoria", *pages: str) -> bytes:
    """What FakeCataloguers take for a PDF."""
    return "\n".join([f"%PDF-{title}", *(pages or ("page one", "page two"))]).encode()
