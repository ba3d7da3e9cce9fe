import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from lending import refusals
from lending.ports.library import Transaction
from lending.ports.records import EPUB, PDF
from lending.services.acquisitions import UPLOAD_WAITS
from lending.services.actors import Actor
from lending.services.shelf import Correction
from tests.services.conftest import LARGEST, House
from tests.services.making import a_pdf, an_epub

TICK = timedelta(milliseconds=1)


def traces(house: House) -> tuple[int, int, int, int]:
    """Everything a book could leave: sealed files, parts, uploads noted, editions."""
    cabinet = house.library.cabinet
    return len(house.files.kept), len(house.parts.kept), len(cabinet.uploads), len(cabinet.editions)


def test_an_epub_becomes_a_copy_on_the_shelf(house: House) -> None:
    copy_id = house.shelve(an_epub("The Salt Road"), "whatever.epub")
    entry = house.shelf.entry(house.ana, copy_id)
    assert (entry.edition.title, entry.edition.media_type, entry.copy_number) == ("The Salt Road", EPUB, 1)
    assert entry.edition.byte_length == len(an_epub("The Salt Road"))
    assert house.happened() == ["title-added"]
    assert house.files.kept[entry.edition.file_id] == an_epub("The Salt Road")
    assert house.parts.kept == {}


def test_a_pdf_is_kept_with_its_cover_and_finding_aid(house: House) -> None:
    edition = house.shelf.entry(house.ana, house.shelve(a_pdf("Primera memoria"))).edition
    assert (edition.title, edition.media_type, edition.extent) == ("Primera memoria", PDF, 2)
    assert edition.cover_id is not None
    assert set(house.files.kept) == {edition.file_id, edition.finding_aid_id, edition.cover_id}


def test_an_upload_goes_on_where_it_broke_off(house: House) -> None:
    content = a_pdf()
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(content))

    def breaking() -> Iterator[bytes]:
        yield content[:10]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        house.acquisitions.append(house.ana, upload.id, 0, breaking())
    assert house.acquisitions.progress(house.ana, upload.id).offset == 10
    with pytest.raises(refusals.WrongOffset) as refused:
        house.acquisitions.append(house.ana, upload.id, 0, [content])
    assert refused.value.expected == 10
    with pytest.raises(refusals.WrongOffset):
        house.acquisitions.accession(house.ana, upload.id)
    assert house.acquisitions.append(house.ana, upload.id, 10, [content[10:]]) == len(content)
    house.acquisitions.accession(house.ana, upload.id)
    assert house.acquisitions.progress(house.ana, upload.id).offset == len(content)


def test_accessioning_twice_gives_the_same_copy(house: House) -> None:
    content = a_pdf()
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(content))
    house.acquisitions.append(house.ana, upload.id, 0, [content])
    first = house.acquisitions.accession(house.ana, upload.id)
    assert house.acquisitions.accession(house.ana, upload.id) == first
    assert house.acquisitions.progress(house.ana, upload.id).copy_id == first.copy.id
    assert house.happened() == ["title-added"]


def test_the_same_request_twice_at_once_makes_one_copy(house: House) -> None:
    """The second comes to the end while the first is still at the catalogue."""
    content = a_pdf()
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(content))
    house.acquisitions.append(house.ana, upload.id, 0, [content])
    other: list[str] = []
    catalogue = house.cataloguers.catalogue

    def interrupted(file_id: str, file_name: str) -> object:
        if not other:
            other.append("")
            other[0] = house.acquisitions.accession(house.ana, upload.id).copy.id
        return catalogue(file_id, file_name)

    house.cataloguers.catalogue = interrupted  # type: ignore[method-assign, assignment]
    assert house.acquisitions.accession(house.ana, upload.id).copy.id == other[0]
    assert len(house.files.kept) == 3
    assert house.happened() == ["title-added"]


def test_the_same_file_is_recognised_and_the_upload_waits(house: House) -> None:
    first = house.shelve(a_pdf("Aranmanoth"))
    content = a_pdf("Aranmanoth")
    upload = house.acquisitions.begin(house.ana, "another name.pdf", len(content))
    house.acquisitions.append(house.ana, upload.id, 0, [content])
    with pytest.raises(refusals.AlreadyOnShelf) as refused:
        house.acquisitions.accession(house.ana, upload.id)
    assert refused.value.facts == {"copy_id": first, "book": "Aranmanoth"}
    assert len(house.files.kept) == 3
    second = house.acquisitions.accession(house.ana, upload.id, second_copy=True)
    assert second.copy_number == 2
    assert second.edition == house.shelf.entry(house.ana, first).edition
    assert len(house.files.kept) == 3
    assert house.happened() == ["title-added", "copy-added"]


def test_the_recognised_file_is_called_by_its_corrected_title(house: House) -> None:
    first = house.shelve()
    house.shelf.correct(house.ana, first, Correction(title="Corrected"))
    with pytest.raises(refusals.AlreadyOnShelf) as refused:
        house.shelve()
    assert refused.value.facts["book"] == "Corrected"


def test_two_owners_of_one_file_have_an_edition_each(house: House) -> None:
    house.shelve()
    theirs = house.acquisitions.add_file(house.zoe, "b.pdf", io.BytesIO(a_pdf()), len(a_pdf()))
    assert theirs.copy.owner_id == "zoe"
    assert len(house.library.cabinet.editions) == 2


def test_a_file_withdrawn_and_added_again_is_a_new_title(house: House) -> None:
    house.shelf.withdraw(house.ana, house.shelve())
    again = house.shelve()
    assert house.shelf.entry(house.ana, again).copy_number == 1
    assert house.happened() == ["title-added", "copy-withdrawn", "title-added"]


def test_the_last_copy_leaving_while_a_second_one_comes_asks_for_another_try(house: House) -> None:
    """The file was known, so nothing was catalogued; then its record is gone."""
    first = house.shelve()
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(a_pdf()))
    house.acquisitions.append(house.ana, upload.id, 0, [a_pdf()])
    change = house.library.change

    def interrupted() -> AbstractContextManager[Transaction]:
        house.library.change = change  # type: ignore[method-assign]
        house.shelf.withdraw(house.ana, first)
        return change()

    house.library.change = interrupted  # type: ignore[method-assign, assignment]
    with pytest.raises(refusals.UploadBusy):
        house.acquisitions.accession(house.ana, upload.id, second_copy=True)
    assert house.acquisitions.accession(house.ana, upload.id, second_copy=True).copy_number == 1
    assert len(house.files.kept) == 3


def test_a_refused_file_leaves_nothing_behind(house: House) -> None:
    upload = house.acquisitions.begin(house.ana, "book.pdf", 5)
    house.acquisitions.append(house.ana, upload.id, 0, [b"hello"])
    with pytest.raises(refusals.NotABook):
        house.acquisitions.accession(house.ana, upload.id)
    assert traces(house) == (0, 0, 0, 0)
    assert house.happened() == []
    with pytest.raises(refusals.NotFound):
        house.acquisitions.progress(house.ana, upload.id)


@pytest.mark.parametrize("room_for", [0, 1, 2])
def test_a_disk_that_is_full_half_way_leaves_nothing_half_stored(house: House, room_for: int) -> None:
    content = a_pdf()
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(content))
    house.acquisitions.append(house.ana, upload.id, 0, [content])
    house.files.room_for = room_for
    with pytest.raises(OSError, match="no space"):
        house.acquisitions.accession(house.ana, upload.id)
    assert house.files.kept == {}
    house.files.room_for = 3
    house.acquisitions.accession(house.ana, upload.id)  # the upload has waited


def test_a_transaction_that_fails_leaves_no_sealed_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.services.fake_library.FakeUploadBook.became", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.shelve()
    assert house.files.kept == {}
    assert house.library.cabinet.editions == {}
    assert house.happened() == []


@pytest.mark.parametrize("length", [0, -1])
def test_an_empty_file_is_refused_before_it_is_sent(house: House, length: int) -> None:
    with pytest.raises(refusals.EmptyFile):
        house.acquisitions.begin(house.ana, "book.pdf", length)
    assert traces(house) == (0, 0, 0, 0)


def test_a_file_too_large_is_refused_before_it_is_sent(house: House) -> None:
    house.acquisitions.begin(house.ana, "book.pdf", LARGEST)
    with pytest.raises(refusals.FileTooLarge) as refused:
        house.acquisitions.begin(house.ana, "book.pdf", LARGEST + 1)
    assert refused.value.limit == LARGEST


def test_more_bytes_than_announced_are_refused(house: House) -> None:
    upload = house.acquisitions.begin(house.ana, "book.pdf", 10)
    with pytest.raises(refusals.FileTooLarge):
        house.acquisitions.append(house.ana, upload.id, 0, [b"12345", b"123456"])
    assert house.acquisitions.progress(house.ana, upload.id).offset == 5


@pytest.mark.parametrize(
    ("given", "kept"),
    [("/etc/passwd", "passwd"), ("C:\\books\\a b.epub", "a b.epub"), ("a\nb\x00.pdf", "a b .pdf"), ("", "")],
)
def test_a_file_name_is_only_a_name(house: House, given: str, kept: str) -> None:
    assert house.acquisitions.begin(house.ana, given, 1).file_name == kept


def test_an_upload_is_its_owners_alone(house: House) -> None:
    upload = house.acquisitions.begin(house.ana, "book.pdf", 10)
    for act in (
        lambda: house.acquisitions.progress(house.zoe, upload.id),
        lambda: house.acquisitions.append(house.zoe, upload.id, 0, [b"x"]),
        lambda: house.acquisitions.accession(house.zoe, upload.id),
        lambda: house.acquisitions.discard(house.zoe, upload.id),
        lambda: house.acquisitions.progress(house.ana, "none"),
    ):
        with pytest.raises(refusals.NotFound):
            act()


@pytest.mark.parametrize("who", ["librarian", "read-only token"])
def test_only_an_owner_who_may_change_things_adds_books(house: House, who: str) -> None:
    actor = house.lib if who == "librarian" else Actor(house.ana.account, may_change=False)
    with pytest.raises(refusals.NotAllowed):
        house.acquisitions.begin(actor, "book.pdf", 10)


def test_an_upload_can_be_given_up(house: House) -> None:
    upload = house.acquisitions.begin(house.ana, "book.pdf", 10)
    house.acquisitions.append(house.ana, upload.id, 0, [b"x"])
    house.acquisitions.discard(house.ana, upload.id)
    assert traces(house) == (0, 0, 0, 0)


def test_a_whole_file_is_added_at_once(house: House) -> None:
    entry = house.acquisitions.add_file(house.ana, "b.epub", io.BytesIO(an_epub()), len(an_epub()))
    assert entry.edition.title == "The Salt Road"


@pytest.mark.parametrize("content", [b"not a book", a_pdf()])
def test_a_file_added_at_once_and_refused_waits_nowhere(house: House, content: bytes) -> None:
    house.shelve()
    before = traces(house)
    with pytest.raises(refusals.CannotAccession):
        house.acquisitions.add_file(house.ana, "b.pdf", io.BytesIO(content), len(content))
    assert traces(house) == before


def test_uploads_that_nobody_goes_on_with_are_forgotten_after_a_week(house: House) -> None:
    house.acquisitions.begin(house.ana, "old.pdf", 10)
    house.clock.go_on(UPLOAD_WAITS)
    assert house.acquisitions.forget_stale() == 0
    house.acquisitions.begin(house.ana, "new.pdf", 10)
    house.clock.go_on(TICK)
    assert house.acquisitions.forget_stale() == 1
    assert traces(house)[1:3] == (1, 1)
