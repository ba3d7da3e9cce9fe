"""The words that the front end's programs say: translated here, with blanks that the programs fill."""

from lending.web.texts import gettext as _


def reader_texts(lender: str) -> dict[str, str]:
    """What the reader says."""
    return {
        "turn.next": _("Next page"),
        "turn.previous": _("Previous page"),
        "percent": _("{percent} %"),
        "page-of": _("Page {page} of {count}"),
        "due": _("Goes back {when}"),
        "mine": _("Your own copy"),
        "part-missing": _("This part of the book is missing or damaged. The rest can be read."),
        "unreachable": _("The library can’t be reached just now. Your page will come when it can."),
        "too-fast": _("You turn pages faster than anyone reads. One moment…"),
        "unreadable": _("The book can’t be opened just now. Try again in a while."),
        "end.returned.title": _("The book is back"),
        "end.returned.text": _("It stands on the shelf again. Thank you for reading."),
        "end.expired.title": _("The loan has ended"),
        "end.expired.text": _(
            "The book went back by itself on its due date. Ask %(lender)s if you’d like more time.",
            lender=lender,
        ),
        "end.not-your-loan.title": _("This book is not open here"),
        "end.not-your-loan.text": _("Open it in the browser in which you borrowed it."),
        "end.not-signed-in.title": _("You’re signed out"),
        "end.not-signed-in.text": _("Sign in again to go on reading."),
        "end.other.title": _("The loan has ended"),
        "end.other.text": _("The book went back to its shelf."),
    }


def claim_texts() -> dict[str, str]:
    """What the page behind a lend link says."""
    return {
        "lends": _("{lender} lends you a book"),
        "continue": _("Go on reading"),
        "unreachable.title": _("The library can’t be reached"),
        "unreachable.text": _("Your link is fine. Look at your connection and try again."),
    }


def upload_texts() -> dict[str, str]:
    """What the rows of files on their way say."""
    return {
        "waiting": _("Waiting for its turn"),
        "sending": _("{percent} %"),
        "sending-at": _("{percent} %, {speed}"),
        "looking": _("Looking at the book…"),
        "stalled": _("The connection broke. What has arrived is kept."),
        "shelved": _("On your shelf"),
        "open": _("Open {title}"),
        "refused": _("This file can’t be added."),
    }
