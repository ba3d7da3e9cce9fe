"""tus 1.0.0, as a client speaks it: https://tus.io/protocols/resumable-upload."""

import base64
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web import books

UPLOADS = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
BOOK = books.epub()


def begin(client: FlaskClient, length: int = len(BOOK), **more: str) -> str:
    answer = client.post(UPLOADS, headers=TUS | {"Upload-Length": str(length)} | more)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(client: FlaskClient, address: str, data: bytes, offset: int, **more: str) -> TestResponse:
    headers = TUS | {"Upload-Offset": str(offset)} | more
    return client.patch(address, data=data, headers=headers, content_type=PART)


def body_of(stream: object, length: int) -> dict[str, object]:
    """A request's body as a server hands it over: a stream, and how long the client said it is."""
    return {"wsgi.input": stream, "CONTENT_LENGTH": str(length)}


def offset_of(client: FlaskClient, address: str) -> int:
    return int(client.head(address, headers=TUS).headers["Upload-Offset"])


def test_the_server_says_what_it_speaks(stranger: FlaskClient) -> None:
    answer = stranger.options(UPLOADS)
    assert answer.status_code == 204
    assert "Content-Type" not in answer.headers
    assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,termination"
    assert answer.headers["Tus-Max-Size"] == str(4 << 20)


def test_a_book_arrives_in_parts_and_joins_the_shelf(owner: FlaskClient) -> None:
    name = base64.b64encode("mañana.epub".encode()).decode()
    address = begin(owner, **{"Upload-Metadata": f"filename {name},filetype "})

    first = send(owner, address, BOOK[:700], 0)
    head = owner.head(address, headers=TUS)
    second = send(owner, address, BOOK[700:], 700)
    shelved = owner.post(f"{address}/accession", json={})

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "700")
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("700", str(len(BOOK)))
    assert head.headers["Cache-Control"] == "no-store"
    assert second.headers["Upload-Offset"] == str(len(BOOK))
    assert (shelved.status_code, shelved.json["copy"]["title"]) == (201, "Herons")
    assert owner.get(address).json["file_name"] == "mañana.epub"


def test_the_first_part_may_come_with_the_creation(owner: FlaskClient) -> None:
    headers = TUS | {"Upload-Length": str(len(BOOK))}
    answer = owner.post(UPLOADS, data=BOOK[:500], headers=headers, content_type=PART)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "500")
    assert offset_of(owner, answer.headers["Location"]) == 500


def test_a_part_for_elsewhere_is_refused_with_where_to_go_on(owner: FlaskClient) -> None:
    address = begin(owner)
    send(owner, address, BOOK[:10], 0)
    refused = send(owner, address, BOOK[:10], 0)
    assert (refused.status_code, refused.json["code"], refused.json["expected"]) == (409, "wrong-offset", 10)
    assert offset_of(owner, address) == 10


def test_more_than_was_announced_is_refused(owner: FlaskClient) -> None:
    address = begin(owner, length=10)
    refused = send(owner, address, b"x" * 11, 0)
    assert (refused.status_code, refused.json["code"]) == (413, "file-too-large")


def test_what_came_before_a_broken_connection_is_kept(owner: FlaskClient) -> None:
    address = begin(owner)
    broken = owner.patch(
        address,
        environ_overrides=body_of(io.BytesIO(BOOK[:600]), len(BOOK)),  # the rest never comes
        headers=TUS | {"Upload-Offset": "0"},
        content_type=PART,
    )
    assert broken.status_code == 400
    assert offset_of(owner, address) == 600
    assert send(owner, address, BOOK[600:], 600).status_code == 204


class Watched:
    """A long body that notes how much of it was ever asked for at once."""

    def __init__(self, length: int) -> None:
        self.left = length
        self.largest = 0

    def read(self, size: int) -> bytes:
        self.largest = max(self.largest, size)
        taken = min(size, self.left)
        self.left -= taken
        return b"x" * taken


def test_a_long_body_is_taken_in_small_pieces(owner: FlaskClient) -> None:
    length = 3 << 20
    address, body = begin(owner, length), Watched(length)
    answer = owner.patch(
        address,
        environ_overrides=body_of(body, length),
        headers=TUS | {"Upload-Offset": "0"},
        content_type=PART,
    )
    assert (answer.status_code, body.left) == (204, 0)
    assert body.largest <= 64 << 10


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1"])
def test_another_version_of_the_protocol_is_refused(owner: FlaskClient, version: str | None) -> None:
    address = begin(owner)
    headers = {"Tus-Resumable": version} if version else {}
    answers = [
        owner.post(UPLOADS, headers=headers | {"Upload-Length": "9"}),
        owner.head(address, headers=headers),
        owner.patch(address, data=b"x", headers=headers | {"Upload-Offset": "0"}, content_type=PART),
        owner.delete(address, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [412] * 4
    assert {answer.headers["Tus-Version"] for answer in answers} == {"1.0.0"}
    assert offset_of(owner, address) == 0


def test_a_part_of_another_type_is_refused(owner: FlaskClient) -> None:
    address = begin(owner)
    headers = TUS | {"Upload-Offset": "0"}
    assert owner.patch(address, data=b"x", headers=headers, content_type="text/plain").status_code == 415


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "x", "٣", "9" * 30])
def test_an_offset_that_is_no_number_is_refused(owner: FlaskClient, offset: str) -> None:
    address = begin(owner)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": offset.encode().decode("latin-1")}
    assert owner.patch(address, data=b"x", headers=headers, content_type=PART).status_code == 400


def test_an_upload_of_unknown_length_is_refused(owner: FlaskClient) -> None:
    assert owner.post(UPLOADS, headers=TUS | {"Upload-Defer-Length": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("length", "status", "code"), [(0, 422, "empty-file"), (5 << 20, 413, "file-too-large")]
)
def test_a_length_that_can_not_be_is_refused_before_a_byte_is_sent(
    owner: FlaskClient, length: int, status: int, code: str
) -> None:
    answer = owner.post(UPLOADS, headers=TUS | {"Upload-Length": str(length)})
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_discarded_upload_is_gone(owner: FlaskClient) -> None:
    address = begin(owner)
    assert owner.delete(address, headers=TUS).status_code == 204
    assert owner.head(address, headers=TUS).status_code == 404


def test_every_answer_names_the_version_refusals_too(owner: FlaskClient, stranger: FlaskClient) -> None:
    address = begin(owner)
    answers = [owner.get(address), send(owner, address, b"", 5), stranger.head(address, headers=TUS)]
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}


def test_somebody_elses_upload_is_not_there(owner: FlaskClient, other_owner: FlaskClient) -> None:
    address = begin(owner)
    answers = [
        other_owner.head(address, headers=TUS),
        send(other_owner, address, BOOK, 0),
        other_owner.delete(address, headers=TUS),
        other_owner.post(f"{address}/accession", json={}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def shelve(owner: FlaskClient, data: bytes, **wish: bool) -> tuple[str, TestResponse]:
    address = begin(owner, len(data))
    send(owner, address, data, 0)
    return address, owner.post(f"{address}/accession", json=wish)


def test_an_accession_asked_for_again_answers_the_same(owner: FlaskClient) -> None:
    address, first = shelve(owner, BOOK)
    again = owner.post(f"{address}/accession")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert owner.get("/api/v1/copies").json["total"] == 1


def test_an_unfinished_upload_joins_nothing(owner: FlaskClient) -> None:
    answer = owner.post(f"{begin(owner)}/accession")
    assert (answer.status_code, answer.json["expected"]) == (409, 0)


def test_the_same_file_is_recognised_and_a_second_copy_is_said(owner: FlaskClient) -> None:
    _, first = shelve(owner, BOOK)
    address, refused = shelve(owner, BOOK)
    second = owner.post(f"{address}/accession", json={"second_copy": True})
    assert (refused.status_code, refused.json["code"]) == (409, "already-on-shelf")
    assert refused.json["copy_id"] == first.json["copy"]["id"]
    assert (second.status_code, second.json["copy"]["number"]) == (201, 2)


def test_what_is_no_book_is_refused_and_forgotten(owner: FlaskClient) -> None:
    address, refused = shelve(owner, b"just some words")
    assert (refused.status_code, refused.json["code"]) == (422, "not-a-book")
    assert owner.get(address).status_code == 404


@pytest.fixture
def form(app: Flask, owner: FlaskClient) -> Iterator[TestResponse]:
    with owner.post("/api/v1/copies", data={"file": (io.BytesIO(BOOK), "a.epub")}) as answer:
        yield answer


def test_a_form_with_a_file_is_refused_unread(form: TestResponse) -> None:
    assert (form.status_code, form.mimetype) == (415, "application/problem+json")
