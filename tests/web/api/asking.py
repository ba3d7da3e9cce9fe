"""What several tests ask of the API."""

from typing import Any

from flask.testing import FlaskClient

EPUB = "application/epub+zip"
PDF = "application/pdf"


def add(owner: FlaskClient, data: bytes, media_type: str = EPUB) -> str:
    """Put a book on the owner's shelf; returns the copy's id."""
    answer = owner.post("/api/v1/copies?filename=book", data=data, content_type=media_type)
    assert answer.status_code == 201, answer.text
    copy_id: str = answer.json["copy"]["id"]
    return copy_id


def show_names(librarian: FlaskClient, purpose: str = "audit", loan: str | None = None) -> None:
    """A librarian has a reader's name shown, or all."""
    asked = {"purpose": purpose} | ({"loan": loan} if loan else {})
    answer = librarian.post("/api/v1/log/names", json=asked)
    assert answer.status_code == 200, answer.text


def lend(owner: FlaskClient, copy_id: str, **offer: Any) -> str:
    """Make a link; returns its token."""
    answer = owner.post(f"/api/v1/copies/{copy_id}/link", json=offer)
    assert answer.status_code == 201, answer.text
    token: str = answer.json["token"]
    return token
