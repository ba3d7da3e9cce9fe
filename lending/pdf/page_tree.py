"""Whether a PDF's page tree contains itself.

PDFium survives such a tree, and shows the same page again and again as if the book had
them all. It does not say so, so the tree is looked at here: as far as it stands in the
file in the clear (since PDF 1.5 it may also be packed in an object stream, where this
doesn't look), and in small files only, as made-up ones are.
"""

import re
from typing import Final

from lending.pdf.sniffing import BookFile

LARGEST: Final = 4 << 20
"""Bytes. In a larger file the tree is not looked at."""

_OBJECT: Final = re.compile(rb"(?<!\d)(\d{1,10})\s{1,8}\d{1,5}\s{1,8}obj\b")
_KIDS: Final = re.compile(rb"/Kids\s{0,8}\[([^\]]{0,1000000})\]")
_PAGES: Final = re.compile(rb"/Pages\s{1,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
_REFERENCE: Final = re.compile(rb"(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")
_CATALOG: Final = re.compile(rb"/Type\s{0,8}/Catalog\b")


def contains_itself(file: BookFile) -> bool:
    """Whether some node of the page tree is below itself (ISO 32000-1, 7.7.3: it is a tree)."""
    file.seek(0)
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        return False
    kids, roots = _tree(data)
    return any(_has_cycle(root, kids) for root in roots)


def _tree(data: bytes) -> tuple[dict[int, list[int]], list[int]]:
    """Each node's kids, the last definition of an object counting, and the roots that catalogues name."""
    kids: dict[int, list[int]] = {}
    roots: list[int] = []
    starts = list(_OBJECT.finditer(data))
    ends = [found.start() for found in starts[1:]] + [len(data)]
    for found, end in zip(starts, ends, strict=False):
        body = data[found.end() : end]
        number = int(found[1])
        if below := _KIDS.search(body):
            kids[number] = [int(reference) for reference in _REFERENCE.findall(below[1])]
        if _CATALOG.search(body) and (root := _PAGES.search(body)):
            roots.append(int(root[1]))
    return kids, roots


def _has_cycle(root: int, kids: dict[int, list[int]]) -> bool:
    """Depth first without recursion: a tree can be deeper than Python's stack."""
    above: set[int] = set()
    done: set[int] = set()
    path = [(root, iter(kids.get(root, ())))]
    above.add(root)
    while path:
        node, rest = path[-1]
        below = next(rest, None)
        if below is None:
            path.pop()
            above.discard(node)
            done.add(node)
        elif below in above:
            return True
        elif below not in done:
            above.add(below)
            path.append((below, iter(kids.get(below, ()))))
    return False
