"""The one place where XML and HTML are parsed.

Whatever the document says of itself, three things hold. Its DOCTYPE is taken off before the parser sees it,
so no DTD is loaded, no file read and no entity expanded. The names that XHTML gives to characters (`&nbsp;`,
`&eacute;`) are turned into those characters here instead, as real books with the standard DOCTYPE need. And
libxml2 keeps its limits on depth and size (`huge_tree` stays off), so nesting can't exhaust the stack.
"""

import codecs
import re
from html import escape
from html.entities import html5
from typing import Final

from lxml import etree

from lending.epub.soup import MOST_ATTRIBUTES, meant_name, tame

XHTML: Final = "http://www.w3.org/1999/xhtml"
SVG: Final = "http://www.w3.org/2000/svg"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
XLINK: Final = "http://www.w3.org/1999/xlink"
EPUB: Final = "http://www.idpf.org/2007/ops"
XML: Final = "http://www.w3.org/XML/1998/namespace"
SMIL: Final = "http://www.w3.org/ns/SMIL"

_PREFIXES = {"xlink": XLINK, "epub": EPUB, "xml": XML}
_NSMAP = {None: XHTML, "svg": SVG, "math": MATHML, "xlink": XLINK, "epub": EPUB}

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BARE_UTF16 = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w.-]+)""", re.IGNORECASE)
# Python knows codecs that are no character sets, and some that take quadratic time; books use these.
_CHARACTER_SETS = re.compile(
    r"(utf-?8|us-ascii|ascii|iso-?8859-\d+|latin-?\d+|(windows-|cp)\d+|koi8-[rut]|mac-?roman|macintosh"
    r"|shift_?jis|euc-?(jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5(hkscs)?)\Z",
    re.IGNORECASE,
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEFORE_DOCTYPE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
# What is left open runs to the end: searching for its end again at every later start would be quadratic.
_IN_DOCTYPE = re.compile(
    r"""<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[\[\]>]""", re.DOTALL
)
_ENTITY_DECLARATION = re.compile(r"<!ENTITY\s", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+))|([A-Za-z_][\w.:-]*));")
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Malformed(Exception):
    """The document can't be read as what it should be."""


class DeclaresEntities(Malformed):
    """The document declares entities of its own, which package documents have no honest use for."""


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace, in lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def find_all(root: etree._Element, name: str) -> list[etree._Element]:
    """Descendants of that local name, whatever namespace an author's tool gave them."""
    return [element for element in root.iter("{*}" + name)]  # noqa: C416 - a list of typed elements


def parse_strictly(data: bytes) -> etree._Element:
    """Well-formed XML, such as a package document must be. Raises Malformed or DeclaresEntities."""
    text, subset = _prepare(data)
    if _ENTITY_DECLARATION.search(subset):
        raise DeclaresEntities("it declares entities")
    return _parse_xml(text, recover=False)


def parse_leniently(data: bytes) -> etree._Element:
    """XML as far as it goes: broken parts are left out. Raises Malformed if nothing is left."""
    return _parse_xml(_prepare(data)[0], recover=True)


def parse_page(data: bytes) -> etree._Element:
    """A chapter or a picture: as XML if it is well-formed, else repaired as browsers repair HTML.

    The root is `html` in the XHTML namespace, or `svg` in SVG's. Never fails: of bytes that hold nothing
    readable it makes an empty page.
    """
    text = _prepare(data)[0]
    try:
        root = _parse_xml(text, recover=False)
    except Malformed:
        root = _repair(text)
    _drop_floods_of_attributes(root)
    if root.tag in ("html", "svg") or (isinstance(root.tag, str) and root.tag.startswith("svg:")):
        root = _give_namespaces(root)
    return root if root.tag == f"{{{SVG}}}svg" else _as_page(root)


def parse_fragment_text(markup: str) -> str:
    """The text of a scrap of HTML, such as a blurb: tags gone, paragraphs kept apart."""
    root = _repair(_replace_references(_NOT_XML.sub("", markup), drop_unknown=False))
    for element in root.iter():
        if meant_name(local_name(element)) in ("script", "style"):
            element.tag = "hidden"
    etree.strip_elements(root, "hidden", with_tail=False)
    blocks = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "blockquote"}
    for element in root.iter():
        if local_name(element) in blocks:
            element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in "".join(root.itertext()).splitlines())
    return "\n".join(line for line in lines if line)


def _prepare(data: bytes) -> tuple[str, str]:
    """The text without prolog and named characters, and the DOCTYPE that was taken off it."""
    text = _NOT_XML.sub("", _decode(data)).lstrip("\ufeff")
    start = _BEFORE_DOCTYPE.match(text)
    body = start.end() if start else 0
    doctype = ""
    if text[body : body + 9].upper() == "<!DOCTYPE":
        end = _end_of_doctype(text, body + 9)
        doctype, body = text[body:end], end
    return _replace_references(text[body:], drop_unknown="[" in doctype), doctype


def _decode(data: bytes) -> str:
    for start, encoding in (*_BOMS, *_BARE_UTF16):
        if data.startswith(start):
            return data.decode(encoding, "replace")
    declared = _DECLARED.search(data[:1024]) or _META_CHARSET.search(data[:1024])
    name = declared[1].decode("ascii", "replace") if declared else "utf-8"
    if not _CHARACTER_SETS.match(name):
        name = "utf-8"
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")


def _end_of_doctype(text: str, position: int) -> int:
    """Just behind the `>` that closes the DOCTYPE; quotes, comments and `[...]` may hold others."""
    depth = 0
    for found in _IN_DOCTYPE.finditer(text, position):
        mark = found[0]
        if mark == ">" and depth <= 0:
            return found.end()
        depth += (mark == "[") - (mark == "]")
    return len(text)


def _replace_references(text: str, *, drop_unknown: bool) -> str:
    """Turn `&eacute;` into its character. Unknown names stay visible, unless the document declared some."""

    def character(found: re.Match[str]) -> str:
        hexadecimal, decimal, name = found.groups()
        if name is None:
            return found[0] if _is_xml_character(hexadecimal, decimal) else ""
        if name in _XML_NAMES:
            return found[0]
        known = html5.get(name + ";")
        if known is not None:
            return escape(known)
        return "" if drop_unknown else f"&amp;{name};"

    return _REFERENCE.sub(character, text) if "&" in text else text


def _is_xml_character(hexadecimal: str | None, decimal: str | None) -> bool:
    digits = (hexadecimal or decimal or "").lstrip("0")
    if not digits or len(digits) > 7:
        return False
    number = int(digits, 16 if hexadecimal else 10)
    return number <= 0x10FFFF and not _NOT_XML.match(chr(number))


def _parse_xml(text: str, *, recover: bool) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(str(error)) from error
    if root is None:
        raise Malformed("it holds no element")
    return root


def _repair(text: str) -> etree._Element:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(tame(text).encode(), parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it, or nothing to be made of it
        root = None
    return etree.Element("html") if root is None else root


def _give_namespaces(root: etree._Element) -> etree._Element:
    """A tree without namespaces (repaired, or written without) gets the ones that HTML implies."""
    first = SVG if local_name(root) == "svg" else XHTML
    adopted = etree.Element(f"{{{first}}}{local_name(root)}", nsmap=_NSMAP)
    adopted.text = root.text
    for name, value in root.attrib.items():
        _set_attribute(adopted, str(name), str(value))
    adopted.extend(list(root))
    for element in adopted.iterdescendants():
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            _give_namespace(element)
    return adopted


def _give_namespace(element: etree._Element) -> None:
    name = meant_name(str(element.tag).rpartition(":")[2])
    parent = element.getparent()
    around = str(parent.tag) if parent is not None else ""
    namespace = XHTML
    if name.lower() == "svg" or (
        around.startswith(f"{{{SVG}}}") and not around.lower().endswith("foreignobject")
    ):
        namespace = SVG
    elif name.lower() == "math" or around.startswith(f"{{{MATHML}}}"):
        namespace = MATHML
    # HTML lets names hold almost anything; XML does not.
    element.tag = f"{{{namespace}}}{name if _PLAIN_NAME.match(name) else 'span'}"
    attributes = [(str(attribute), str(value)) for attribute, value in element.attrib.items()]
    if not all(_PLAIN_NAME.match(attribute) for attribute, _ in attributes):
        element.attrib.clear()
        for attribute, value in attributes:
            _set_attribute(element, attribute, value)


def _drop_floods_of_attributes(root: etree._Element) -> None:
    """Removing attributes one by one is quadratic in their number, and no honest element has so many."""
    for element in root.iter():
        if len(element.attrib) > MOST_ATTRIBUTES:
            element.attrib.clear()


def _set_attribute(element: etree._Element, name: str, value: str) -> None:
    """Set what has a meaning; `xmlns` and prefixes that nobody declared have none left."""
    namespace, _, local = name.rpartition("}")
    prefix, _, rest = local.rpartition(":")
    namespace = _PREFIXES.get(prefix, namespace[1:])
    if not _PLAIN_NAME.match(rest) or rest == "xmlns" or (prefix and prefix not in _PREFIXES):
        return
    if not namespace:
        element.set(rest, value)
    elif namespace in _PREFIXES.values():
        element.set(f"{{{namespace}}}{rest}", value)


def _as_page(root: etree._Element) -> etree._Element:
    """Make sure of html, head and body, which reading engines take for granted."""
    html = root
    if root.tag != f"{{{XHTML}}}html":
        html = etree.Element(f"{{{XHTML}}}html", nsmap=_NSMAP)
        html.append(root)
    head = html.find(f"{{{XHTML}}}head")
    if head is None:
        head = etree.Element(f"{{{XHTML}}}head")
        html.insert(0, head)
    if html.find(f"{{{XHTML}}}body") is None:
        body = etree.SubElement(html, f"{{{XHTML}}}body")
        body.extend([child for child in html if child is not head and child is not body])
    return html
