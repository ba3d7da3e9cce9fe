"""What each kind of notice says, from the same catalogues as the pages.

Every text is marked with `_` where it stands, so that it is found with the pages' texts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.support import NullTranslations, Translations

from lending.circulation.notices import OF_HOLDS, NoticeKind
from lending.circulation.transitions import CopyState

USUAL_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Stands:
    """How things stand while the letter is written: where the copy is, whether its loan is over, and whether
    its borrower may renew."""

    copy: CopyState = CopyState.ON_SHELF
    is_over: bool = False
    may_renew: bool = True


ALL_WELL: Final = Stands()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice may mention, each fit for one line."""

    title: str
    lender: str
    """Empty where the account was erased."""
    borrower: str
    """May be empty: not everybody says their name."""
    due: str
    """In words; empty where no due date is told."""
    passed_by: str = ""
    """Who passed the book on to the borrower. May be empty too."""
    stands: Stands = ALL_WELL


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words: its subject, its paragraphs, and what its link is called."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str


class Language:
    """One language: its texts and its way to write a date. Unknown ones are English."""

    def __init__(self, catalogues: Path, language: str) -> None:
        try:
            self.locale = Locale.parse(language or USUAL_LANGUAGE, sep="-")
        except (ValueError, UnknownLocaleError):
            self.locale = Locale.parse(USUAL_LANGUAGE)
        self._texts: NullTranslations = Translations.load(catalogues, [self.locale])

    @property
    def tag(self) -> str:
        """As HTML names it."""
        return str(self.locale).replace("_", "-")

    def text(self, text: str) -> str:
        """The text in this language, its %(blanks)s still to fill."""
        return self._texts.ugettext(text)

    def moment(self, when: datetime) -> str:
        """A moment in words. In UTC, since nobody knows where it is read; the calendar tells local time."""
        utc = when.astimezone(UTC)
        day = format_date(utc, "full", locale=self.locale)
        return f"{day}, {format_time(utc, 'HH:mm', tzinfo=UTC, locale=self.locale)} UTC"


def say(kind: NoticeKind, facts: Facts, language: Language) -> Said:
    """The notice in words."""
    blanks = {
        "title": facts.title,
        "lender": facts.lender or language.text(_AN_OWNER),
        "reader": facts.borrower or language.text(_ANYBODY),
        "due": facts.due,
        "before": facts.passed_by or language.text(_ANYBODY),
        "friend": facts.borrower or language.text(_A_FRIEND),
    }
    as_it_stands = _AS_IT_STANDS.get(kind)
    said = _SAYINGS[kind]() if as_it_stands is None else as_it_stands(facts.stands)

    def filled(text: str) -> str:
        return language.text(text) % blanks

    return Said(filled(said.subject), tuple(map(filled, said.paragraphs)), filled(said.link))


def due_summary(kind: NoticeKind, facts: Facts, language: Language) -> str:
    """What the date that a notice tells is called in a calendar."""
    return language.text(_HELD if kind in OF_HOLDS else _DUE) % {"title": facts.title}


def signature(language: Language) -> str:
    """Why this letter came."""
    return language.text(_WHY)


def to_stop(language: Language) -> str:
    """What the link is called by which a borrower gets no more letters."""
    return language.text(_STOP)


def to_account(language: Language) -> str:
    """What the link is called by which an owner changes their address."""
    return language.text(_ACCOUNT)


def _(text: str) -> str:
    """Marks a text to be translated when it is said."""
    return text


_ANYBODY: Final = _("Your reader")
_AN_OWNER: Final = _("The owner")
_A_FRIEND: Final = _("a friend")
_DUE: Final = _("“%(title)s” is due back")
_HELD: Final = _("“%(title)s” is kept for you until now")
_WHY: Final = _("You get this because you left your e-mail address at this library for it.")

_STOP: Final = _("Send me no more letters")
_ACCOUNT: Final = _("Change or remove your address")


def _lent() -> Said:
    subject = _("“%(title)s” is yours to read until %(due)s")
    what = _("%(lender)s lends you “%(title)s”. Enjoy it!")
    when = _("It is due back %(due)s, and goes back by itself then: you need do nothing.")
    where = _("You read it in the browser in which you borrowed it.")
    return Said(subject, (what, when, where), _("Read on"))


def _due_soon(stands: Stands) -> Said:
    subject = _("“%(title)s” is due back soon: %(due)s")
    what = _("“%(title)s”, which %(lender)s lent you, is due back %(due)s.")
    if stands.may_renew:
        how = _("If you need longer, renew it in the book’s menu, or ask %(lender)s.")
    else:
        how = _("If you need longer, ask %(lender)s.")
    return Said(subject, (what, how), _("Read on"))


def _renewed() -> Said:
    subject = _("Renewed: “%(title)s” is yours until %(due)s")
    what = _("You renewed “%(title)s”, which %(lender)s lent you. It is due back %(due)s now.")
    return Said(subject, (what,), _("Read on"))


def _more_time() -> Said:
    subject = _("More time for “%(title)s”: until %(due)s")
    what = _("%(lender)s gives you more time for “%(title)s”. It is due back %(due)s now.")
    return Said(subject, (what,), _("Read on"))


def _recalled(stands: Stands) -> Said:
    if stands.is_over:
        subject = _("%(lender)s has asked for “%(title)s” back, and it has gone back")
        what = _("%(lender)s has asked for “%(title)s” back. It went back by itself: %(due)s.")
        how = _("If you would like to read on another time, ask %(lender)s.")
        return Said(subject, (what, how), _("See the book"))
    subject = _("%(lender)s asks for “%(title)s” back by %(due)s")
    what = _("%(lender)s asks for “%(title)s” back. It is due %(due)s now.")
    how = _("You can read until then. If you have finished, it would be kind to return it sooner.")
    return Said(subject, (what, how), _("Read on"))


def _checked_out() -> Said:
    subject = _("%(reader)s has borrowed “%(title)s”")
    what = _("%(reader)s has borrowed “%(title)s” from you. It is due back %(due)s.")
    return Said(subject, (what,), _("See the book"))


def _passed_on() -> Said:
    subject = _("%(before)s has passed “%(title)s” on to %(friend)s")
    what = _("%(before)s has passed your “%(title)s” on to %(friend)s. It is due back %(due)s, as before.")
    return Said(subject, (what,), _("See the book"))


def _returned(stands: Stands) -> Said:
    subject = _("“%(title)s” is back")
    what = _("%(reader)s has returned “%(title)s”.")
    return Said(subject, (what, *_where(stands)), _("See the book"))


def _expired(stands: Stands) -> Said:
    subject = _("“%(title)s” is back: its time was over")
    what = _("The loan of “%(title)s” has ended on its due date.")
    return Said(subject, (what, *_where(stands)), _("See the book"))


def _where(stands: Stands) -> tuple[str, ...]:
    if stands.copy is CopyState.ON_SHELF:
        return (_("It is on your shelf again."),)
    return (_("It is kept for the next in line."),) if stands.copy is CopyState.HELD else ()


def _asked() -> Said:
    subject = _("%(reader)s asks to borrow “%(title)s”")
    what = _("%(reader)s would like to borrow “%(title)s”, and waits for your yes or no.")
    return Said(subject, (what,), _("See who waits"))


def _in_line() -> Said:
    subject = _("You are in line for “%(title)s”")
    what = _("You are in line for “%(title)s”, which %(lender)s lends. We write again when it is your turn.")
    where = _("Your place in the line can be seen at the address below, and left there.")
    return Said(subject, (what, where), _("See your place"))


def _gift_accepted() -> Said:
    subject = _("%(reader)s has accepted “%(title)s”")
    what = _("%(reader)s has accepted “%(title)s”. The book is theirs now, and says that it was yours.")
    return Said(subject, (what,), _("See your shelf"))


def _your_turn() -> Said:
    subject = _("It’s your turn: “%(title)s” is kept for you until %(due)s")
    what = _("“%(title)s”, which %(lender)s lends, is free, and it is kept for you until %(due)s.")
    how = _("Open your place in the browser in which you want to read, and borrow it there.")
    return Said(subject, (what, how), _("Borrow it"))


def _not_picked_up() -> Said:
    subject = _("“%(title)s” is kept for you no longer")
    what = _("“%(title)s” was kept for you, and its time is over. You are no longer in line for it.")
    how = _("If you still want to read it, ask for it again.")
    return Said(subject, (what, how), _("See what became of it"))


def _declined() -> Said:
    subject = _("You can’t borrow “%(title)s”")
    what = _("%(lender)s can’t lend you “%(title)s”, so you are no longer in line for it.")
    return Said(subject, (what,), _("See what became of it"))


_SAYINGS: Mapping[NoticeKind, Callable[[], Said]] = MappingProxyType(
    {
        NoticeKind.LENT: _lent,
        NoticeKind.RENEWED: _renewed,
        NoticeKind.MORE_TIME: _more_time,
        NoticeKind.CHECKED_OUT: _checked_out,
        NoticeKind.PASSED_ON: _passed_on,
        NoticeKind.ASKED: _asked,
        NoticeKind.IN_LINE: _in_line,
        NoticeKind.YOUR_TURN: _your_turn,
        NoticeKind.NOT_PICKED_UP: _not_picked_up,
        NoticeKind.DECLINED: _declined,
        NoticeKind.GIFT_ACCEPTED: _gift_accepted,
    }
)

_AS_IT_STANDS: Mapping[NoticeKind, Callable[[Stands], Said]] = MappingProxyType(
    {
        NoticeKind.DUE_SOON: _due_soon,
        NoticeKind.RECALLED: _recalled,
        NoticeKind.RETURNED: _returned,
        NoticeKind.EXPIRED: _expired,
    }
)
"""The kinds of which more is said than what happened."""
