"""Tag soup, tamed before libxml2 makes a tree of it.

libxml2's HTML parser compares every attribute of a tag with all before it, so one tag with a few hundred
thousand attributes keeps it busy for minutes (its XML parser does not). Such tags are taken out here. To be
sure of where a tag begins and ends, whatever makes HTML hard to read that way is taken out first: comments,
processing instructions, and the elements whose text is not markup, which get names that mean nothing.
"""

import re
from html import escape
from typing import Final

MOST_ATTRIBUTES: Final = 200
_DISARMED: Final = "lending-"

_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*>?", re.DOTALL)
_COMMENT_LIKE = re.compile(r"<(?=[!?])")
_NOT_MARKUP_WITHIN = re.compile(
    r"<(/?)(?=(?:script|style|title|textarea|xmp|iframe|noembed|noframes|noscript|plaintext)\b)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-zA-Z][^ \t\n\r\f/>]*")
# HTML §13.2.5.32 to .40: a name may start with an equals sign, and a slash is as good as a blank.
_ATTRIBUTE = re.compile(
    r"""[ \t\n\r\f/]*(?:=?[^ \t\n\r\f/>=]+|=)"""
    r"""(?:[ \t\n\r\f]*=[ \t\n\r\f]*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^ \t\n\r\f>]*))?"""
)


def tame(text: str) -> str:
    """The same soup, such that parsing it takes time in proportion to its length."""
    text = _CDATA.sub(lambda found: escape(found[1]), text)
    text = _COMMENT_LIKE.sub("&lt;", _COMMENT.sub("", text))
    text = _NOT_MARKUP_WITHIN.sub(rf"<\1{_DISARMED}", text)
    return _without_floods(text)


def meant_name(name: str) -> str:
    """The name that an element had before it was disarmed.

    >>> meant_name("lending-style"), meant_name("p")
    ('style', 'p')
    """
    return name.removeprefix(_DISARMED)


def _without_floods(text: str) -> str:
    kept: list[str] = []
    position = 0
    while tag := _TAG.search(text, position):
        end, attributes = tag.end(), 0
        while attribute := _ATTRIBUTE.match(text, end):
            end, attributes = attribute.end(), attributes + 1
        kept.append(text[position : end if attributes <= MOST_ATTRIBUTES else tag.start()])
        position = end
    return "".join(kept) + text[position:]
