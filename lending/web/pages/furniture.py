"""What templates use: dates, periods, sizes and states in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import segno
from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, request
from markupsafe import Markup, escape

from lending.circulation.copies import Copy
from lending.circulation.events import Denial, EventKind, Purpose
from lending.circulation.holds import HoldState
from lending.circulation.links import LinkKind
from lending.circulation.loans import Loan
from lending.circulation.noticing import Unusual
from lending.circulation.transitions import CopyState
from lending.ledger.encoding import base64_of
from lending.ports.records import EPUB, EventLine, LoanState, Role
from lending.web import guards
from lending.web.assets import asset
from lending.web.desk import desk
from lending.web.language import LANGUAGES, of_request
from lending.web.overview_words import chart_title, chart_words, found_words
from lending.web.pages import dates
from lending.web.texts import gettext, locale_name, ngettext, shown_bytes, shown_date, somebody, titled

_OF_A_LINK = (EventKind.LINK_MADE, EventKind.LINK_CANCELLED, EventKind.LINK_EXPIRED)
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def furnish(app: Flask) -> None:
    """Give templates their filters, tests and globals."""
    app.jinja_env.filters.update(
        authors=authors,
        day=day,
        year=year,
        moment=dates.moment,
        period=period,
        bytes=shown_bytes,
        cloth=cloth,
        qr=qr,
        count=count,
        base64=base64_of,
        short_day=short_day,
        span=span,
        language_name=language_name,
        somebody=somebody,
        titled=titled,
    )
    app.jinja_env.globals.update(
        asset=asset,
        languages=LANGUAGES,
        page_language=of_request,
        visitor=guards.actor_or_none,
        state_words=state_words,
        log_state_words=log_state_words,
        happened_words=happened_words,
        purpose_words=purpose_words,
        Purpose=Purpose,
        Unusual=Unusual,
        chart_title=chart_title,
        chart_words=chart_words,
        found_words=found_words,
        is_insecure=is_insecure,
        format_name=format_name,
        report_words=report_words,
        now=_now,
        CopyState=CopyState,
        EventKind=EventKind,
        LinkKind=LinkKind,
        HoldState=HoldState,
        LoanState=LoanState,
        Role=Role,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _now() -> datetime:
    return desk().shelf.clock.now()


def authors(names: tuple[str, ...]) -> str:
    """Names in one line, as the language joins them."""
    return format_list(list(names), locale=locale_name()) if names else ""


def day(when: datetime) -> Markup:
    """A date, with its machine-readable form, and with the time of day where it is near."""
    return dates.day(when, _now())


def short_day(when: datetime) -> Markup:
    """A day of this or the last year, where there is little room."""
    return dates.short_day(when, _now())


def year(when: datetime) -> str:
    """A year, as bookplates tell it."""
    return shown_date(when, "y")


def period(length: timedelta) -> str:
    """A duration as people say it: whole days as days, all else in hours.

    In English, 14 days are "14 days", and 36 hours "36 hours".
    """
    hours = max(1, -(-length // timedelta(hours=1)))
    if hours % 24:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return ngettext("%(num)d day", "%(num)d days", hours // 24)


def count(number: int) -> str:
    """A number as the language groups its digits."""
    return format_decimal(number, locale=locale_name())


def span(length: timedelta) -> str:
    """About how long something lasted: in days, or in hours, or in minutes."""
    if length >= timedelta(days=1):
        return ngettext("%(num)d day", "%(num)d days", round(length / timedelta(days=1)))
    if length >= timedelta(hours=1):
        return ngettext("%(num)d hour", "%(num)d hours", round(length / timedelta(hours=1)))
    return ngettext("%(num)d minute", "%(num)d minutes", max(1, round(length / timedelta(minutes=1))))


def cloth(title: str) -> int:
    """Which of the eight bindings a book without a cover wears: the same one wherever it stands."""
    return sum(title.encode()) % 8 + 1


def language_name(code: str) -> str:
    """A language's name for its BCP 47 tag; the tag itself where nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name(locale_name()) or code
    except (ValueError, UnknownLocaleError):
        return code


def qr(address: str) -> Markup:
    """A QR code as an inline drawing that its page may colour."""
    label = gettext("QR code of the link")
    drawing = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=2, dark="#000", light="#fff"
    )
    return Markup(drawing.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S704 - segno escapes nothing because it draws no text


def state_words(copy: Copy, when: datetime, passed_by: Sequence[Loan] = ()) -> tuple[str, str | Markup]:
    """A copy's state: the look's class and the words. `passed_by` are the loans by which it was passed on."""
    state = copy.state(when)
    look, words = _STATES[state]
    if state is CopyState.ON_LOAN and passed_by:
        return look, _passed_on_words(copy, passed_by[-1])
    return look, words(copy)


def log_state_words(state: LoanState, *, to_owner: bool) -> tuple[str, str]:
    """A loan's state in the log: the look's class and the words."""
    return {
        LoanState.OUT: ("state-mine", gettext("With owner")) if to_owner else ("state-lent", gettext("Out")),
        LoanState.RETURNED: ("state-over", gettext("Put back") if to_owner else gettext("Returned")),
        LoanState.EXPIRED: ("state-over", gettext("Expired")),
        LoanState.PASSED_ON: ("state-over", gettext("Passed on")),
    }[state]


def happened_words(line: EventLine) -> str:
    """What happened, in words, with what is known of a loan that is passed on."""
    kind = line.event.kind
    if kind is EventKind.PASSED_ON and line.passed_to:
        return gettext("Passed on to %(name)s", name=line.passed_to)
    if isinstance(line.event.reason, Denial):
        return {
            Denial.LIMIT_EXCEEDED: gettext("Somebody was turned away: it was not free"),
            Denial.NO_LICENSE: gettext("Somebody was turned away: the link lends nothing any more"),
        }[line.event.reason]
    if line.event.reason is not None:
        return _shown_words(line, line.event.reason)
    if kind in _OF_A_LINK and line.event.loan_id is not None:
        return {
            EventKind.LINK_MADE: gettext("Offered to a friend"),
            EventKind.LINK_CANCELLED: gettext("Offer taken back"),
            EventKind.LINK_EXPIRED: gettext("Offer expired"),
        }[kind]
    if kind is EventKind.ERASED and line.event.to is not None:
        return gettext("Account erased")
    return event_words(kind)


def purpose_words(purpose: Purpose) -> str:
    """What a reader's name is shown for, in words."""
    return {
        Purpose.READER_ASKED: gettext("the reader asked about their loan"),
        Purpose.OWNER_ASKED: gettext("the owner asked about their book"),
        Purpose.MISUSE: gettext("the loan looks misused"),
        Purpose.LAW: gettext("the law demands it"),
        Purpose.AUDIT: gettext("the log is being audited"),
    }[purpose]


def _shown_words(line: EventLine, purpose: Purpose) -> str:
    who = gettext("whoever runs the server") if line.event.by is None else somebody(line.by_name)
    why = purpose_words(purpose)
    if line.event.loan_id is None:
        return gettext("All readers’ names shown to %(who)s: %(why)s", who=who, why=why)
    return gettext("The reader’s name shown to %(who)s: %(why)s", who=who, why=why)


def event_words(kind: EventKind) -> str:
    """What happened, in words."""
    return {
        EventKind.TITLE_ADDED: gettext("Title added"),
        EventKind.TITLE_CORRECTED: gettext("Title corrected"),
        EventKind.COPY_ADDED: gettext("Copy added"),
        EventKind.COPY_WITHDRAWN: gettext("Copy withdrawn"),
        EventKind.TAKEN_OUT: gettext("Taken out with its file"),
        EventKind.LINK_MADE: gettext("Link made"),
        EventKind.LINK_CANCELLED: gettext("Link cancelled"),
        EventKind.LINK_EXPIRED: gettext("Link expired"),
        EventKind.CHECKED_OUT: gettext("Checked out"),
        EventKind.RETURNED: gettext("Returned"),
        EventKind.EXPIRED: gettext("Loan expired"),
        EventKind.RENEWED: gettext("Renewed"),
        EventKind.RECALLED: gettext("Asked back"),
        EventKind.CARRIED: gettext("Carried to another device"),
        EventKind.PASSED_ON: gettext("Passed on"),
        EventKind.HOLD_ASKED: gettext("Asked to borrow"),
        EventKind.HOLD_PLACED: gettext("In line"),
        EventKind.HELD: gettext("Held for the next in line"),
        EventKind.HOLD_LAPSED: gettext("Not picked up"),
        EventKind.HOLD_LEFT: gettext("Left the line"),
        EventKind.HOLD_DECLINED: gettext("Declined"),
        EventKind.GIFT_OFFERED: gettext("Offered as a gift"),
        EventKind.GIVEN: gettext("Given away"),
        EventKind.COPY_LOST: gettext("Copy lost"),
        EventKind.COPY_FOUND: gettext("Copy found"),
        EventKind.READ_FAST: gettext("Read faster than a person can; slowed down"),
        EventKind.ERASED: gettext("Name erased"),
        EventKind.LOG_RESTARTED: gettext("Library put back to an older state"),
        EventKind.TURNED_AWAY: gettext("Somebody was turned away"),
        EventKind.IDENTITY_SHOWN: gettext("A reader’s name shown to a librarian"),
    }[kind]


def report_words(report_id: str) -> str:
    """What a COUNTER report tells, in words. Its name stays as the Code has it."""
    return {
        "PR": gettext("all books together"),
        "PR_P1": gettext("what was read of all books together"),
        "TR": gettext("all that is counted"),
        "TR_B1": gettext("what was read"),
        "TR_B2": gettext("what could not be had"),
        "TR_B3": gettext("all use, by who may have it"),
    }[report_id]


def format_name(media_type: str) -> str:
    """The format, as shops call it."""
    return "EPUB" if media_type == EPUB else "PDF"


def is_insecure() -> bool:
    """Whether people reach this page over plain HTTP from elsewhere: anybody on the way can read along."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return not request.is_secure and host not in LOCAL_HOSTS


def _link_words(copy: Copy) -> str:
    whom = copy.link.for_whom if copy.link else ""
    return gettext("Link out for %(name)s", name=whom) if whom else gettext("Link out")


def _held_words(copy: Copy) -> str:
    whom = copy.link.for_whom if copy.link else ""
    return gettext("Held for %(name)s", name=whom) if whom else gettext("Held for a friend")


def _passed_on_words(copy: Copy, before: Loan) -> Markup:
    loan = copy.loan
    assert loan is not None
    assert loan.due_at is not None
    return escape(gettext("With %(name)s, passed on by %(before)s, until %(day)s")) % {
        "name": loan.borrower_name or gettext("a friend"),
        "before": before.borrower_name or gettext("a friend"),
        "day": short_day(loan.due_at),
    }


def _lent_words(copy: Copy) -> Markup:
    loan = copy.loan
    assert loan is not None
    assert loan.due_at is not None
    words = gettext("Lent to %(name)s until %(day)s") if loan.borrower_name else gettext("Lent until %(day)s")
    return escape(words) % {"name": loan.borrower_name, "day": short_day(loan.due_at)}


def _recalled_words(copy: Copy) -> Markup:
    loan = copy.loan
    assert loan is not None
    assert loan.due_at is not None
    return escape(gettext("Asked back, due %(day)s")) % {"day": short_day(loan.due_at)}


_STATES: Mapping[CopyState, tuple[str, Callable[[Copy], str | Markup]]] = MappingProxyType(
    {
        CopyState.ON_SHELF: ("state-shelf", lambda _copy: gettext("On the shelf")),
        CopyState.LINK_OUT: ("state-link", _link_words),
        CopyState.HELD: ("state-link", _held_words),
        CopyState.GIFT_OUT: ("state-link", lambda _copy: gettext("Offered as a gift")),
        CopyState.ON_LOAN: ("state-lent", _lent_words),
        CopyState.RECALLED: ("state-lent", _recalled_words),
        CopyState.WITH_OWNER: ("state-mine", lambda _copy: gettext("You’re reading it")),
        CopyState.LOST: ("state-over", lambda _copy: gettext("Lost")),
        CopyState.WITHDRAWN: ("state-over", lambda _copy: gettext("Withdrawn")),
    }
)
