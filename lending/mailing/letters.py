"""A letter to write, and the e-mail that it becomes: plain text, simple HTML, the due date for calendars."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from html import escape
from pathlib import Path
from typing import Final

from lending.circulation.notices import Notice, Recipient
from lending.mailing.calendars import DueDate, calendar_of
from lending.mailing.lines import one_line
from lending.mailing.words import (
    ALL_WELL,
    Facts,
    Language,
    Said,
    Stands,
    due_summary,
    say,
    signature,
    to_account,
    to_stop,
)


class WholeHeader(UnstructuredHeader, BaseHeader):
    """A header that stays on one line. Python would write a long address in encoded words, which no mail
    program reads as one."""

    def fold(self, *, policy: Policy) -> str:
        """As it is. It is far shorter than the 998 characters that a line may have."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", WholeHeader)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice with the names that it points at, its address and its language, and where in the library it
    leads (`path`).

    `stop_token` is what the address holds by which such letters are stopped; empty for an owner, whose
    address stands on their account page.
    """

    notice: Notice
    email: str
    language: str
    title: str
    lender: str
    borrower: str
    path: str
    passed_by: str = ""
    """Who passed the book on to the borrower, if anybody did."""
    stop_token: str = ""
    stands: Stands = ALL_WELL
    kept_until: datetime | None = None
    """Until when a copy was kept for them, where the letter says that it is so no longer."""


@dataclass(frozen=True, slots=True)
class Foot:
    """Below each letter: why it came, and where that is changed; `url` is empty where nobody knows."""

    why: str
    deed: str
    url: str


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
        url = self._at(letter.path)
        foot = self._foot(letter, language)
        email.set_content(_plain(said, foot, url), cte="quoted-printable")
        email.add_alternative(_html(said, foot, url, language.tag), subtype="html", cte="quoted-printable")
        if letter.notice.recipient is not Recipient.OWNER:
            self._enclose_due_date(email, letter, due_summary(letter.notice.kind, facts, language), url)
        return email

    def _envelope(self, letter: Letter, subject: str, now: datetime) -> EmailMessage:
        notice = letter.notice
        email = EmailMessage(policy=_POLICY)
        name, address = parseaddr(self.sender)
        email["From"] = Address(one_line(name), addr_spec=address)
        email["To"] = _addressee(letter.email)
        email["Subject"] = one_line(subject)
        email["Date"] = format_datetime(now)
        email["Message-ID"] = f"<{notice.subject_id}.{notice.kind}.{notice.number}@{self._domain}>"
        email["Auto-Submitted"] = "auto-generated"
        if letter.stop_token and self.base_url:
            one_click = self._at(f"api/v1/letters/one-click?token={letter.stop_token}")
            email["List-Unsubscribe"] = f"<{one_click}>"
            email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return email

    def _foot(self, letter: Letter, language: Language) -> Foot:
        if letter.stop_token:
            deed, place = to_stop(language), f"letters#{letter.stop_token}"
        else:
            deed, place = to_account(language), "account"
        return Foot(signature(language), deed, self._at(place))

    def _facts(self, letter: Letter, language: Language) -> Facts:
        due = letter.notice.due_at
        return Facts(
            one_line(letter.title),
            one_line(letter.lender),
            one_line(letter.borrower),
            "" if due is None else language.moment(due),
            one_line(letter.passed_by),
            letter.stands,
        )

    def _enclose_due_date(self, email: EmailMessage, letter: Letter, summary: str, url: str) -> None:
        """The date that the letter tells; or that the one which another letter told is off."""
        notice, told_at = letter.notice, letter.notice.due_at or letter.kept_until
        if told_at is None:
            return
        is_off = notice.due_at is None
        number = notice.number + 1 if is_off else notice.number
        uid, organizer = f"{notice.subject_id}@{self._domain}", parseaddr(self.sender)[1]
        due = DueDate(uid, number, told_at, notice.at, organizer, summary, url, is_off)
        email.add_attachment(
            calendar_of(due),
            maintype="text",
            subtype="calendar",
            filename="due-date.ics",
            params={"method": due.method, "charset": "utf-8"},
        )

    def _at(self, place: str) -> str:
        """An address in the library; empty where nobody has said what its own is."""
        return f"{self.base_url.rstrip('/')}/{place}" if self.base_url else ""

    @property
    def _domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]


def _addressee(email: str) -> Address:
    try:
        return Address(addr_spec=email)
    except (MessageError, IndexError) as error:  # what the library raises for some that are none
        raise ValueError("not an e-mail address") from error


def _plain(said: Said, foot: Foot, url: str) -> str:
    link = [f"{said.link}: {url}"] if url else []
    deed = f"\n{foot.deed}: {foot.url}" if foot.url else ""
    return "\n\n".join([*said.paragraphs, *link, f"-- \n{foot.why}{deed}"]) + "\n"


def _html(said: Said, foot: Foot, url: str, language: str) -> str:
    paragraphs = "".join(f"<p>{escape(one)}</p>\n" for one in said.paragraphs)
    link = f'<p><a href="{escape(url)}">{escape(said.link)}</a></p>\n' if url else ""
    deed = f'<br><a href="{escape(foot.url)}">{escape(foot.deed)}</a>' if foot.url else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(said.subject)}</title></head>\n<body>\n{paragraphs}{link}"
        f"<p><small>{escape(foot.why)}{deed}</small></p>\n</body>\n</html>\n"
    )
