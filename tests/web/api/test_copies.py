"""The shelf over HTTP."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.web import books
from tests.web.api.asking import EPUB, PDF, add, lend

COPIES = "/api/v1/copies"


def png(width: int = 40, height: int = 60) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, "PNG")
    return stream.getvalue()


def test_a_copy_tells_its_record_and_where_it_is(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    copy = owner.get(f"{COPIES}/{copy_id}").json
    assert (copy["title"], copy["authors"], copy["language"]) == ("Herons", ["Ida Example"], "en")
    assert (copy["format"], copy["extent"], copy["bytes"]) == ("epub", 2, len(books.epub()))
    assert (copy["state"], copy["number"], copy["link"], copy["loan"]) == ("on-shelf", 1, None, None)
    assert copy["url"] == f"/books/{copy_id}"


def test_a_copy_with_a_link_out_tells_it_without_the_token(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    token = lend(owner, copy_id, for_whom="Mia", loan_seconds=7200)
    answer = owner.get(f"{COPIES}/{copy_id}")
    assert answer.json["state"] == "link-out"
    assert (answer.json["link"]["for_whom"], answer.json["link"]["loan_seconds"]) == ("Mia", 7200)
    assert token not in answer.text


def test_a_copy_being_read_by_its_owner_tells_where(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    taken = owner.post(f"{COPIES}/{copy_id}/reading").json
    copy = owner.get(f"{COPIES}/{copy_id}").json
    assert (copy["state"], copy["loan"]["read_url"]) == ("with-owner", taken["read_url"])
    assert taken["read_url"] == f"/read/{taken['loan']['id']}"


def test_the_shelf_is_searched_ordered_and_paged(owner: FlaskClient) -> None:
    for title in ("Bees", "Ants", "Cows"):
        add(owner, books.epub(title))

    def titles(query: str) -> list[str]:
        return [copy["title"] for copy in owner.get(f"{COPIES}?{query}").json["copies"]]

    assert titles("order=title") == ["Ants", "Bees", "Cows"]
    assert titles("order=title&offset=1&limit=1") == ["Bees"]
    assert titles("q=cow") == ["Cows"]
    assert owner.get(f"{COPIES}?limit=1").json["total"] == 3


@pytest.mark.parametrize("query", ["order=size", "limit=0", "limit=201", "offset=-1", "limit=many", "q=%00"])
def test_a_question_that_makes_no_sense_is_refused(owner: FlaskClient, query: str) -> None:
    answer = owner.get(f"{COPIES}?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, "unacceptable-input")
    assert answer.json["field"] == query.partition("=")[0]


def test_a_record_is_corrected_field_by_field(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    owner.patch(f"{COPIES}/{copy_id}", json={"title": "Egrets", "authors": ["A", "B"]})
    copy = owner.get(f"{COPIES}/{copy_id}").json
    assert (copy["title"], copy["authors"], copy["language"]) == ("Egrets", ["A", "B"], "en")


@pytest.mark.parametrize("wish", [{"title": ""}, {"titel": "typing error"}, {"authors": "no list"}, []])
def test_a_correction_that_makes_no_sense_changes_nothing(owner: FlaskClient, wish: object) -> None:
    copy_id = add(owner, books.epub())
    assert owner.patch(f"{COPIES}/{copy_id}", json=wish).status_code == 422
    assert owner.get(f"{COPIES}/{copy_id}").json["title"] == "Herons"


def test_a_body_that_is_not_json_is_refused(owner: FlaskClient) -> None:
    address = f"{COPIES}/{add(owner, books.epub())}"
    assert owner.patch(address, data=b"{", content_type="application/json").status_code == 400
    assert owner.patch(address, data=b"title=x", content_type="text/plain").status_code == 415


def test_a_pdf_has_its_first_page_for_a_cover(owner: FlaskClient) -> None:
    copy_id = add(owner, books.pdf(), PDF)
    address = owner.get(f"{COPIES}/{copy_id}").json["cover_url"]
    cover = owner.get(address)
    assert (cover.status_code, cover.mimetype) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(cover.data)).format == "JPEG"


def test_a_cover_is_replaced(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    assert owner.get(f"{COPIES}/{copy_id}/cover").status_code == 404
    answer = owner.put(f"{COPIES}/{copy_id}/cover", data=png(), content_type="image/png")
    assert answer.status_code == 200
    assert owner.get(answer.json["cover_url"]).mimetype == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [
        (b"no picture", "image/png", 422),
        (b"x", "text/html", 415),
        (b"x" * ((10 << 20) + 1), "image/png", 413),
    ],
)
def test_what_is_no_cover_is_refused(owner: FlaskClient, data: bytes, media_type: str, status: int) -> None:
    address = f"{COPIES}/{add(owner, books.epub())}/cover"
    assert owner.put(address, data=data, content_type=media_type).status_code == status


def test_a_copy_is_withdrawn_from_the_shelf_only(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    lend(owner, copy_id)
    assert owner.delete(f"{COPIES}/{copy_id}").json["code"] == "cannot-withdraw"
    owner.delete(f"{COPIES}/{copy_id}/link")
    assert owner.delete(f"{COPIES}/{copy_id}").status_code == 204
    assert owner.get(f"{COPIES}/{copy_id}").status_code == 404
    assert owner.get(COPIES).json["total"] == 0


def test_a_file_sent_at_once_is_refused_without_trace(owner: FlaskClient) -> None:
    answer = owner.post(COPIES, data=b"just some words", content_type=EPUB)
    assert (answer.status_code, answer.json["code"]) == (422, "not-a-book")
    empty = owner.post(COPIES, content_type=EPUB, environ_overrides={"CONTENT_LENGTH": "0"})
    assert empty.json["code"] == "empty-file"
    assert owner.post(COPIES, data=b"x" * (5 << 20), content_type=EPUB).json["code"] == "file-too-large"
    assert owner.get(COPIES).json["total"] == 0


def test_a_file_of_unknown_length_is_refused(owner: FlaskClient) -> None:
    chunked = {"wsgi.input": io.BytesIO(books.epub()), "wsgi.input_terminated": True}
    answer = owner.post(COPIES, content_type=EPUB, environ_overrides=chunked)
    assert answer.status_code == 411


def test_the_same_file_at_once_is_recognised(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    refused = owner.post(COPIES, data=books.epub(), content_type=EPUB)
    second = owner.post(f"{COPIES}?second_copy=true", data=books.epub(), content_type=EPUB)
    assert (refused.status_code, refused.json["copy_id"]) == (409, copy_id)
    assert second.json["copy"]["number"] == 2
