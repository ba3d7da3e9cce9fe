"""What is news to an owner, in one sentence each. Which kinds are, says `circulation/news.py`."""

from collections.abc import Mapping
from typing import Final

from lending.circulation.events import EventKind
from lending.ports.records import EventLine
from lending.web.texts import LazyString
from lending.web.texts import lazy_gettext as _l

SENTENCES: Final[Mapping[EventKind, tuple[LazyString, LazyString]]] = {
    EventKind.CHECKED_OUT: (
        _l("%(name)s has borrowed “%(title)s”"),
        _l("“%(title)s” has been borrowed"),
    ),
    EventKind.RENEWED: (
        _l("%(name)s has renewed “%(title)s”"),
        _l("“%(title)s” has been renewed"),
    ),
    EventKind.RETURNED: (
        _l("%(name)s has returned “%(title)s”"),
        _l("“%(title)s” is back"),
    ),
    EventKind.EXPIRED: (
        _l("“%(title)s” has come back from %(name)s by itself"),
        _l("“%(title)s” has come back by itself"),
    ),
    EventKind.LINK_EXPIRED: (
        _l("The link for “%(title)s” has run out, unused"),
        _l("The link for “%(title)s” has run out, unused"),
    ),
    EventKind.LINK_MADE: (
        _l("%(name)s offers “%(title)s” on to a friend"),
        _l("Your reader offers “%(title)s” on to a friend"),
    ),
    EventKind.PASSED_ON: (
        _l("%(name)s has passed “%(title)s” on"),
        _l("“%(title)s” has been passed on"),
    ),
    EventKind.HOLD_ASKED: (
        _l("%(name)s asks to borrow “%(title)s”"),
        _l("Somebody asks to borrow “%(title)s”"),
    ),
    EventKind.HOLD_PLACED: (
        _l("%(name)s is in line for “%(title)s”"),
        _l("Somebody is in line for “%(title)s”"),
    ),
    EventKind.HELD: (
        _l("“%(title)s” is kept for %(name)s"),
        _l("“%(title)s” is kept for the first in line"),
    ),
    EventKind.HOLD_LAPSED: (
        _l("%(name)s has not come for “%(title)s”"),
        _l("Nobody has come for “%(title)s”"),
    ),
    EventKind.HOLD_LEFT: (
        _l("%(name)s no longer waits for “%(title)s”"),
        _l("Somebody no longer waits for “%(title)s”"),
    ),
    EventKind.GIVEN: (
        _l("%(name)s has accepted “%(title)s”: it is theirs now"),
        _l("“%(title)s” has been accepted: it is theirs now"),
    ),
    EventKind.IDENTITY_SHOWN: (
        _l("%(name)s, a librarian, had your reader’s name shown: “%(title)s”"),
        _l("Whoever runs the server had your reader’s name shown: “%(title)s”"),
    ),
}
"""For each kind of news a sentence where it is known who, and one where it isn't."""


def news_words(line: EventLine) -> str:
    """What happened, as the page's language says it."""
    named, nameless = SENTENCES[line.event.kind]
    name = who(line)
    return str(named if name else nameless) % {"title": line.title, "name": name}


def who(line: EventLine) -> str:
    """Who did it, or for whom it is; empty if they didn't say their name."""
    if line.event.kind is EventKind.IDENTITY_SHOWN:
        return line.by_name
    return line.receiver_name or line.borrower_name
