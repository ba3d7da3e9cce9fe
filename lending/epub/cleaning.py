"""Chapters and drawings through an allowlist: what comes out runs nothing and loads nothing from elsewhere.

The allowlist works on the parsed tree, never on text, and its result is serialised anew, so a browser sees
exactly the tree that was judged. It is always well-formed XML, to be served as such: XML has one way to be
read, where HTML has a parser of a thousand exceptions that turn harmless trees into harmful ones.
"""

from collections.abc import Callable

from lxml import etree

from lending.epub import allowlist
from lending.epub.markup import (
    EPUB,
    MATHML,
    SMIL,
    SVG,
    XHTML,
    XLINK,
    Malformed,
    find_all,
    local_name,
    parse_leniently,
    parse_page,
)
from lending.epub.references import References
from lending.epub.stylesheets import (
    MOST_TOKENS,
    clean_stylesheet,
    clean_value,
    points_somewhere,
    tokens,
)

# Names that no parser can produce, so that they can't be in the book already.
_GONE = "{lending:cleaning}gone"
_UNWRAPPED = "{lending:cleaning}unwrapped"

_ELEMENTS = {
    XHTML: allowlist.HTML_ELEMENTS,
    SVG: allowlist.SVG_ELEMENTS,
    MATHML: allowlist.MATHML_ELEMENTS,
    SMIL: allowlist.SMIL_ELEMENTS,
}
_DOCTYPE = "<!DOCTYPE html>"
_CSS_ATTRIBUTES = allowlist.CSS_VALUES | {"style"}
_HREFS = ("href", f"{{{XLINK}}}href")


def clean_page(data: bytes, references: References) -> bytes:
    """A chapter, whatever its shape, as well-formed XHTML in UTF-8 with html, head and body.

    Kept: text, ids, classes, languages and directions, epub:type, roles and aria, tables, ruby, MathML, SVG,
    pictures, sound and film from the same book, local stylesheets, links within the book and to the web.
    """
    return serialise_page(clean_tree(_read_page(data), references))


def page_of_text(data: bytes, references: References) -> etree._Element:
    """The tree that `clean_page` writes down, but for its attributes: judging them is most of the work.

    For who reads its text alone. Never serve it.
    """
    root = _read_page(data)
    if next(root.iter("{*}style"), None) is not None:
        _undress_the_overdressed(root)
    _clean_elements(root, references)
    return root


def clean_svg(data: bytes, references: References) -> bytes:
    """An SVG drawing as well-formed XML in UTF-8; an empty drawing if there is none in the data."""
    return etree.tostring(clean_svg_tree(data, references), encoding="utf-8", xml_declaration=True)


def clean_svg_tree(data: bytes, references: References) -> etree._Element:
    """As `clean_svg`, but the tree, for a page to stand in."""
    root = parse_page(data)
    if root.tag != f"{{{SVG}}}svg":  # the parser had to repair it, and put it into a page
        drawings = find_all(root, "svg")
        root = _on_its_own(drawings[0]) if drawings else etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})
    return clean_tree(root, references)


def clean_smil(data: bytes, references: References) -> bytes:
    """A media overlay (EPUB 3.3 §9): which sound goes with which text. Anything else is left out."""
    try:
        root = parse_leniently(data)
    except Malformed:
        root = etree.Element(f"{{{SMIL}}}smil", nsmap={None: SMIL})
    if root.tag != f"{{{SMIL}}}smil":
        root = etree.Element(f"{{{SMIL}}}smil", nsmap={None: SMIL})
    return etree.tostring(clean_tree(root, references), encoding="utf-8", xml_declaration=True)


def serialise_page(root: etree._Element) -> bytes:
    """The page as bytes, with the DOCTYPE that every browser takes for standards mode."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype=_DOCTYPE)


def clean_tree(root: etree._Element, references: References) -> etree._Element:
    """Clean the tree in place; its root must be an allowed element. Returns the root."""
    _undress_the_overdressed(root)
    _clean_elements(root, references)
    judge = _AttributeJudge(references)
    for element in root.iter():
        _insist_on_judgement(element)
        if element.attrib:
            judge.clean(element)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["epub"])
    return root


# --- styles in amounts that no page has -----------------------------------------------------------------


def _undress_the_overdressed(root: etree._Element) -> None:
    """A page whose styles are too many to clean in a second or two loses them all, and can be read."""
    if _style_tokens(root) <= MOST_TOKENS:
        return
    for element in root.iter("*"):
        if local_name(element) == "style":
            element.tag = _GONE
        for name in _CSS_ATTRIBUTES & set(map(str, element.attrib)):
            del element.attrib[name]


def _style_tokens(root: etree._Element) -> int:
    found = 0
    for element in root.iter("*"):
        if local_name(element) == "style":
            found += tokens("".join(element.itertext()))
        values = (str(value) for name, value in element.attrib.items() if name in _CSS_ATTRIBUTES)
        found += sum(tokens(value) for value in values if points_somewhere(value))
    return found


# --- elements -------------------------------------------------------------------------------------------


def _clean_elements(root: etree._Element, references: References) -> None:
    _sort_elements(root, references)
    etree.strip_elements(root, _GONE, etree.Comment, etree.PI, etree.Entity, with_tail=False)
    etree.strip_tags(root, _UNWRAPPED)


def _sort_elements(root: etree._Element, references: References) -> None:
    """Rename what must go or lose its tag; removing while walking would lose the way."""
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag in (_GONE, _UNWRAPPED):
            continue
        namespace, _, name = tag[1:].rpartition("}")
        special = _SPECIAL.get(name.lower())
        if name.lower() in allowlist.REMOVED:
            element.tag = _GONE
        elif special is not None:
            special(element, references)
        elif name not in _ELEMENTS.get(namespace, ()):
            _admit_by_other_case(element, namespace, name)


def _insist_on_judgement(element: etree._Element) -> None:
    """A second look, by another way than the first: a fault in the sorting must not let a script through."""
    namespace, _, name = str(element.tag)[1:].rpartition("}")
    if name not in _ELEMENTS.get(namespace, ()) or name.lower() in allowlist.REMOVED:
        raise AssertionError(f"an element came through that nobody admits: {element.tag!r}")


def _admit_by_other_case(element: etree._Element, namespace: str, name: str) -> None:
    """`<P>` in XML and `<clippath>` from HTML are meant well; the rest loses its tag."""
    spelled = allowlist.svg_case(name.lower()) if namespace == SVG else name.lower()
    known = spelled in _ELEMENTS.get(namespace, ())
    element.tag = f"{{{namespace}}}{spelled}" if known else _UNWRAPPED


def _empty(element: etree._Element) -> None:
    """What it holds shall go. Nothing is taken out here: the walk through the tree stands on the first child
    already, and would end with it, and let through whatever comes after."""
    element.text = None
    for child in element:
        child.tail = None
        if isinstance(child.tag, str):
            child.tag = _GONE


def _link(element: etree._Element, references: References) -> None:
    """Only stylesheets of the book; every other `rel` fetches, connects or announces something."""
    rels = element.get("rel", "").lower().split()
    kind = element.get("type", "text/css").strip().lower()
    local = references.resource(element.get("href", "")) if element.get("href") else None
    if element.tag == f"{{{XHTML}}}link" and "stylesheet" in rels and kind == "text/css" and local:
        element.set("rel", "alternate stylesheet" if "alternate" in rels else "stylesheet")
    else:
        element.tag = _GONE


def _meta(element: etree._Element, _: References) -> None:
    """Only the viewport, by which a fixed page says its size."""
    viewport = element.get("name", "").strip().lower() == "viewport"
    if element.tag == f"{{{XHTML}}}meta" and viewport and not element.get("http-equiv"):
        content = element.get("content", "")
        element.attrib.clear()
        element.set("name", "viewport")
        element.set("content", content)
    else:
        element.tag = _GONE


def _style(element: etree._Element, references: References) -> None:
    allowed = element.tag in (f"{{{XHTML}}}style", f"{{{SVG}}}style")
    if not allowed or element.get("type", "text/css").strip().lower() not in ("", "text/css"):
        element.tag = _GONE
        return
    css = "".join(element.itertext())
    _empty(element)
    element.text = clean_stylesheet(css, references)


def _object(element: etree._Element, references: References) -> None:
    """A picture embedded the old way becomes one; anything else shows what it holds for such readers."""
    kind = element.get("type", "").strip().lower()
    source = references.resource(element.get("data", "")) if element.get("data") else None
    pictured = kind.startswith("image/") or (source or "").partition("#")[0].lower().endswith(
        (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
    )
    if not (source and pictured):
        element.tag = _UNWRAPPED
        return
    text = " ".join("".join(element.itertext()).split())
    _empty(element)
    element.tag = f"{{{XHTML}}}img"
    # The judge of attributes comes later, and works on what the book wrote.
    element.set("src", element.get("data", ""))
    element.set("alt", text)


def _switch(element: etree._Element, _: References) -> None:
    """epub:switch, from EPUB 3.0: show MathML or SVG where it is offered, else the default."""
    if element.tag == f"{{{SVG}}}switch":
        return  # SVG's own, which browsers decide
    of_epub, element.tag = element.tag == f"{{{EPUB}}}switch", _UNWRAPPED
    if not of_epub:
        return
    offers = [child for child in element if local_name(child) in ("case", "default")]
    shown = next((child for child in offers if child.get("required-namespace") in (MATHML, SVG)), None)
    if shown is None:
        shown = next((child for child in offers if local_name(child) == "default"), None)
    for child in offers:
        child.tag = _UNWRAPPED if child is shown else _GONE


def _animation(element: etree._Element, _: References) -> None:
    """Only of looks and places: an animated address is an address that no one judged."""
    name = allowlist.svg_case(local_name(element))
    moves = name == "animateMotion"
    animated = allowlist.svg_case(element.get("attributeName", element.get("attributename", "")))
    values = [element.get(attribute, "") for attribute in ("values", "to", "from", "by")]
    looks = moves or animated in allowlist.ANIMATABLE
    points = any(set(value) & set(":/\\") for value in values)
    drawn = str(element.tag).startswith(f"{{{SVG}}}")
    element.tag = f"{{{SVG}}}{name}" if drawn and looks and not points else _GONE


_SPECIAL: dict[str, Callable[[etree._Element, References], None]] = {
    "link": _link,
    "meta": _meta,
    "style": _style,
    "object": _object,
    "switch": _switch,
    **dict.fromkeys(allowlist.ANIMATIONS - allowlist.REMOVED, _animation),
}


# --- attributes -----------------------------------------------------------------------------------------


class _AttributeJudge:
    """Decides which attributes stay, and with what value."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._by_name: dict[str, Callable[[etree._Element, str], str | None]] = {
            "href": self._href,
            f"{{{XLINK}}}href": self._href,
            "src": self._src,
            "poster": lambda element, value: (
                references.image(value) if local_name(element) == "video" else None
            ),
            "srcset": self._srcset,
            "style": lambda _, value: clean_value(value, references) or None,
            "name": lambda element, value: value if local_name(element) in ("a", "map", "meta") else None,
            "content": lambda element, value: value if local_name(element) == "meta" else None,
            f"{{{EPUB}}}textref": lambda _, value: references.resource(value),
            **dict.fromkeys(allowlist.CSS_VALUES, lambda _, value: clean_value(value, references)),
            **dict.fromkeys(("values", "to", "from", "by"), _animated),
            **dict.fromkeys(("clipBegin", "clipEnd"), lambda _, value: value),
        }

    def clean(self, element: etree._Element) -> None:
        """Remove or rewrite the attributes of one allowed element."""
        for given, value in element.attrib.items():
            name = str(given)
            if name in allowlist.PLAIN:
                continue
            spelled = allowlist.svg_case(name) if str(element.tag).startswith(f"{{{SVG}}}") else name
            kept = self._judge(element, spelled, str(value))
            if kept is None or spelled != name:
                del element.attrib[name]
            if kept is not None and (spelled != name or kept != value):
                element.set(spelled, kept)
        if element.get("href", "").lower().startswith(("http:", "https:")):
            element.set("rel", "noopener noreferrer")

    def _judge(self, element: etree._Element, name: str, value: str) -> str | None:
        if name in allowlist.PLAIN:
            return value
        rule = self._by_name.get(name)
        if rule is not None:
            return rule(element, value)
        if name.startswith("aria-"):
            return value
        # Stylesheets select by data-*; a value with an address in it is for a script that never runs.
        return value if name.startswith("data-") and not set(value) & set(":/\\") else None

    def _href(self, element: etree._Element, value: str) -> str | None:
        name = local_name(element)
        if name in ("a", "area"):
            return self._references.link(value)
        if name in ("image", "feimage"):
            return self._references.image(value)
        return self._references.resource(value) if name in allowlist.REFER_BY_HREF else None

    def _src(self, element: etree._Element, value: str) -> str | None:
        name = local_name(element)
        if name == "img":
            return self._references.image(value)
        return self._references.resource(value) if name in allowlist.REFER_BY_SRC else None

    def _srcset(self, element: etree._Element, value: str) -> str | None:
        """Every candidate or none; addresses with commas in them are not worth a parser here."""
        if local_name(element) not in ("img", "source"):
            return None
        kept: list[str] = []
        for candidate in value.split(","):
            address, *size = candidate.split()
            local = self._references.resource(address)
            if local is None:
                return None
            kept.append(" ".join([local, *size]))
        return ", ".join(kept)


def _animated(element: etree._Element, value: str) -> str | None:
    return value if local_name(element) in allowlist.ANIMATIONS else None


# --- shapes ---------------------------------------------------------------------------------------------


def _read_page(data: bytes) -> etree._Element:
    root = parse_page(data)
    return _page_around(root) if root.tag == f"{{{SVG}}}svg" else root


def _on_its_own(drawing: etree._Element) -> etree._Element:
    drawing.tail = None
    parent = drawing.getparent()
    if parent is not None:
        parent.remove(drawing)
    return drawing


def _page_around(drawing: etree._Element) -> etree._Element:
    page = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML})
    etree.SubElement(page, f"{{{XHTML}}}head")
    etree.SubElement(page, f"{{{XHTML}}}body").append(drawing)
    return page
