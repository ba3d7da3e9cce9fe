"""The words that the front end's programs say: translated here, with blanks that the programs fill."""

from lending.web.texts import gettext as _


def reader_texts(lender: str) -> dict[str, str]:
    """What the reader says."""
    return (
        _place_texts()
        | _term_texts(lender)
        | _search_texts()
        | _mark_texts()
        | _panel_texts()
        | _key_texts()
        | _trouble_texts()
        | _end_texts(lender)
    )


def term_texts(lender: str) -> dict[str, str]:
    """What the page of what is borrowed says of one loan's term, and of its end."""
    renewing = {key: text for key, text in _term_texts(lender).items() if key.startswith("renew.")}
    return renewing | {
        "returned": _("“{title}” is back. Thank you for reading."),
        "renewed": _("“{title}” is renewed. It is due {when}."),
        "unreachable": _("The library can’t be reached just now."),
    }


def _place_texts() -> dict[str, str]:
    return {
        "turn.next": _("Next page"),
        "turn.previous": _("Previous page"),
        "chapter.next": _("Next chapter"),
        "chapter.previous": _("Chapter before"),
        "percent": _("{percent} %"),
        "page-of": _("Page {page} of {count}"),
        "page-at": _("Page {page}, {percent} %"),
        "go-to.page": _("Go to page"),
        "go-to.percent": _("Go to per cent"),
        "left.minutes": _("About {minutes} minutes left in this chapter"),
        "left.minute": _("About a minute left in this chapter"),
        "left.moment": _("The chapter’s end"),
        "left.pages": _("{pages} pages left in this chapter"),
        "left.page": _("One page left in this chapter"),
        "left.last-page": _("The chapter’s last page"),
        "due": _("Goes back {when}"),
        "mine": _("Your own copy"),
        "elsewhere.here": _("You read on, on another device. The book is open at that place."),
        "elsewhere.here.go": _("Where I was here"),
        "elsewhere.there": _("You read on, on another device."),
        "elsewhere.there.go": _("Go there"),
    }


def _term_texts(lender: str) -> dict[str, str]:
    return {
        "due.recalled": _("Asked back, goes back {when}"),
        "recalled": _("%(lender)s asks for the book back. It is due {when}.", lender=lender),
        "recalled.go": _("Return it now"),
        "renew.left": _("It is due {when}. Renewed now, it is due {until}. You can do so {count} times."),
        "renew.last": _("It is due {when}. Renewed now, it is due {until}. You can do so once more."),
        "renew.later": _("It is due {when}. Renewed just now, it would be due no later."),
        "renew.none": _(
            "It is due {when}, and can’t be renewed again. Ask %(lender)s for more time.", lender=lender
        ),
        "renew.recalled": _(
            "%(lender)s has asked for it back, so it can’t be renewed. It is due {when}.", lender=lender
        ),
        "pass.ask": _(
            "Your friend has it for what is left of the loan. Once they take it, the book closes here."
        ),
        "pass.waits": _(
            "Send this link to one friend before {when}. Until they take the book, you read on here."
        ),
        "pass.waits-for": _(
            "Send this link to {name} before {when}. Until they take the book, you read on here."
        ),
        "pass.no": _(
            "It can’t be passed on now: %(lender)s asks for it back, or lends it to you alone.", lender=lender
        ),
        "pass.void": _(
            "Your offer can’t be taken up now: %(lender)s asks for the book back, or lends it to you alone.",
            lender=lender,
        ),
        "pass.taken-back": _("The offer is taken back. The book stays with you."),
        "friend": _("your friend"),
        "renew.waited": _(
            "Somebody waits for this book, so it can’t be renewed. It is due {when}. "
            "Ask %(lender)s if you need longer.",
            lender=lender,
        ),
        "carry.until": _(
            "Point your phone’s camera at it before {when}. The book opens there and closes here."
        ),
        "renew.done": _("Renewed. It is due {when}."),
    }


def _search_texts() -> dict[str, str]:
    return {
        "search.looking": _("Looking through the book…"),
        "search.none": _("“{words}” is not in this book."),
        "search.one": _("“{words}” is in one place."),
        "search.found": _("“{words}” is in {count} places."),
        "search.many": _("“{words}” is in {count} places so far."),
        "search.which": _("{at} of {count}"),
        "search.which-of-many": _("{at} of {count} so far"),
        "search.failed": _("The search didn’t work. Try again in a while."),
    }


def _mark_texts() -> dict[str, str]:
    return {
        "marks.bookmark": _("Bookmark, {place}"),
        "marks.page": _("A page"),
        "marks.bookmarked": _("A bookmark is here now."),
        "marks.unbookmarked": _("The bookmark is gone."),
        "marks.removed": _("The highlight is gone."),
        "marks.undo": _("Bring it back"),
        "marks.remove": _("Remove"),
        "marks.write-note": _("Add a note"),
        "marks.change-note": _("Change the note"),
        "marks.waiting": _(
            "You’re offline. Your marks are kept on this device until the library can be reached."
        ),
        "marks.stays": _("Stays in the book"),
        "left.by": _("{name} left a note:"),
        "left.by-reader": _("A reader left a note:"),
        "left.remove": _("Remove"),
        "left.remove-indeed": _("Remove it for good"),
        "left.removed": _("The note is gone."),
        "left.not-removed": _("That didn’t work. Try again in a while."),
        "home.failed": _("That didn’t work. Try again in a while."),
        "copy.done": _("Copied."),
        "copy.failed": _("This browser doesn’t let the page copy. Select the words and copy them yourself."),
        "copy.too-much": _("You can copy up to about a page at once."),
    }


def _panel_texts() -> dict[str, str]:
    return {
        "as-the-book": _("As the book"),
        "times": _("{times} ×"),
        "aloud.play": _("Read"),
        "aloud.pause": _("Pause"),
        "aloud.own": _("The book’s own voice"),
        "aloud.mute": _("The book’s own voice has nothing to say here."),
        "sentences.how": _("Up and down choose a sentence, Enter says what can be done with it."),
        "about.failed": _("This can’t be shown just now. Try again in a while."),
        "about.language": _("Language"),
        "about.publisher": _("Publisher"),
        "about.published": _("Published"),
    }


def _key_texts() -> dict[str, str]:
    return {
        "keys.turn": _("Turn the page"),
        "keys.space": _("Next and previous page"),
        "keys.ends": _("To the start, to the end"),
        "keys.bars": _("Show or hide the bars; leave what is open"),
        "keys.contents": _("Contents"),
        "keys.search": _("Search in the book"),
        "keys.bookmark": _("Bookmark this page"),
        "keys.marks": _("Bookmarks and notes"),
        "keys.selection": _("What can be done with the selected words"),
        "keys.pencil": _("Highlight the selected words"),
        "keys.sentence": _("Choose a sentence"),
        "keys.look": _("How it looks"),
        "keys.size": _("Larger, smaller, as usual"),
        "keys.aloud": _("Read aloud"),
        "keys.full": _("Full screen"),
        "keys.help": _("These keys"),
    }


def _trouble_texts() -> dict[str, str]:
    return {
        "part-missing": _("This part of the book is missing or damaged. The rest can be read."),
        "unreachable": _("The library can’t be reached just now. Your page will come when it can."),
        "too-fast": _("You turn pages faster than anyone reads. One moment…"),
        "unreadable": _("The book can’t be opened just now. Try again in a while."),
    }


def _end_texts(lender: str) -> dict[str, str]:
    return {
        "end.returned.title": _("The book is back"),
        "end.returned.text": _("It stands on the shelf again. Thank you for reading."),
        "end.expired.title": _("The loan has ended"),
        "end.expired.text": _(
            "The book went back by itself on its due date. Ask %(lender)s if you’d like more time.",
            lender=lender,
        ),
        "end.passed-on.title": _("You have passed the book on to {name}"),
        "end.passed-on.text": _("They have it for what is left of the loan. Thank you for sharing it."),
        "end.not-your-loan.title": _("This book is not open here"),
        "end.not-your-loan.text": _(
            "If you carried it to another device, go on there. Else open it where you borrowed it."
        ),
        "end.not-signed-in.title": _("You’re signed out"),
        "end.not-signed-in.text": _("Sign in again to go on reading."),
        "end.other.title": _("The loan has ended"),
        "end.other.text": _("The book went back to its shelf."),
    }


def claim_texts() -> dict[str, str]:
    """What the page behind a lend link says."""
    return {
        "lends": _("{lender} lends you a book"),
        "passes": _("{friend} passes this book on to you. It belongs to {lender}."),
        "passes.nameless": _("A friend passes this book on to you. It belongs to {lender}."),
        "continue": _("Go on reading"),
        "unreachable.title": _("The library can’t be reached"),
        "unreachable.text": _("Your link is fine. Look at your connection and try again."),
    }


def gift_texts() -> dict[str, str]:
    """What the page behind a gift's link says."""
    return {
        "gives": _("{giver} gives you a book"),
        "until": _("You can accept it until {when}."),
        "accepted": _("You have accepted it: it is on your shelf."),
        "accept": _("Accept the book"),
        "accepting": _("Sealing it for you…"),
        "open": _("Open the book’s page"),
        "no-owner.title": _("This account can own no books"),
        "no-owner.text": _("A gift goes to an account with a shelf of its own. Sign in with one that has."),
        "unreachable.title": _("The library can’t be reached"),
        "unreachable.text": _("Your link is fine. Look at your connection and try again."),
    }


def carry_texts() -> dict[str, str]:
    """What the page says to which a loan is carried."""
    return {
        "unreachable.title": _("The library can’t be reached"),
        "unreachable.text": _(
            "The book is still open where you came from. Look at your connection and try again."
        ),
    }


def letters_texts() -> dict[str, str]:
    """What the page says that stops letters."""
    return {
        "which": _("You get them because you left your address when you borrowed “{title}” from {lender}."),
        "no-more": _("Your address is forgotten. Nothing more comes about “{title}”."),
        "unknown.title": _("This link is not known here"),
        "unknown.text": _("It lost a part on its way to you. Open it from the letter itself."),
        "unreachable.title": _("The library can’t be reached"),
        "unreachable.text": _("Nothing was changed. Look at your connection and try again."),
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


def ask_texts() -> dict[str, str]:
    """What the page says where people ask to borrow."""
    return {
        "unreachable": _("The library didn’t answer. Press again: nobody can be in line twice."),
    }


def place_texts() -> dict[str, str]:
    """What somebody's place in a line says."""
    return {
        "lends": _("{lender} lends this book"),
        "asked": _("You have asked"),
        "asked.more": _("{lender} has yet to say yes. This page tells you when."),
        "asked.latest": _(
            "If they say yes, and everybody keeps it for as long as they may, it is your turn by {latest}."
        ),
        "waiting.first": _("You are first in line"),
        "waiting.nth": _("You are number {place} in line"),
        "waiting.more": _("{others} others wait for it."),
        "waiting.one": _("One other person waits for it."),
        "waiting.alone": _("Nobody else waits for it."),
        "latest": _("If everybody keeps it for as long as they may, it is your turn by {latest}."),
        "likely": _("As people usually read here: about {likely}."),
        "unknown": _("Nobody can say just now when it will be free."),
        "free": _("It is free now."),
        "ready": _("It’s your turn"),
        "ready.more": _("The book is kept for you until {until}. You have it for {period} then."),
        "filled": _("You have borrowed it"),
        "filled.more": _("It opens in the browser in which you borrowed it."),
        "filled.go": _("Read"),
        "lapsed": _("It is kept for you no longer"),
        "lapsed.more": _("It was kept for you, and nobody came for it in time."),
        "left": _("You have left the line"),
        "left.more": _("The next in line has moved up."),
        "declined": _("{lender} can’t lend it to you"),
        "declined.more": _("If you wonder why, ask {lender}."),
        "again.go": _("Ask for it again"),
        "title.ready": _("It’s your turn: {title}"),
        "no-token.title": _("This address is not whole"),
        "no-token.text": _("A part of it was lost on its way. Open it again from the message, or ask again."),
        "unreachable.title": _("The library can’t be reached"),
        "unreachable.text": _("Your place is safe. Look at your connection and try again."),
        "unanswered": _("The library didn’t answer. Press again: nothing happens twice."),
    }
