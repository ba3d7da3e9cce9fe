"""What a letter looks like, read back by others' programs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

import lending
from lending.circulation.notices import Notice, NoticeKind, Recipient, recipient_of
from lending.mailing.letters import Letter, Stationery

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE = NOON + timedelta(days=14)
TOKEN = "v1." + "a" * 140 + "." + "b" * 80 + "." + "c" * 86
"""As long as they are."""
CATALOGUES = Path(lending.__file__).parent / "web" / "translations"


def sent(
    kind: NoticeKind = NoticeKind.LENT,
    *,
    number: int = 0,
    language: str = "en",
    base_url: str = "https://books.example.org/",
    title: str = "Primera memoria",
    email: str = "eva@example.org",
    borrower: str = "Eva",
    passed_by: str = "",
    path: str = "read/loan",
) -> bytes:
    """The letter as it is sent."""
    notice = Notice("loan", kind, number, recipient_of(kind), "copy", NOON, DUE)
    stop = "" if notice.recipient is Recipient.OWNER else TOKEN
    paper = Stationery("Our Library <library@example.org>", base_url, CATALOGUES)
    letter = Letter(notice, email, language, title, "Ana", borrower, path, passed_by, stop)
    return bytes(paper.write(letter, NOON))


def written(kind: NoticeKind = NoticeKind.LENT, **said: Any) -> EmailMessage:
    """The letter as it is after its way through the net."""
    letter = message_from_bytes(sent(kind, **said), policy=default)
    assert isinstance(letter, EmailMessage)
    return letter


def text(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content


def calendar(letter: EmailMessage) -> bytes:
    part = next(part for part in letter.iter_attachments() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_says_in_its_subject_what_happened(kind: NoticeKind) -> None:
    letter = written(kind)
    assert "Primera memoria" in letter["Subject"]
    assert "%(" not in letter["Subject"] + text(letter) + text(letter, "html")
    assert text(letter).strip()


def test_a_letter_is_known_by_its_headers() -> None:
    letter = written()
    assert letter["From"] == "Our Library <library@example.org>"
    assert letter["To"] == "eva@example.org"
    assert letter["Message-ID"] == "<loan.lent.0@example.org>" == written()["Message-ID"]
    assert letter["Date"].datetime == NOON
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_letter_to_a_borrower_says_how_to_stop_letters_to_people_and_to_mail_programs() -> None:
    letter = written()
    page = f"https://books.example.org/letters#{TOKEN}"
    assert f"Send me no more letters: {page}" in text(letter)
    assert f'<a href="{page}">Send me no more letters</a>' in text(letter, "html")
    one_click = f"https://books.example.org/api/v1/letters/one-click?token={TOKEN}"
    assert letter["List-Unsubscribe"] == f"<{one_click}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{one_click}>\r\n".encode() in sent(), "no word of it encoded, no line folded"


def test_a_letter_to_an_owner_leads_to_their_account() -> None:
    letter = written(NoticeKind.RETURNED)
    assert "Change or remove your address: https://books.example.org/account" in text(letter)
    assert letter["List-Unsubscribe"] is letter["List-Unsubscribe-Post"] is None


def test_a_letter_leads_to_the_book_only_where_the_library_knows_its_address() -> None:
    assert "https://books.example.org/read/loan" in text(written())
    to_owner = written(NoticeKind.RETURNED, path="books/copy")
    assert 'href="https://books.example.org/books/copy"' in text(to_owner, "html")
    nowhere = written(base_url="")
    assert "http" not in text(nowhere)
    assert "href" not in text(nowhere, "html")
    assert nowhere["List-Unsubscribe"] is None


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_a_title_can_not_add_a_header_or_a_line_to_the_calendar(line_end: str) -> None:
    letter = written(title=f"Tides{line_end}Bcc: all@example.org{line_end}UID:other")
    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]
    assert calendar(letter).count(b"\r\nUID:") == 1


@pytest.mark.parametrize("email", ["eva@example.org\nBcc: all@example.org", "a@b, c@d", "a..b@c", ""])
def test_an_address_that_is_none_is_not_written_to(email: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        written(email=email)


def test_html_shows_a_title_as_it_is() -> None:
    letter = written(title="<script>alert(1)</script> & Co")
    assert "<script" not in text(letter, "html")
    assert "&lt;script&gt;" in text(letter, "html")


def test_the_due_date_is_an_event_of_a_calendar() -> None:
    (event,) = Calendar.from_ical(calendar(written())).walk("VEVENT")
    assert event["DTSTART"].dt == DUE
    assert (str(event["UID"]), int(event["SEQUENCE"])) == ("loan@example.org", 0)
    assert event["SUMMARY"] == "“Primera memoria” is due back"
    assert event["URL"] == "https://books.example.org/read/loan"


def test_a_moved_due_date_is_the_same_event_with_a_higher_sequence() -> None:
    moved = Calendar.from_ical(calendar(written(NoticeKind.RECALLED, number=3)))
    assert moved["METHOD"] == "PUBLISH"
    (event,) = moved.walk("VEVENT")
    assert (str(event["UID"]), int(event["SEQUENCE"])) == ("loan@example.org", 3)


def test_a_date_is_published_by_the_library_and_taken_back_where_it_is_off() -> None:
    published = Calendar.from_ical(calendar(written()))
    (event,) = published.walk("VEVENT")
    assert event["ORGANIZER"] == "mailto:library@example.org"
    notice = Notice("hold", NoticeKind.DECLINED, 0, Recipient.IN_LINE, "copy", NOON)
    letter = Letter(
        notice, "eva@example.org", "en", "Tides", "Ana", "Eva", "w", stop_token=TOKEN, kept_until=DUE
    )
    paper = Stationery("Our Library <library@example.org>", "https://books.example.org", CATALOGUES)
    off = message_from_bytes(bytes(paper.write(letter, NOON)), policy=default)
    assert isinstance(off, EmailMessage)
    taken_back = Calendar.from_ical(calendar(off))
    assert taken_back["METHOD"] == "CANCEL"
    (event,) = taken_back.walk("VEVENT")
    assert (str(event["UID"]), int(event["SEQUENCE"]), event["STATUS"]) == (
        "hold@example.org",
        1,
        "CANCELLED",
    )
    never_told = replace(letter, kept_until=None)
    assert b"calendar" not in bytes(paper.write(never_told, NOON))


def test_long_and_odd_titles_come_through_the_calendar_whole() -> None:
    title = "Ünsere, Bücher; \\ und 日本語 " * 12
    content = calendar(written(title=title))
    assert max(map(len, content.split(b"\r\n"))) <= 75
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["SUMMARY"] == f"“{title.strip()}” is due back"


def test_owners_get_no_calendar_file() -> None:
    assert not list(written(NoticeKind.CHECKED_OUT).iter_attachments())


def test_dates_are_written_as_the_language_writes_them() -> None:
    assert "Sunday, March 15, 2026, 12:00 UTC" in text(written())
    assert "domingo, 15 de marzo de 2026, 12:00 UTC" in text(written(language="es"))
    assert "Sunday, March 15" in text(written(language="xx-none"))


def test_who_said_no_name_is_still_somebody() -> None:
    assert written(NoticeKind.CHECKED_OUT, borrower="")["Subject"].startswith("Your reader has borrowed")


def test_the_owner_reads_who_passed_the_book_on_and_to_whom() -> None:
    letter = written(NoticeKind.PASSED_ON, borrower="Cleo", passed_by="Ben")
    assert letter["Subject"] == "Ben has passed “Primera memoria” on to Cleo"
    assert "March 15, 2026, 12:00 UTC, as before" in text(letter)
    nameless = written(NoticeKind.PASSED_ON, borrower="")
    assert nameless["Subject"] == "Your reader has passed “Primera memoria” on to a friend"
