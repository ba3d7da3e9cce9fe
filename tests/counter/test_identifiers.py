"""What a book is called by in a report."""

import pytest

from lending.counter.identifiers import Identifiers, is_namespaced

OWN = "lending:h1"


@pytest.mark.parametrize(
    ("written", "isbn", "urn"),
    [
        ("978-3-16-148410-0", "978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("urn:isbn:978-3-16-148410-0", "978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("ISBN 978 3 16 148410 0", "978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("3-16-148410-X", "978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("0-306-40615-2", "978-0-306-40615-7", "urn:isbn:9780306406157"),
        # Where its parts end, nobody says.
        ("9780306406157", "", "urn:isbn:9780306406157"),
        ("urn:isbn:0306406152", "", "urn:isbn:9780306406157"),
        ("978-0306406157", "", "urn:isbn:9780306406157"),
    ],
)
def test_an_isbn_is_told_in_its_parts_or_else_by_its_urn(written: str, isbn: str, urn: str) -> None:
    told = Identifiers.of(OWN, ["urn:uuid:0b0c", written])
    assert (told.isbn, told.uri, told.doi) == (isbn, urn, "")


@pytest.mark.parametrize(
    "slip", ["978-3-16-148410-1", "0-306-40615-3", "306-40615-2", "978-3-16-14841X-0", ""]
)
def test_an_isbn_with_a_slip_of_the_pen_is_none(slip: str) -> None:
    assert Identifiers.of(OWN, [slip]) == Identifiers(OWN)


def test_the_first_of_each_that_holds_is_told() -> None:
    told = Identifiers.of(
        OWN, ["0-306-40615-3", "978-3-16-148410-0", "0-306-40615-2", "doi:10.9999/a(b)", "x"]
    )
    assert told == Identifiers(OWN, "978-3-16-148410-0", "10.9999/a(b)", "urn:isbn:9783161484100")
    assert Identifiers.of(OWN, ["https://doi.org/10.9999/c"]).doi == "10.9999/c"


def test_a_platforms_own_identifier_begins_with_the_platforms() -> None:
    assert is_namespaced("lending:0001")
    assert is_namespaced("lend.example/x:a b")
    for bad in ("lending", ":1", "x:1", "9x:1", "lending:", "lending-x:1", "much.too.long.a.name:1"):
        assert not is_namespaced(bad)
        with pytest.raises(ValueError, match="platform:value"):
            Identifiers(bad)


@pytest.mark.parametrize(
    "identifier",
    [
        "lending:x1",
        "978-3-16-148410-0",
        "9783161484100",
        "ISBN:9783161484100",
        "doi: 10.9999/toads",
        "10.9999/toads",
        "urn:isbn:9783161484100",
        "URI:urn:isbn:9783161484100",
    ],
)
def test_a_book_answers_to_each_of_its_identifiers(identifier: str) -> None:
    book = Identifiers("lending:x1", "978-3-16-148410-0", "10.9999/toads", "urn:isbn:9783161484100")
    assert book.answers_to(identifier)


@pytest.mark.parametrize("identifier", ["", "-", "ISBN:", "lending:x2", "x1", "978"])
def test_a_book_answers_to_nothing_else(identifier: str) -> None:
    assert not Identifiers("lending:x1").answers_to(identifier)
    assert not Identifiers("lending:x1", isbn="978-3-16-148410-0").answers_to(identifier)
