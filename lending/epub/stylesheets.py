"""CSS with every address outside the book taken out; what else it does to a page is the author's business.

Only addresses matter here: CSS runs no code in any browser that this project's reader works in. They stand in
`url()`, in `@import`, and as plain strings in functions such as `image-set()`, also by way of a custom
property. So a string that leads elsewhere is blanked wherever it stands.
"""

import re
from collections.abc import Sequence
from typing import Any

import tinycss2
from tinycss2 import ast

from lending.epub.references import References, leads_elsewhere

MOST_TOKENS = 200_000
"""Cleaning takes some ten microseconds for each. The longest stylesheet known has 5,000."""

_DEEPEST = 50  # tinycss2 serialises by recursion
_TAKES_STRINGS_AS_ADDRESSES = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"}
)
_KEPT_RULES = frozenset(
    {"media", "supports", "layer", "container", "scope", "starting-style", "property", "namespace", "import"}
    | {"font-face", "font-feature-values", "page", "keyframes", "-webkit-keyframes", "counter-style"}
)
_POINTS_SOMEWHERE = re.compile(r"""[(\\@"']""")
_PARTS_TOKENS = re.compile(r"\W")
_NOWHERE = "about:invalid"  # CSS's own word for an address that is not to be fetched


def clean_stylesheet(css: str, references: References) -> str:
    """A whole stylesheet. Rules that can't be parsed are left out, as browsers do.

    One of more than MOST_TOKENS is taken for an attempt to keep the server busy, and styles nothing.
    """
    if tokens(css) > MOST_TOKENS:
        return ""
    try:
        rules = tinycss2.parse_stylesheet(css, skip_comments=True)
    except ValueError:  # a number longer than Python converts; no honest stylesheet has one
        return ""
    return "".join(rule.serialize() for rule in rules if _keep(rule, references))


def clean_value(css: str, references: References) -> str:
    """Declarations without a selector (a `style` attribute), or one value."""
    if not points_somewhere(css):
        return css
    try:
        tokens = tinycss2.parse_component_value_list(css, skip_comments=True)
    except ValueError:  # as above
        return ""
    return str(tinycss2.serialize(tokens)) if _scrub(tokens, references) else ""


def tokens(css: str) -> int:
    """About how many tokens there are.

    >>> tokens("p{color:red}")
    4
    """
    return len(_PARTS_TOKENS.findall(css)) + 1


def points_somewhere(css: str) -> bool:
    """Without a parenthesis, quote, escape or at-sign CSS can't; most `style` attributes have none."""
    return _POINTS_SOMEWHERE.search(css) is not None


def decode_stylesheet(data: bytes) -> str:
    """The text of a stylesheet file, by its BOM or `@charset`, else UTF-8 (CSS Syntax §3.2)."""
    text, _ = tinycss2.bytes.decode_stylesheet_bytes(data)
    return str(text)


def _keep(rule: ast.Node, references: References) -> bool:
    """Scrub the rule in place; False if it must go."""
    if isinstance(rule, ast.AtRule):
        if rule.lower_at_keyword not in _KEPT_RULES:
            return False
        if rule.lower_at_keyword == "namespace":
            return True  # its address is a name, never loaded
        if rule.lower_at_keyword == "import" and not _imports_locally(rule, references):
            return False
    if isinstance(rule, ast.AtRule | ast.QualifiedRule):
        return _scrub(rule.prelude, references) and _scrub(rule.content or [], references)
    return isinstance(rule, ast.WhitespaceToken)


def _imports_locally(rule: ast.AtRule, references: References) -> bool:
    first = next((token for token in rule.prelude if not isinstance(token, ast.WhitespaceToken)), None)
    if isinstance(first, ast.FunctionBlock) and first.lower_name == "url":
        first = next((token for token in first.arguments if isinstance(token, ast.StringToken)), None)
    if not isinstance(first, ast.URLToken | ast.StringToken):
        return False
    kept = references.resource(first.value)
    if kept is None:
        return False
    _point(first, kept)
    return True


def _scrub(tokens: list[Any], references: References) -> bool:
    """Replace addresses in these tokens and all within. False if they nest deeper than any honest CSS."""
    pending: list[tuple[list[Any], str, int]] = [(tokens, "", 0)]
    while pending:
        siblings, function, depth = pending.pop()
        if depth > _DEEPEST:
            return False
        for token in siblings:
            _scrub_token(token, function, references)
            inner = _within(token)
            if inner:
                name = token.lower_name if isinstance(token, ast.FunctionBlock) else function
                pending.append((list(inner), name, depth + 1))
    return True


def _within(token: ast.Node) -> Sequence[ast.Node]:
    if isinstance(token, ast.FunctionBlock):
        return token.arguments  # type: ignore[no-any-return]  # tinycss2 has no types
    return getattr(token, "content", None) or []


def _scrub_token(token: ast.Node, function: str, references: References) -> None:
    if isinstance(token, ast.URLToken):
        _point(token, references.style_resource(token.value) or _NOWHERE)
    elif isinstance(token, ast.StringToken):
        if function in _TAKES_STRINGS_AS_ADDRESSES:
            _point(token, references.style_resource(token.value) or _NOWHERE)
        else:
            _point(token, "" if leads_elsewhere(token.value) else token.value)
    elif isinstance(token, ast.IdentToken) and token.lower_value.startswith("-epub-"):
        # The prefix of EPUB 3.0 for what is plain CSS today; only some browsers still know it.
        token.value = token.value[len("-epub-") :]


def _point(token: ast.URLToken | ast.StringToken, address: str) -> None:
    """Give the token a value, written anew: one that the book left open would swallow what follows it."""
    quoted = f'"{_escape(address)}"'
    token.value = address
    token.representation = quoted if isinstance(token, ast.StringToken) else f"url({quoted})"


def _escape(text: str) -> str:
    return re.sub(r'["\\\n\r\f]', lambda found: f"\\{ord(found[0]):x} ", text)
