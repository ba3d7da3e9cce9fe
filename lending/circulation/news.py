"""What is news to an owner: one table of kinds. Pure, like the rest of the core.

A new kind of news is a line here and its sentence in `web/news_words.py`; a test finds it missing.
"""

from typing import Final

from lending.circulation.events import Event, EventKind

NEWS: Final = frozenset(
    {
        EventKind.CHECKED_OUT,
        EventKind.RENEWED,
        EventKind.RETURNED,
        EventKind.EXPIRED,
        EventKind.LINK_EXPIRED,
        EventKind.LINK_MADE,  # not by the owner: their reader offers it on
        EventKind.PASSED_ON,
        EventKind.HOLD_ASKED,
        EventKind.HOLD_PLACED,
        EventKind.HELD,
        EventKind.HOLD_LAPSED,
        EventKind.HOLD_LEFT,
        EventKind.GIVEN,
        EventKind.IDENTITY_SHOWN,  # of one loan; that of all is about no copy
    }
)
"""The kinds of event of which owners hear while they look, unless it is what they did themselves.

Who is turned away is no news: the record counts it, and it may be the owner who tried a link out."""


def is_news(event: Event, owner_id: str) -> bool:
    """Whether somebody is told of an event about what is theirs, or was."""
    return event.kind in NEWS and owner_id != _doer(event)


def _doer(event: Event) -> str | None:
    """A gift is its giver's, as the record has it, and done by whoever accepts it."""
    return event.to if event.kind is EventKind.GIVEN else event.by
