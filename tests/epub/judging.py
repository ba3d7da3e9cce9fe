"""A second opinion on what the cleaner lets through, written without looking at its lists."""

import re

from lxml import etree

DANGEROUS = {
    "script", "iframe", "object", "embed", "base", "form", "input", "frame", "frameset", "applet", "portal",
    "handler", "listener",
}  # fmt: skip
_SCHEME = re.compile(r"^[\x00-\x20]*([a-z][a-z0-9+.-]*:|[/\\]{2}|[/\\])", re.IGNORECASE)
_DATA_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|webp)", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"""(?:url\(|@import)\s*["']?\s*(https?:|//|javascript:|file:|\\)""", re.IGNORECASE)
# SVG presentation attributes that take url() (SVG 2, property index).
_CSS_VALUED = {
    "style", "fill", "stroke", "filter", "clip-path", "mask", "cursor",
    "marker", "marker-start", "marker-mid", "marker-end",
}  # fmt: skip
_MAY_BE_ADDRESS = {
    "src",
    "href",
    "data",
    "poster",
    "action",
    "formaction",
    "background",
    "cite",
    "to",
    "from",
    "values",
}


def harm_in(document: bytes) -> list[str]:
    """What in a cleaned document could run, load or lead where it must not. Parses it as strict XML."""
    root = etree.fromstring(document)
    found = [f"PI {child.target}" for child in root.itersiblings(etree.ProcessingInstruction, preceding=True)]
    for element in root.iter():
        if not isinstance(element.tag, str):
            found.append(f"not an element: {element}")
            continue
        name = element.tag.rpartition("}")[2].lower()
        if name in DANGEROUS or (name == "meta" and element.get("http-equiv")):
            found.append(name)
        if name == "style" and _CSS_ADDRESS.search(element.text or ""):
            found.append(f"style {element.text}")
        found += [
            f"{name}@{key}={value}"
            for key, value in element.attrib.items()
            if _harms(name, str(key), str(value))
        ]
    return found


def _harms(element: str, attribute: str, value: str) -> bool:
    name = attribute.rpartition("}")[2].lower()
    if name.startswith("on") or name in ("srcdoc", "ping"):
        return True
    if name in _CSS_VALUED and _CSS_ADDRESS.search(value):
        return True
    if name == "srcset":
        return any(_SCHEME.match(candidate.strip()) for candidate in value.split(","))
    if name in _MAY_BE_ADDRESS and _SCHEME.match(value):
        if element in ("a", "area") and name == "href":
            return not re.match(r"(https?|mailto):", value, re.IGNORECASE)
        return not (_DATA_IMAGE.match(value) and element in ("img", "image"))
    return False
