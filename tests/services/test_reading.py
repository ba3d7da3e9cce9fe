from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.loans import Loan
from lending.services.passes import PASS_LASTS, ClaimRequest
from lending.services.shelf import Correction
from tests.epub.building import CHAPTER, files, item, zipped
from tests.services.conftest import CLAIM, DAY, House
from tests.services.making import a_pdf, an_epub
from tests.services.racing import FasterThan
from tests.web.books import PICTURE

TICK = timedelta(milliseconds=1)


@pytest.fixture
def epub_id(house: House) -> str:
    return house.shelve(an_epub(), "salt.epub")


# --- who may read ---------------------------------------------------------------------------------------


def test_a_borrower_is_let_in_by_their_pass(house: House, pdf_id: str) -> None:
    reading_pass = house.lend(pdf_id).reading_pass
    reader = house.let_in(reading_pass)
    assert reader.loan_id == reading_pass.loan.id
    assert reader.left == 14 * DAY


@pytest.mark.parametrize("secret", [None, "", "guess"])
def test_nobody_is_let_in_without_the_pass(house: House, pdf_id: str, secret: str | None) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    for actor in (None, house.ana, house.zoe, house.lib):
        with pytest.raises(refusals.NotYourLoan):
            house.reading.admit(loan.id, secret, actor)


def test_a_pass_opens_its_own_loan_only(house: House, pdf_id: str, epub_id: str) -> None:
    one, other = house.lend(pdf_id).reading_pass, house.lend(epub_id).reading_pass
    with pytest.raises(refusals.NotYourLoan):
        house.reading.admit(one.loan.id, other.secret, None)


def test_a_loan_that_never_was_is_nobodys(house: House) -> None:
    with pytest.raises(refusals.NotYourLoan):
        house.reading.admit("none", "guess", house.ana)


def test_a_returned_loan_serves_no_page(house: House, pdf_id: str) -> None:
    reading_pass = house.lend(pdf_id).reading_pass
    house.give_back(reading_pass.loan)
    with pytest.raises(refusals.LoanEnded):
        house.let_in(reading_pass)


def test_a_loan_until_noon_serves_no_page_at_noon(house: House, pdf_id: str) -> None:
    request = ClaimRequest("Eva", ticket="secret")
    reading_pass = house.lending.claim(house.offer(pdf_id), request, CLAIM).reading_pass
    house.clock.go_on(14 * DAY - TICK)
    assert house.let_in(reading_pass).left == TICK
    house.clock.go_on(TICK)
    with pytest.raises(refusals.LoanEnded):
        house.let_in(reading_pass)


def test_whoever_asks_while_their_loan_is_made_longer_hears_of_what_it_is_then(
    house: House, pdf_id: str
) -> None:
    """It was begun while the loan was not due, and is written down when it is."""
    request = ClaimRequest("Eva", ticket="secret")
    reading_pass = house.lending.claim(house.offer(pdf_id), request, CLAIM).reading_pass
    house.clock.go_on(14 * DAY)

    def finish() -> None:
        house.clock.go_on(-TICK)
        house.lending.extend(house.ana, pdf_id, 3 * DAY)
        house.clock.go_on(TICK)

    meanwhile = replace(house.reading, library=FasterThan(house.reading.library, finish))
    reader = meanwhile.admit(reading_pass.loan.id, reading_pass.secret, None)
    assert reader.left == 3 * DAY - TICK


def test_that_a_loan_has_ended_is_written_down_when_its_reader_is_told(house: House, pdf_id: str) -> None:
    request = ClaimRequest("Eva", ticket="secret")
    reading_pass = house.lending.claim(house.offer(pdf_id), request, CLAIM).reading_pass
    house.clock.go_on(14 * DAY)
    with pytest.raises(refusals.LoanEnded):
        house.let_in(reading_pass)
    copy = house.shelf.entry(house.ana, pdf_id).copy
    assert copy.loan is None


def test_a_pass_that_ran_out_asks_for_the_key_again(house: House, pdf_id: str) -> None:
    reading_pass = house.lend(pdf_id).reading_pass
    house.clock.go_on(PASS_LASTS - TICK)
    house.let_in(reading_pass)
    house.clock.go_on(TICK)
    with pytest.raises(refusals.PassExpired):
        house.let_in(reading_pass)
    path = "/api/pass"
    house.let_in(house.lending.renew_pass(reading_pass.loan.id, house.proof("eva", path), path))


def test_a_page_that_asks_with_the_old_pass_meanwhile_is_told_so(house: House, pdf_id: str) -> None:
    old = house.lend(pdf_id).reading_pass
    house.clock.go_on(PASS_LASTS + TICK)
    house.lending.renew_pass(old.loan.id, house.proof("eva", "/p"), "/p")
    with pytest.raises(refusals.PassExpired):
        house.let_in(old)


def test_a_loan_of_an_earlier_epoch_serves_no_page(house: House, pdf_id: str) -> None:
    """A fencing number: even if a loan's end were lost, the copy has gone on."""
    reading_pass = house.lend(pdf_id).reading_pass
    card = house.library.cabinet.copies[pdf_id]
    house.library.cabinet.copies[pdf_id] = replace(card, epoch=card.epoch + 1)
    with pytest.raises(refusals.LoanEnded):
        house.let_in(reading_pass)
    (noticed,) = house.verifying.verify().faults
    assert noticed.what == f"the copy {pdf_id} is not as it was left"
    house.library.cabinet.copies[pdf_id] = card


def test_the_owners_own_reading_is_for_the_owner_alone(house: House, pdf_id: str) -> None:
    loan = house.lending.take_off_shelf(house.ana, pdf_id)
    reader = house.reading.admit(loan.id, None, house.ana)
    assert reader.left is None
    for actor in (None, house.zoe, house.lib):
        with pytest.raises(refusals.NotYourLoan):
            house.reading.admit(loan.id, "guess", actor)
    house.lending.put_back(house.ana, pdf_id)
    with pytest.raises(refusals.LoanEnded):
        house.reading.admit(loan.id, None, house.ana)


def test_a_browser_sees_what_it_has_on_loan_and_nothing_else(house: House, pdf_id: str, epub_id: str) -> None:
    one, other = house.lend(pdf_id).reading_pass, house.lend(epub_id).reading_pass
    passes = {one.loan.id: one.secret, other.loan.id: "guess", "none": "guess"}
    seen = house.reading.borrowed(passes)
    assert [(loan.edition.title, loan.lender) for loan in seen] == [("Primera memoria", "Ana")]
    house.give_back(one.loan)
    assert house.reading.borrowed(passes) == []


# --- what is read ---------------------------------------------------------------------------------------


def test_an_epub_is_read_chapter_by_chapter_and_clean(house: House, epub_id: str) -> None:
    reader = house.let_in(house.lend(epub_id).reading_pass)
    manifest = house.reading.manifest(reader)
    assert [section["href"] for section in manifest["sections"]] == ["r/a.xhtml"]
    chapter = house.reading.resource(reader, "a.xhtml")
    assert chapter.data is not None
    assert b"Salt was dear that year." in chapter.data
    assert b"script" not in chapter.data
    assert house.reading.wrapped(reader, "a.xhtml", "missing").data == chapter.data


@pytest.mark.parametrize(
    "path", ["", "none", "p.opf", "META-INF/container.xml", "../a.xhtml", "mimetype", "a.xhtml\0", "/a.xhtml"]
)
def test_what_the_book_does_not_name_is_no_part_of_it(house: House, epub_id: str, path: str) -> None:
    reader = house.let_in(house.lend(epub_id).reading_pass)
    with pytest.raises(refusals.NoSuchPart):
        house.reading.resource(reader, path)
    with pytest.raises(refusals.NoSuchPart):
        house.reading.wrapped(reader, path, "missing")


def test_a_pdf_is_read_page_by_page(house: House, pdf_id: str) -> None:
    reader = house.let_in(house.lend(pdf_id).reading_pass)
    assert house.reading.manifest(reader)["pages"] == 2
    assert house.reading.page(reader, 1, 800).data == b"one at 800"
    assert house.reading.page_text(reader, 2).lines[0][4] == "two"
    assert house.reading.tile(reader, 2, 1, 3, 8000).data == b"two at 8000, 1/3"
    for number in (0, -1, 3):
        with pytest.raises(refusals.NoSuchPart):
            house.reading.page(reader, number, 800)
        with pytest.raises(refusals.NoSuchPart):
            house.reading.tile(reader, number, 0, 0, 800)


def test_each_kind_of_book_has_its_own_kind_of_part(house: House, pdf_id: str, epub_id: str) -> None:
    pdf, epub = (
        house.let_in(house.lend(pdf_id).reading_pass),
        house.let_in(house.lend(epub_id).reading_pass),
    )
    for act in (
        lambda: house.reading.resource(pdf, "a.xhtml"),
        lambda: house.reading.wrapped(pdf, "a.xhtml", "missing"),
        lambda: house.reading.page(epub, 1, 800),
        lambda: house.reading.page_text(epub, 1),
        lambda: house.reading.tile(epub, 1, 0, 0, 800),
    ):
        with pytest.raises(refusals.NoSuchPart):
            act()


def test_the_manifest_has_the_owners_corrected_title(house: House, pdf_id: str, epub_id: str) -> None:
    for copy_id in (pdf_id, epub_id):
        house.shelf.correct(house.ana, copy_id, Correction(title="Corrected"))
        reader = house.let_in(house.lend(copy_id).reading_pass)
        assert house.reading.manifest(reader)["metadata"]["title"] == "Corrected"


def test_a_page_drawn_lately_is_not_drawn_again(house: House, pdf_id: str) -> None:
    reader = house.let_in(house.lend(pdf_id).reading_pass)
    for _ in range(3):
        house.reading.page(reader, 1, 800)
    assert house.drawing.drawn == 1
    house.reading.page(reader, 1, 1600)
    house.reading.page(reader, 2, 800)
    assert house.drawing.drawn == 3


def test_turning_on_asks_the_library_for_nothing_but_admission(house: House, pdf_id: str) -> None:
    reader = house.let_in(house.lend(pdf_id).reading_pass)
    house.reading.page(reader, 1, 800)
    asked = []
    read = house.library.read
    house.library.read = lambda: (asked.append(1), read())[1]  # type: ignore[method-assign, func-returns-value]
    house.reading.page(reader, 2, 800)
    house.reading.page_text(reader, 2)
    assert asked == []


def test_what_is_kept_in_memory_opens_no_door(house: House, pdf_id: str) -> None:
    reading_pass = house.lend(pdf_id).reading_pass
    house.reading.page(house.let_in(reading_pass), 1, 800)
    house.give_back(reading_pass.loan)
    with pytest.raises(refusals.LoanEnded):
        house.let_in(reading_pass)


def test_a_loan_is_seen_with_its_book_and_lender(house: House, pdf_id: str) -> None:
    reader = house.let_in(house.lend(pdf_id).reading_pass)
    seen = house.reading.seen(reader.held)
    loan: Loan = seen.held.loan
    assert (seen.edition.title, seen.lender, loan.borrower_name) == ("Primera memoria", "Ana", "Eva")


# --- how fast ---------------------------------------------------------------------------------------------


@pytest.fixture
def long_pdf_id(house: House) -> str:
    return house.shelve(a_pdf("Long", *(f"text of {number}" for number in range(1, 301))))


def test_a_program_that_fetches_a_borrowed_book_is_slowed_and_noted_once(
    house: House, long_pdf_id: str
) -> None:
    reader = house.let_in(house.lend(long_pdf_id).reading_pass)
    for number in range(1, 241):
        house.reading.page(reader, number, 800)
        house.reading.page_text(reader, number)
        house.reading.page(reader, number, 1600)
    for number in range(241, 301):
        with pytest.raises(refusals.ReadingTooFast):
            house.reading.page(reader, number, 800)
        with pytest.raises(refusals.ReadingTooFast):
            house.reading.page_text(reader, number)
    assert house.drawing.drawn == 480
    house.reading.page(reader, 7, 800)
    assert house.happened()[-2:] == ["checked-out", "read-fast"]
    noted = house.library.cabinet.events[-1]
    assert (noted.loan_id, noted.copy_id, noted.at) == (reader.loan_id, long_pdf_id, house.clock.now())


def test_owners_read_their_own_copies_as_fast_as_they_like(house: House, long_pdf_id: str) -> None:
    reader = house.own(long_pdf_id)
    for number in range(1, 301):
        house.reading.page(reader, number, 800)
    assert "read-fast" not in house.happened()


def test_where_the_terms_slow_nobody_down_nothing_is_counted(house: House, long_pdf_id: str) -> None:
    reader = house.let_in(house.lend(long_pdf_id).reading_pass)
    free = replace(reader, held=replace(reader.held, terms=replace(reader.held.terms, slows_down=False)))
    for number in range(1, 301):
        house.reading.page(free, number, 800)
    house.reading.page(reader, 300, 800)


def test_chapters_count_by_their_length_and_what_comes_with_them_is_free(house: House) -> None:
    thirty_pages = CHAPTER.replace("It was a dark night.", "word " * 360 * 30)
    parts = {f"OPS/c{n}.xhtml": thirty_pages for n in range(1, 11)}
    book = files(
        {**parts, "OPS/style.css": b"p{margin:0}", "OPS/plate.png": PICTURE},
        items="".join(item(f"c{n}", f"c{n}.xhtml") for n in range(1, 11))
        + item("css", "style.css", "text/css")
        + item("plate", "plate.png", "image/png"),
        spine="".join(f'<itemref idref="c{n}"/>' for n in range(1, 11)) + '<itemref idref="plate"/>',
    )
    copy_id = house.shelve(zipped(book).read(), "long.epub")
    reader = house.let_in(house.lend(copy_id).reading_pass)
    for number in range(1, 9):  # eight of thirty pages
        for _ in range(2):
            house.reading.resource(reader, f"OPS/c{number}.xhtml")
            house.reading.resource(reader, "OPS/style.css")
    for act in (
        lambda: house.reading.resource(reader, "OPS/c9.xhtml"),
        lambda: house.reading.wrapped(reader, "OPS/plate.png", "missing"),
        lambda: house.reading.resource(reader, "OPS/plate.png"),
    ):
        with pytest.raises(refusals.ReadingTooFast):
            act()
    house.reading.resource(reader, "OPS/style.css")
