"""A letter to write, and the e-mail that it becomes: plain text, simple HTML, the due date for calendars."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from pathlib import Path

from lending.circulation.notices import Notice, Recipient
from lending.mailing.calendars import DueDate, calendar_of
from lending.mailing.lines import one_line
from lending.mailing.words import Facts, Language, Said, due_summary, say, signature


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice with the names that it points at, its address and its language."""

    notice: Notice
    email: str
    language: str
    title: str
    lender: str
    borrower: str


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all letters of a library have in common.

    `sender` is an address with or without a name; `base_url` is where people find the library, or empty:
    then no letter has a link. `catalogues` is the folder of translations.
    """

    sender: str
    base_url: str
    catalogues: Path

    def write(self, letter: Letter, now: datetime) -> EmailMessage:
        """The e-mail. The same letter always has the same Message-ID, however often it is tried.

        Raises ValueError for an address that no e-mail can be written to.
        """
        language = Language(self.catalogues, letter.language)
        facts = self._facts(letter, language)
        said = say(letter.notice.kind, facts, language)
        email = self._envelope(letter, said.subject, now)
        url = self._url(letter.notice)
        why = signature(language)
        email.set_content(_plain(said, why, url), cte="quoted-printable")
        email.add_alternative(_html(said, why, url, language.tag), subtype="html", cte="quoted-printable")
        if letter.notice.recipient is Recipient.BORROWER and letter.notice.due_at is not None:
            self._enclose_due_date(email, letter.notice, due_summary(facts, language), url)
        return email

    def _envelope(self, letter: Letter, subject: str, now: datetime) -> EmailMessage:
        notice = letter.notice
        email = EmailMessage(policy=SMTP)
        name, address = parseaddr(self.sender)
        email["From"] = Address(one_line(name), addr_spec=address)
        email["To"] = _addressee(letter.email)
        email["Subject"] = one_line(subject)
        email["Date"] = format_datetime(now)
        email["Message-ID"] = f"<{notice.subject_id}.{notice.kind}.{notice.number}@{self._domain}>"
        email["Auto-Submitted"] = "auto-generated"
        return email

    def _facts(self, letter: Letter, language: Language) -> Facts:
        due = letter.notice.due_at
        return Facts(
            one_line(letter.title),
            one_line(letter.lender),
            one_line(letter.borrower),
            "" if due is None else language.moment(due),
        )

    def _enclose_due_date(self, email: EmailMessage, notice: Notice, summary: str, url: str) -> None:
        assert notice.due_at is not None
        uid = f"{notice.subject_id}@{self._domain}"
        due = DueDate(uid, notice.number, notice.due_at, notice.at, summary, url)
        email.add_attachment(
            calendar_of(due),
            maintype="text",
            subtype="calendar",
            filename="due-date.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )

    def _url(self, notice: Notice) -> str:
        """Where the letter leads. It holds no secret: the browser must have the loan, or sign in."""
        if not self.base_url:
            return ""
        to_borrower = notice.recipient is Recipient.BORROWER
        place = f"read/{notice.subject_id}" if to_borrower else f"books/{notice.copy_id}"
        return f"{self.base_url.rstrip('/')}/{place}"

    @property
    def _domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]


def _addressee(email: str) -> Address:
    try:
        return Address(addr_spec=email)
    except (MessageError, IndexError) as error:  # what the library raises for some that are none
        raise ValueError("not an e-mail address") from error


def _plain(said: Said, why: str, url: str) -> str:
    link = [f"{said.link}: {url}"] if url else []
    return "\n\n".join([*said.paragraphs, *link, f"-- \n{why}"]) + "\n"


def _html(said: Said, why: str, url: str, language: str) -> str:
    paragraphs = "".join(f"<p>{escape(one)}</p>\n" for one in said.paragraphs)
    link = f'<p><a href="{escape(url)}">{escape(said.link)}</a></p>\n' if url else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(said.subject)}</title></head>\n<body>\n{paragraphs}{link}"
        f"<p><small>{escape(why)}</small></p>\n</body>\n</html>\n"
    )
