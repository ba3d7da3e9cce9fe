"""A loan's due date, or until when a copy is held, as an iCalendar file (RFC 5545), which any calendar takes.

One event for each loan or hold: its UID stays, and each time that the due date moves its SEQUENCE is
higher, so a calendar that has it already moves it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from lending.mailing.lines import one_line


@dataclass(frozen=True, slots=True)
class DueDate:
    """What a calendar is told. `sequence` rises with every move; `told_at` is when it was decided.

    `organizer` is the library's own address, since who publishes an event has to be named (RFC 5546);
    `is_off` takes an event back that was told before.
    """

    uid: str
    sequence: int
    due_at: datetime
    told_at: datetime
    organizer: str
    summary: str
    url: str = ""
    is_off: bool = False

    @property
    def method(self) -> str:
        """What the calendar does with it."""
        return "CANCEL" if self.is_off else "PUBLISH"


def calendar_of(due: DueDate) -> bytes:
    """The file: UTF-8, lines ended by CRLF and folded at 75 octets (section 3.1)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lending//due dates//EN",
        f"METHOD:{due.method}",
        "BEGIN:VEVENT",
        f"UID:{_text(due.uid)}",
        f"SEQUENCE:{due.sequence}",
        f"DTSTAMP:{_utc(due.told_at)}",
        f"DTSTART:{_utc(due.due_at)}",
        f"ORGANIZER:mailto:{due.organizer}",
        f"SUMMARY:{_text(due.summary)}",
        *(["STATUS:CANCELLED"] if due.is_off else []),
        *([f"URL:{due.url}"] if due.url else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A TEXT value (section 3.3.11), of one line."""
    escaped = one_line(text).replace("\\", "\\\\")
    return escaped.replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, no character cut through."""
    pieces, piece = [], b""
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > 74:  # with the space that begins each further line: 75
            pieces.append(piece)
            piece = b""
        piece += encoded
    return b"\r\n ".join([*pieces, piece])
