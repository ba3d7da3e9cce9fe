"""Letters handed to a real mail server."""

from email.message import EmailMessage

import pytest

from lending.adapters.mailer_smtp import SmtpMailer
from lending.ports.mail import Mailer, MailRefused, MailUnavailable
from tests.real.mail import free_port, mail_server


def letter(to: str = "eva@example.org") -> EmailMessage:
    written = EmailMessage()
    written["From"] = "library@example.org"
    written["To"] = to
    written["Subject"] = "“Tides” is back"
    written.set_content("It is on your shelf again.\n")
    return written


def mailer(url: str) -> Mailer:
    return SmtpMailer.of_url(url)


def test_a_letter_arrives_whole() -> None:
    with mail_server() as server:
        mailer(server.url).send(letter())
        (came,) = server.box.letters
    assert (came["Subject"], came["To"]) == ("“Tides” is back", "eva@example.org")
    assert came.get_content().splitlines() == ["It is on your shelf again."]


def test_a_server_that_is_away_or_busy_is_told_apart_from_one_that_refuses() -> None:
    with pytest.raises(MailUnavailable):
        mailer(f"smtp://127.0.0.1:{free_port()}").send(letter())
    with mail_server() as server:
        server.box.refused = {"nobody@example.org"}
        with pytest.raises(MailRefused):
            mailer(server.url).send(letter("nobody@example.org"))
        server.box.busy = True
        with pytest.raises(MailUnavailable):
            mailer(server.url).send(letter())
        server.box.busy = False
        mailer(server.url).send(letter())
        assert len(server.box.letters) == 1


def test_a_server_that_wants_a_password_gets_it() -> None:
    with mail_server(password="p@ss/word") as server:
        url = f"smtp://library:{{}}@127.0.0.1:{server.port}"
        mailer(url.format("p%40ss%2Fword")).send(letter())
        assert len(server.box.letters) == 1
        with pytest.raises(MailUnavailable):
            mailer(url.format("wrong")).send(letter())


def test_an_address_says_host_port_and_who() -> None:
    found = SmtpMailer.of_url("smtps://me:a%40b@mail.example.org")
    assert (found.host, found.port, found.user, found.password) == ("mail.example.org", 465, "me", "a@b")
    assert found.tls_at_once
    assert "a@b" not in repr(found)
    assert SmtpMailer.of_url("smtp://mail.example.org").port == 587
    with pytest.raises(ValueError, match="smtp"):
        SmtpMailer.of_url("https://mail.example.org")
