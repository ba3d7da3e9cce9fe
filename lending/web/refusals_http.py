"""Where a refusal meets HTTP: the one table from refusal to status and texts.

Every refusal has a row here (a test sees to it). `title` says what happened,
`detail` explains, `remedy` says what to do next. The problem type of a refusal is
`/problems/<code>` (RFC 9457), a page that says the same to people.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lending import refusals
from lending.circulation.loans import LoanEnd
from lending.refusals import Refusal
from lending.web.input_words import field_words, why_words
from lending.web.texts import LazyString, shown_bytes, shown_wait
from lending.web.texts import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Answer:
    """How a refusal is told over HTTP."""

    status: int
    title: LazyString
    detail: LazyString
    remedy: LazyString


ANSWERS: dict[type[Refusal], Answer] = {
    Refusal: Answer(
        400,
        _l("That can’t be done"),
        _l("The library declined the request."),
        _l("Go back and try something else."),
    ),
    refusals.CannotAccession: Answer(
        422,
        _l("This file can’t be added"),
        _l("The library can’t take this file."),
        _l("Try another file."),
    ),
    refusals.NotABook: Answer(
        422,
        _l("This is not a book"),
        _l("The file is neither an EPUB nor a PDF, whatever its name says."),
        _l("Choose the EPUB or PDF that you got when you bought the book."),
    ),
    refusals.EmptyFile: Answer(
        422,
        _l("The file is empty"),
        _l("It has no content at all; perhaps its download never finished."),
        _l("Download the book again from where you bought it, then upload that."),
    ),
    refusals.DamagedFile: Answer(
        422,
        _l("The file is damaged"),
        _l("It began like a book, but can’t be read to the end."),
        _l("Download the book again from where you bought it, then upload that."),
    ),
    refusals.NothingToRead: Answer(
        422,
        _l("There is nothing to read in it"),
        _l("The book opens, but it has no pages and no chapters."),
        _l("Check the file on your own device; perhaps you were sold a broken one."),
    ),
    refusals.UnsafeArchive: Answer(
        422,
        _l("This file is not safe to open"),
        _l("It is built as no honest book is: far too large once unpacked, or with names that escape."),
        _l("If you bought it like this, ask the shop for a proper file."),
    ),
    refusals.PasswordProtected: Answer(
        422,
        _l("The file wants a password"),
        _l("It opens only with a password, so nobody could read it here."),
        _l("Save a copy without the password on your own device, then upload that."),
    ),
    refusals.DrmProtected: Answer(
        422,
        _l("The book is locked by DRM"),
        _l("It is protected by %(scheme)s, so only that shop’s own programs can open it."),
        _l("Buy books without DRM to lend them; many shops and publishers sell them."),
    ),
    refusals.FileTooLarge: Answer(
        413,
        _l("The file is too large"),
        _l("This library takes files of up to %(limit)s."),
        _l("Ask whoever runs this library to raise the limit."),
    ),
    refusals.AlreadyOnShelf: Answer(
        409,
        _l("You have this book already"),
        _l("“%(book)s” is on your shelf, and it is the very same file. One purchase is one copy."),
        _l("If you bought it twice, say that you own a second copy."),
    ),
    refusals.UploadConflict: Answer(
        409,
        _l("The upload got out of step"),
        _l("The parts of the file don’t fit together."),
        _l("Start the upload again."),
    ),
    refusals.WrongOffset: Answer(
        409,
        _l("The upload got out of step"),
        _l("The library has %(expected)s of this file, and that part starts elsewhere."),
        _l("Ask where the upload stands and go on from there."),
    ),
    refusals.UploadBusy: Answer(
        423,
        _l("The upload is busy"),
        _l("Another connection is sending a part of this file just now."),
        _l("Wait a moment, then go on."),
    ),
    refusals.CannotLend: Answer(
        409,
        _l("This copy can’t be lent now"),
        _l("The library can’t make a link for it."),
        _l("Look at the book’s page to see where the copy is."),
    ),
    refusals.LinkAlreadyOut: Answer(
        409,
        _l("A link is out already"),
        _l("One copy goes to one friend, so one link at a time waits for it."),
        _l("Cancel that link first, or pass it on."),
    ),
    refusals.LoanPeriodOutOfRange: Answer(
        422,
        _l("That is no time to lend a book"),
        _l("A loan lasts between an hour and a year."),
        _l("Choose another loan period."),
    ),
    refusals.CopyIsLost: Answer(
        409,
        _l("The copy is lost"),
        _l("You have said that this copy can’t be found."),
        _l("Say that it has been found, and lend it then."),
    ),
    refusals.CopyIsHeld: Answer(
        409,
        _l("The copy is held for somebody"),
        _l("It is kept for whoever is first in line, until they come for it or their time is over."),
        _l("Wait until then, or take them out of the line."),
    ),
    refusals.GiftIsOut: Answer(
        409,
        _l("The copy is offered as a gift"),
        _l("A link waits by which another owner can accept it."),
        _l("Take the gift back first."),
    ),
    refusals.CannotBorrow: Answer(
        409,
        _l("The book can’t be borrowed"),
        _l("This link does not lend the book."),
        _l("Ask %(lender)s for another link."),
    ),
    refusals.UnknownLink: Answer(
        404,
        _l("This link is not known here"),
        _l("It was not made by this library, or lost a part on its way to you."),
        _l("Ask the person who sent it to send it again, whole."),
    ),
    refusals.LinkExpired: Answer(
        410,
        _l("This link has expired"),
        _l("Links wait for a while, and nobody used this one in time."),
        _l("Ask %(lender)s for a new link."),
    ),
    refusals.LinkUsed: Answer(
        409,
        _l("This link has been used"),
        _l("It lends the book to one person, once, and somebody has borrowed with it."),
        _l("If that was not you, ask %(lender)s about it."),
    ),
    refusals.LinkCancelled: Answer(
        410,
        _l("This link was taken back"),
        _l("%(lender)s cancelled it before it was used."),
        _l("Ask %(lender)s for a new link."),
    ),
    refusals.NotPassedOn: Answer(
        410,
        _l("The book isn’t passed on any more"),
        _l("It went back, or is to stay with whoever has it now."),
        _l("Ask %(lender)s about it."),
    ),
    refusals.CopyIsOut: Answer(
        409,
        _l("The copy is out"),
        _l("One copy has one reader, like a paper book, and somebody has it just now."),
        _l("Try again when it is back; %(lender)s can tell you when that will be."),
    ),
    refusals.TooManyLoans: Answer(
        409,
        _l("You have enough books"),
        _l("This browser has %(limit)s books of %(lender)s’s already, and may have no more at once."),
        _l("Return one of them, then borrow this one."),
    ),
    refusals.CannotRenew: Answer(
        409,
        _l("The loan can’t be renewed"),
        _l("It ends on its due date."),
        _l("Ask whoever lent it for more time."),
    ),
    refusals.NoRenewalsLeft: Answer(
        409,
        _l("The loan can’t be renewed again"),
        _l("It has been renewed as often as it may be."),
        _l("Ask whoever lent it for more time."),
    ),
    refusals.LoanRecalled: Answer(
        409,
        _l("The book is asked back"),
        _l("Its owner needs it, so it can be neither renewed nor passed on."),
        _l("Read on until it is due, and return it."),
    ),
    refusals.SomebodyWaits: Answer(
        409,
        _l("Somebody waits for the book"),
        _l("While others are in line for it, a loan can’t be made longer by its reader."),
        _l("Read on until it is due, or ask whoever lent it for more time."),
    ),
    refusals.PassingOnNotAllowed: Answer(
        409,
        _l("This book isn’t passed on"),
        _l("Its owner lends it to you, and asks for it back from you."),
        _l("Return it, and ask its owner to lend it to your friend."),
    ),
    refusals.YoursAlready: Answer(
        409,
        _l("It is yours already"),
        _l("The link is for somebody else: you offer the book by it yourself."),
        _l("Send the link to whom it is for."),
    ),
    refusals.CannotAccept: Answer(
        409,
        _l("The book can’t be accepted"),
        _l("This link gives no book away."),
        _l("Ask %(giver)s for another."),
    ),
    refusals.GiftTaken: Answer(
        409,
        _l("The gift has been accepted"),
        _l("It was for one person, and another account has the book."),
        _l("If that was not you, ask %(giver)s about it."),
    ),
    refusals.GiftTakenBack: Answer(
        410,
        _l("The gift was taken back"),
        _l("%(giver)s keeps the book."),
        _l("Ask %(giver)s about it."),
    ),
    refusals.GiftExpired: Answer(
        410,
        _l("The gift has expired"),
        _l("Gifts wait for a while, and nobody accepted this one in time."),
        _l("Ask %(giver)s to offer it again."),
    ),
    refusals.LineIsFull: Answer(
        409,
        _l("Too many are in line"),
        _l("At most %(limit)s people can wait for one book."),
        _l("Come back later, when the line is shorter."),
    ),
    refusals.AskedTooOften: Answer(
        429,
        _l("That is a lot of asking"),
        _l("From here, or with this e-mail address, people have asked to borrow more often than people do."),
        _l("Wait %(wait)s, then ask again."),
    ),
    refusals.HoldEnded: Answer(
        410,
        _l("You are no longer in line"),
        _l("You have borrowed the book, left the line, were not there in time, or its owner said no."),
        _l("If you still want to read it, ask for it again."),
    ),
    refusals.NothingGained: Answer(
        409,
        _l("It may be kept for longer already"),
        _l("Counted from now, the loan would end no later than it does."),
        _l("Try again nearer to its due date, or give more time."),
    ),
    refusals.AlreadyRecalled: Answer(
        409,
        _l("The book is asked back already"),
        _l("Its borrower knows, and it comes back by itself when it is due."),
        _l("Look at the book’s page to see when that is."),
    ),
    refusals.CannotRead: Answer(
        403,
        _l("The book can’t be opened here"),
        _l("This browser may not read it."),
        _l("Use the browser in which you borrowed it."),
    ),
    refusals.LoanEnded: Answer(
        410,
        _l("The book has gone back"),
        _l("It was returned, or its due date has passed, so it can’t be read any more."),
        _l("If you would like it again, ask the person who lent it to you."),
    ),
    refusals.NotYourLoan: Answer(
        403,
        _l("This book is not on loan to this browser"),
        _l("A borrowed book opens only in the browser in which it was borrowed."),
        _l("Use that browser, or ask the lender for a new link."),
    ),
    refusals.PassExpired: Answer(
        401,
        _l("One moment"),
        _l("This browser has to show again that the book is on loan to it."),
        _l("Reload the page."),
    ),
    refusals.ReadingTooFast: Answer(
        429,
        _l("One moment"),
        _l("You turn pages faster than anyone reads, and this book’s owner asks to read at a reader’s pace."),
        _l("It goes on in %(wait_seconds)s seconds."),
    ),
    refusals.NoSuchPart: Answer(
        404,
        _l("The book has no such part"),
        _l("There is no chapter, page or picture of that name in it."),
        _l("Go on from the contents."),
    ),
    refusals.PartUnreadable: Answer(
        422,
        _l("This part of the book is damaged"),
        _l("The rest of the book may be fine."),
        _l("Go on with the next part."),
    ),
    refusals.TooManyMarks: Answer(
        409,
        _l("There are too many marks in this book"),
        _l("It can bear %(limit)s bookmarks and highlights of one reader. The new ones are not kept."),
        _l("Take away some that you no longer need."),
    ),
    refusals.CannotTakeHome: Answer(
        409,
        _l("The marks can’t be taken home"),
        _l("The library can’t give out the marks of this loan."),
        _l("Open the book, and take them home from there."),
    ),
    refusals.StillOnLoan: Answer(
        409,
        _l("The book is still on loan"),
        _l("This way of taking marks home is for when the book has gone back."),
        _l("Open the book, and take them home from there."),
    ),
    refusals.MarksForgotten: Answer(
        410,
        _l("The marks are gone"),
        _l("They are kept for 30 days after a loan, and no longer."),
        _l("If you borrow the book again, take them home before you forget."),
    ),
    refusals.CannotWithdraw: Answer(
        409,
        _l("The copy is not on the shelf"),
        _l("A copy can be taken out of the library only while it is on the shelf and no link is out for it."),
        _l("Wait until it is back, cancel the link, or send away whoever it is kept for."),
    ),
    refusals.CopiesAreOut: Answer(
        409,
        _l("The account has books that are out"),
        _l("Somebody has them, or may still accept them as a gift: %(titles)s."),
        _l("Ask for them back, and take gifts back. When they are on the shelf, erase the account."),
    ),
    refusals.NotBroughtIn: Answer(
        403,
        _l("The file leaves only for who brought it in"),
        _l("This copy came to you as a gift. You can read it and lend it here, or give it on."),
        _l("Ask whoever brought the book into the library, if you need the file."),
    ),
    refusals.FileNotKept: Answer(
        410,
        _l("The file is not kept any more"),
        _l("The copy has left the library, and the file of one that was taken out waits for a day."),
        _l("Keep the file that you bought; it can be added again."),
    ),
    refusals.LogDamaged: Answer(
        503,
        _l("The loan log is damaged"),
        _l("It is not what was entered and signed, so nothing of it can be proven now. No loan is lost."),
        _l("Tell whoever runs this library: “lending log verify” names the first entry that is wrong."),
    ),
    refusals.ProofInvalid: Answer(
        400,
        _l("The browser’s proof is not good"),
        _l("It is malformed, late, or was used before."),
        _l("Reload the page and try again."),
    ),
    refusals.CannotSignIn: Answer(
        403,
        _l("You can’t sign in"),
        _l("The library could not let you in."),
        _l("Try again."),
    ),
    refusals.WrongCredentials: Answer(
        403,
        _l("That name or password is wrong"),
        _l("Names are not case-sensitive; passwords are."),
        _l("Try again, or ask whoever runs this library to reset your password."),
    ),
    refusals.TooManyTries: Answer(
        429,
        _l("Too many tries"),
        _l("So that nobody can guess passwords, the next try is possible in %(seconds)s seconds."),
        _l("Wait a little, then try again."),
    ),
    refusals.InvitationInvalid: Answer(
        410,
        _l("This invitation is not good any more"),
        _l("It was used already, or has expired; each works once."),
        _l("Ask whoever runs this library for a new one."),
    ),
    refusals.NotSignedIn: Answer(
        401,
        _l("Please sign in"),
        _l("This page is for people with an account."),
        _l("Sign in and try again."),
    ),
    refusals.NotAllowed: Answer(
        403,
        _l("That is not yours to do"),
        _l("Your account, or this access token, does not reach that far."),
        _l("Ask whoever runs this library if you think it should."),
    ),
    refusals.NamesCovered: Answer(
        403,
        _l("Readers’ names are covered"),
        _l("To look for a reader by name, have all names shown for an hour first. It is recorded."),
        _l("Have the names shown, saying what for, and look again."),
    ),
    refusals.NameTaken: Answer(
        409,
        _l("That name is taken"),
        _l("Somebody signs in with it already."),
        _l("Choose another."),
    ),
    refusals.UnacceptableInput: Answer(
        422,
        _l("Something is not right"),
        _l("“%(field)s” %(why)s."),
        _l("Change it and try again."),
    ),
    refusals.NotFound: Answer(
        404,
        _l("There is nothing here"),
        _l("It may have been removed, or it is not yours to see."),
        _l("Check the address, or go back to the start."),
    ),
}


PASSED_ON = Answer(
    ANSWERS[refusals.LoanEnded].status,
    _l("You have passed the book on to %(to)s"),
    _l("So it can’t be read here any more."),
    _l("If you would like it again, ask the person who lent it to you."),
)
"""How LoanEnded is told to whoever handed the book to a friend."""


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in the reader's language."""

    code: str
    status: int
    title: str
    detail: str
    remedy: str
    facts: dict[str, str | int]

    def problem(self) -> dict[str, Any]:
        """The RFC 9457 problem document."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "remedy": self.remedy,
            **self.facts,
        }


def told(refusal: Refusal) -> Told:
    """The refusal's status and texts, with its facts filled in."""
    return _told(type(refusal), dict(refusal.facts))


def told_in_general(code: str) -> Told | None:
    """What a problem type means, without a case at hand; None for a code that is none."""
    kind = next((kind for kind in ANSWERS if kind.code == code), None)
    return None if kind is None else _told(kind, {})


def _told(kind: type[Refusal], facts: dict[str, str | int]) -> Told:
    answer = PASSED_ON if facts.get("because") == LoanEnd.PASSED_ON else ANSWERS[kind]
    told = {name: _in_words(kind, name, value) for name, value in facts.items() if value != ""}
    if "wait_seconds" in facts:
        told["wait"] = shown_wait(timedelta(seconds=int(facts["wait_seconds"])))
    words = _GENERAL | told
    title, detail, remedy = (str(text) % words for text in (answer.title, answer.detail, answer.remedy))
    return Told(kind.code, answer.status, title, detail, remedy, facts)


_GENERAL: dict[str, Any] = {
    "lender": _l("the lender"),
    "to": _l("your friend"),
    "giver": _l("whoever sent it"),
    "scheme": _l("a DRM scheme"),
    "titles": "…",
    "limit": "…",
    "book": "…",
    "expected": "…",
    "seconds": "…",
    "wait_seconds": "…",
    "wait": "…",
    "field": "…",
    "why": _l("can’t be used"),
}
"""What stands in a text where a refusal doesn't say."""


_SIZES = ((refusals.FileTooLarge, "limit"), (refusals.WrongOffset, "expected"))


def _in_words(kind: type[Refusal], fact: str, value: str | int) -> str | int:
    """A fact as a text says it: sizes as people say them, what is told in English in words of its own."""
    if (kind, fact) in _SIZES:
        return shown_bytes(int(value))
    say = {"field": field_words, "why": why_words}.get(fact)
    return value if say is None else say(str(value))
