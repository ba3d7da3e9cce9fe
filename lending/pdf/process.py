"""PDFs for the rest of the program: drawn, read and catalogued in separate processes."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from lending.pdf import wire
from lending.pdf.child import Child, ChildLost
from lending.pdf.records import WIDEST, Drawing, PageText, PdfRecord, PdfTraits
from lending.pdf.wire import Garbled, Json
from lending.refusals import DamagedFile, PartUnreadable
from lending.sealing import Tampered

_log = logging.getLogger(__name__)

_RETIRE_AFTER: Final = 2_000  # questions; PDFium's caches only grow
_RETIRE_ABOVE: Final = 300 << 20  # bytes of memory: a hostile page leaves a process this large for good


@dataclass(frozen=True, slots=True)
class SealedSource:
    """Where a sealed PDF lies and what opens it: 32 bytes of key, 16 of file id."""

    path: Path
    key: bytes = field(repr=False)
    file_id: bytes = field(repr=False)


class DrawingProcesses:
    """A few processes that draw PDFs. Safe to use from many threads; started when first needed.

    Each question has `seconds` from when a process takes it up; a process that crashes or takes
    longer is killed and replaced, and only that question fails. One document never keeps all
    processes busy, so a page that is slow to draw delays its own reader alone.

    Make one per server process. Faults: `Tampered`; `OSError` if the file can't be opened.
    """

    def __init__(self, processes: int = 2, seconds: float = 20.0) -> None:
        if processes < 2:
            raise ValueError("with a single process, one slow page would hold up every reader")
        self._most = processes
        self._seconds = seconds
        self._changed = threading.Condition()
        self._idle: list[Child] = []
        self._busy: Counter[Path] = Counter()
        self._closed = False
        # Children die with the thread that started them, so that thread must not be a request's.
        self._starter = ThreadPoolExecutor(1, "drawing-starter")

    def catalogue(self, source: SealedSource) -> PdfRecord:
        """What the PDF says of itself, after its first page was drawn once.

        Raises a `CannotAccession` by name. `DamagedFile` also if it crashes or stalls the process.
        """
        try:
            answer, _ = self._ask(source, {"do": "catalogue"})
            return wire.record(answer["ok"])
        except (ChildLost, Garbled):
            raise DamagedFile("reading it crashed or took too long") from None

    def draw(self, source: SealedSource, page: int, width: int) -> Drawing:
        """Page `page` (from 0) as an image about `width` pixels wide. `NoSuchPart`, `PartUnreadable`."""
        if not 1 <= width <= 10_000:
            raise ValueError("an image is 1 to 10,000 pixels wide")
        try:
            _, data = self._ask(source, {"do": "draw", "page": page, "width": width})
        except (ChildLost, Garbled):
            raise PartUnreadable from None
        return Drawing("image/webp", data)

    def draw_tile(self, source: SealedSource, page: int, column: int, row: int, width: int) -> Drawing:
        """A piece, `TILE` pixels square, of page `page` (from 0) drawn `width` pixels wide.

        `NoSuchPart` beside the page; `PartUnreadable`.
        """
        if not 1 <= width <= WIDEST:
            raise ValueError(f"a page is 1 to {WIDEST} pixels wide")
        question = {"do": "tile", "page": page, "piece": [column, row], "width": width}
        try:
            _, data = self._ask(source, question)
        except (ChildLost, Garbled):
            raise PartUnreadable from None
        return Drawing("image/webp", data)

    def text(self, source: SealedSource, page: int) -> PageText:
        """The lines and links of page `page` (from 0). `NoSuchPart`, `PartUnreadable`."""
        try:
            answer, _ = self._ask(source, {"do": "text", "page": page})
            return wire.page_text(answer["ok"])
        except (ChildLost, Garbled):
            raise PartUnreadable from None

    def words(self, source: SealedSource, first: int, count: int) -> list[str | None]:
        """The texts of `count` pages from `first` (from 0), or of as many as a moment allows: one at least.

        The lines of `text` without their places, each followed by a line end. None stands for a page that
        can't be read. `NoSuchPart`; `PartUnreadable` if the run breaks off.
        """
        try:
            answer, _ = self._ask(source, {"do": "words", "page": first, "count": count})
            return wire.words(answer["ok"], count)
        except (ChildLost, Garbled):
            raise PartUnreadable from None

    def traits(self, source: SealedSource) -> PdfTraits:
        """What it brings for who doesn't read with their eyes. Raises `PartUnreadable`."""
        try:
            answer, _ = self._ask(source, {"do": "traits"})
            return wire.traits(answer["ok"])
        except (ChildLost, Garbled):
            raise PartUnreadable from None

    def close(self) -> None:
        """End all processes, once they have answered what they were asked."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._busy.total())
            for child in self._idle:
                child.kill()
            self._idle.clear()
        self._starter.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, source: SealedSource, question: Json) -> tuple[Json, bytes]:
        where = {"path": str(source.path), "key": source.key.hex(), "file_id": source.file_id.hex()}
        with self._child_for(source.path) as child:
            try:
                answer, data = child.ask({**question, **where}, self._seconds)
            except ChildLost as lost:
                _log.warning("a drawing process was lost at %s: %s", question["do"], lost)
                raise
            if answer.get("fault") == "broken":
                child.kill()  # out of memory, most likely: its state is not worth keeping
        return _opened(answer, data)

    @contextmanager
    def _child_for(self, path: Path) -> Iterator[Child]:
        """A process, for one question about the document at `path`."""
        child = self._take(path)
        try:
            if child and not child.alive:
                child.kill()
            if not child or not child.alive:
                child = self._starter.submit(Child).result()
            yield child
        finally:
            self._give_back(path, child)

    def _take(self, path: Path) -> Child | None:
        """Wait for one's turn; the idle process used last, or None if one must be started."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room(path))
            if self._closed:
                raise RuntimeError("the drawing processes have been closed")
            self._busy[path] += 1
            return self._idle.pop() if self._idle else None

    def _has_room(self, path: Path) -> bool:
        return self._busy.total() < self._most and self._busy[path] < self._most - 1

    def _give_back(self, path: Path, child: Child | None) -> None:
        if child and (child.asked >= _RETIRE_AFTER or child.memory > _RETIRE_ABOVE):
            child.kill()
        with self._changed:
            self._busy[path] -= 1
            self._busy += Counter()  # forget documents that nobody asks for any more
            if child and child.alive:
                self._idle.append(child)
            self._changed.notify_all()


def _opened(answer: Json, data: bytes) -> tuple[Json, bytes]:
    """The answer, if it is one; else what it says went wrong is raised."""
    if "ok" in answer:
        return answer, data
    if "refused" in answer:
        raise wire.refusal(answer)
    if answer.get("fault") == "tampered":
        raise Tampered(str(answer.get("says")))
    if answer.get("fault") == "unreachable":
        raise OSError(str(answer.get("says")))
    raise Garbled(str(answer.get("says")))
