"""What is wrong with a field, in the reader's language.

Services and adapters say it in English (`UnacceptableInput`), for logs, scripts and the
command line. Here fields are called what their forms call them, and each sentence that is
known has its translation.
"""

import re
from collections.abc import Mapping
from typing import Final

from lending.web.texts import LazyString
from lending.web.texts import lazy_gettext as _l

FIELDS: Final[Mapping[str, LazyString]] = {
    "title": _l("Title"),
    "authors": _l("Authors"),
    "language": _l("Language"),
    "description": _l("Description"),
    "cover": _l("Cover"),
    "name": _l("Your name"),
    "sign_in_name": _l("Name to sign in with"),
    "password": _l("Password"),
    "label": _l("What is it for?"),
    "for_whom": _l("To whom?"),
    "note": _l("A personal word"),
    "loan_period": _l("A loan lasts"),
    "renewals": _l("How often may it be renewed?"),
    "claim_window": _l("A link waits for"),
    "recall_notice": _l("Notice when you ask for it back"),
    "loans_per_borrower": _l("How many of your books may one browser have at once?"),
    "quotation_limit": _l("How much may be copied"),
    "email": _l("E-mail"),
    "purpose": _l("What for?"),
    "search_name": _l("Name of the search"),
    "file_name": _l("Name of the file"),
}

WHYS: Final[Mapping[str, LazyString]] = {
    r"is empty": _l("is empty"),
    r"has fewer than (?P<number>\d+) characters": _l("has fewer than %(number)s characters"),
    r"is longer than (?P<number>\d+) characters": _l("is longer than %(number)s characters"),
    r"are more than (?P<number>\d+)": _l("has more than %(number)s names"),
    r"is none of (?P<names>.*)": _l("is none of %(names)s"),
    r"is not between 0 and (?P<number>\d+)": _l("is not between 0 and %(number)s"),
    r"is less than 1": _l("is less than 1"),
    r"is not a whole number of hours": _l("is not a whole number of hours"),
    r"is too short or too long": _l("is too short or too long"),
    r"is not an e-mail address": _l("is not an e-mail address"),
    r"is of no use here: this library sends no mail": _l("is of no use here: this library sends no mail"),
    r"is not a number": _l("is not a number"),
    r"is more than (?P<number>\d+) months later": _l("is more than %(number)s months later"),
    r"is in a month that is not over": _l("is in a month that is not over"),
    r"has a number that JSON can't write": _l("has a number that JSON can’t write"),
    r"can't be kept by any database": _l("can’t be kept by any database"),
    r"is one more than (?P<number>\d+) searches": _l("is one more than the %(number)s that can be saved"),
    r"is another search's": _l("is another search’s"),
    r"is not a cursor of this log": _l("is not a place in this log"),
    r"is not a cursor of the news": _l("is not a place in the news"),
    r"is not a picture that can be used": _l("is not a picture that can be used"),
    r"can't be used \((?P<reason>.*)\)": _l("can’t be used (%(reason)s)"),
}
"""What may be said, as a pattern, and the words for it."""


def field_words(field: str) -> str:
    """The field as its form calls it; as it is written in the API where no form has it."""
    return str(FIELDS.get(field, field))


def why_words(why: str) -> str:
    """What is wrong; in English, as it was said, where it is none of `WHYS`."""
    for pattern, words in WHYS.items():
        if found := re.fullmatch(pattern, why, re.DOTALL):
            return str(words) % found.groupdict()
    return why
