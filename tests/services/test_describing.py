"""What books say of themselves is told, whatever state they are in."""

import json

from lending.epub.accessibility import NOTHING_TOLD
from lending.ports.records import Edition
from tests.epub.building import files, zipped
from tests.services.conftest import House
from tests.services.making import a_pdf

CLAIMS = '<dc:title>T</dc:title><meta property="schema:accessModeSufficient">textual</meta>'


def shelved(house: House, book: bytes) -> Edition:
    return house.shelf.entry(house.ana, house.shelve(book)).edition


def an_epub() -> bytes:
    return zipped(files(metadata=CLAIMS)).read()


def make_older(house: House, edition: Edition) -> None:
    """The finding aid as it was kept before books were asked about their accessibility."""
    plain = json.loads(house.files.kept[edition.finding_aid_id])
    for name in ("accessibility", "active_class", "playback_active_class", "narrators", "duration"):
        del plain[name]
    house.files.kept[edition.finding_aid_id] = json.dumps({**plain, "format": 1}).encode()


def keys(house: House, edition: Edition) -> list[str]:
    topics = house.describing.accessibility(edition)
    return [statement.key for topic in topics for statement in topic.statements]


def test_an_epub_tells_what_it_claims(house: House) -> None:
    assert "nonvisual.readable" in keys(house, shelved(house, an_epub()))


def test_an_epub_with_an_older_finding_aid_is_asked_itself_once(house: House) -> None:
    edition = shelved(house, an_epub())
    make_older(house, edition)
    assert "nonvisual.readable" in keys(house, edition)
    del house.files.kept[edition.file_id]
    assert "nonvisual.readable" in keys(house, edition)


def test_a_book_with_an_older_finding_aid_can_be_read(house: House) -> None:
    copy_id = house.shelve(an_epub())
    make_older(house, house.shelf.entry(house.ana, copy_id).edition)
    loan = house.lending.take_off_shelf(house.ana, copy_id)
    reader = house.reading.admit(loan.id, None, house.ana)
    manifest = house.reading.manifest(reader)
    assert [section["id"] for section in manifest["sections"]] == ["OPS/c1.xhtml"]
    assert house.reading.resource(reader, "OPS/c1.xhtml").data


def test_an_older_finding_aid_serves_where_the_book_can_not_be_read_anew(house: House) -> None:
    copy_id = house.shelve(an_epub())
    edition = house.shelf.entry(house.ana, copy_id).edition
    make_older(house, edition)
    house.files.kept[edition.file_id] = b"PK broken"
    loan = house.lending.take_off_shelf(house.ana, copy_id)
    manifest = house.reading.manifest(house.reading.admit(loan.id, None, house.ana))
    assert len(manifest["sections"]) == 1
    assert house.describing.accessibility(edition) == NOTHING_TOLD


def test_a_pdf_tells_whether_it_has_text_and_structure(house: House) -> None:
    assert keys(house, shelved(house, a_pdf())) == ["appearance.fixed", "pdf.text", "pdf.untagged"]
    assert keys(house, shelved(house, a_pdf("Scanned", "scan"))) == [
        "appearance.fixed",
        "pdf.pictures",
        "pdf.untagged",
    ]


def test_of_a_book_whose_file_is_gone_nothing_is_known(house: House) -> None:
    edition = shelved(house, a_pdf())
    house.files.kept.clear()
    assert house.describing.accessibility(edition) == NOTHING_TOLD
