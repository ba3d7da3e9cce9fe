"""What templates use: dates, periods, sizes and states in the reader's language."""

from datetime import UTC, datetime, timedelta

import segno
from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from flask import Flask, request
from markupsafe import Markup

from lending.circulation.copies import Copy
from lending.circulation.events import EventKind
from lending.circulation.transitions import CopyState
from lending.ports.records import EPUB, LoanState, Role
from lending.web import guards
from lending.web.assets import asset
from lending.web.desk import desk
from lending.web.language import LANGUAGES, of_request
from lending.web.texts import gettext, locale_name, ngettext, shown_bytes, shown_date, shown_moment

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def furnish(app: Flask) -> None:
    """Give templates their filters, tests and globals."""
    app.jinja_env.filters.update(
        authors=authors,
        day=day,
        moment=moment,
        period=period,
        bytes=shown_bytes,
        cloth=cloth,
        qr=qr,
        language_name=language_name,
    )
    app.jinja_env.globals.update(
        asset=asset,
        languages=LANGUAGES,
        page_language=of_request,
        visitor=guards.actor_or_none,
        state_words=state_words,
        log_state_words=log_state_words,
        event_words=event_words,
        is_insecure=is_insecure,
        format_name=format_name,
        now=_now,
        CopyState=CopyState,
        EventKind=EventKind,
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
    """A date, with its machine-readable form."""
    return Markup('<time datetime="{}">{}</time>').format(_iso(when), shown_date(when, "d MMM y"))


def moment(when: datetime) -> Markup:
    """A date and time, in UTC and saying so."""
    return Markup('<time datetime="{}">{} UTC</time>').format(
        _iso(when), shown_moment(when, "d MMM y, HH:mm")
    )


def period(length: timedelta) -> str:
    """A duration as people say it: whole days as days, all else in hours.

    In English, 14 days are "14 days", and 36 hours "36 hours".
    """
    hours = max(1, -(-length // timedelta(hours=1)))
    if hours % 24:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return ngettext("%(num)d day", "%(num)d days", hours // 24)


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


def state_words(copy: Copy, when: datetime) -> tuple[str, str]:
    """A copy's state: the look's class and the words."""
    state = copy.state(when)
    if state is CopyState.ON_LOAN:
        return "state-lent", _lent_words(copy)
    if state is CopyState.RECALLED:
        return "state-lent", _recalled_words(copy)
    if state is CopyState.LOST:
        return "state-over", gettext("Lost")
    if state is CopyState.LINK_OUT:
        whom = copy.link.for_whom if copy.link else ""
        return "state-link", gettext("Link out for %(name)s", name=whom) if whom else gettext("Link out")
    if state is CopyState.WITH_OWNER:
        return "state-mine", gettext("You’re reading it")
    return "state-shelf", gettext("On the shelf")


def log_state_words(state: LoanState, *, to_owner: bool) -> tuple[str, str]:
    """A loan's state in the log: the look's class and the words."""
    return {
        LoanState.OUT: ("state-mine", gettext("With owner")) if to_owner else ("state-lent", gettext("Out")),
        LoanState.RETURNED: ("state-over", gettext("Put back") if to_owner else gettext("Returned")),
        LoanState.EXPIRED: ("state-over", gettext("Expired")),
    }[state]


def event_words(kind: EventKind) -> str:
    """What happened, in words."""
    return {
        EventKind.TITLE_ADDED: gettext("Title added"),
        EventKind.COPY_ADDED: gettext("Copy added"),
        EventKind.COPY_WITHDRAWN: gettext("Copy withdrawn"),
        EventKind.LINK_MADE: gettext("Link made"),
        EventKind.LINK_CANCELLED: gettext("Link cancelled"),
        EventKind.LINK_EXPIRED: gettext("Link expired"),
        EventKind.CHECKED_OUT: gettext("Checked out"),
        EventKind.RETURNED: gettext("Returned"),
        EventKind.EXPIRED: gettext("Loan expired"),
        EventKind.RENEWED: gettext("Renewed"),
        EventKind.RECALLED: gettext("Asked back"),
        EventKind.CARRIED: gettext("Carried to another device"),
        EventKind.COPY_LOST: gettext("Copy lost"),
        EventKind.COPY_FOUND: gettext("Copy found"),
        EventKind.READ_FAST: gettext("Read faster than a person can; slowed down"),
    }[kind]


def format_name(media_type: str) -> str:
    """The format, as shops call it."""
    return "EPUB" if media_type == EPUB else "PDF"


def is_insecure() -> bool:
    """Whether people reach this page over plain HTTP from elsewhere: anybody on the way can read along."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return not request.is_secure and host not in LOCAL_HOSTS


def _lent_words(copy: Copy) -> str:
    loan = copy.loan
    assert loan is not None
    assert loan.due_at is not None
    until = shown_date(loan.due_at, "d MMM")
    if loan.borrower_name:
        return gettext("Lent to %(name)s until %(day)s", name=loan.borrower_name, day=until)
    return gettext("Lent until %(day)s", day=until)


def _recalled_words(copy: Copy) -> str:
    loan = copy.loan
    assert loan is not None
    assert loan.due_at is not None
    return gettext("Asked back, due %(day)s", day=shown_date(loan.due_at, "d MMM"))


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
