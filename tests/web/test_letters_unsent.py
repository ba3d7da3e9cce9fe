"""A library that sends no mail promises none."""

from flask.testing import FlaskClient


def test_no_page_asks_for_an_address_where_no_mail_is_sent(owner: FlaskClient) -> None:
    assert "email" not in owner.get("/b").text
    assert 'name="email"' not in owner.get("/account").text
    assert owner.get("/api/v1/me").json["sends_mail"] is False


def test_an_address_that_no_letter_will_go_to_is_not_taken(owner: FlaskClient) -> None:
    assert owner.patch("/api/v1/account", json={"email": "ana@example.org"}).status_code == 422
