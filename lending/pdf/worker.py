"""The drawing process: `python -m lending.pdf.worker`, started by `DrawingProcesses` alone.

It reads questions on stdin, answers on stdout, and ends when stdin does. Where a book lies and
which key opens it come with each question, never in arguments or the environment.
"""

import dataclasses
import os
import signal
import sys
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO, Final

from lending.pdf import wire
from lending.pdf.confinement import confine
from lending.pdf.document import Document
from lending.pdf.wire import Json
from lending.refusals import CannotAccession, PartUnreadable, Refusal
from lending.sealing import SealedReader, Tampered

_KEEP_OPEN: Final = 4


class _Shelf:
    """The documents opened last, so that turning a page opens nothing."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], tuple[Document, SealedReader]] = OrderedDict()

    def document(self, path: str, key: str, file_id: str) -> Document:
        name = (path, key)
        if name not in self._open:
            self._open[name] = _open(path, bytes.fromhex(key), bytes.fromhex(file_id))
            if len(self._open) > _KEEP_OPEN:
                self.forget(*next(iter(self._open)))
        self._open.move_to_end(name)
        return self._open[name][0]

    def forget(self, path: str, key: str) -> None:
        """Close a document, if it is open."""
        if kept := self._open.pop((path, key), None):
            document, reader = kept
            document.close()
            reader.close()


def _open(path: str, key: bytes, file_id: bytes) -> tuple[Document, SealedReader]:
    file = Path(path).open("rb")  # noqa: SIM115 -- the reader owns it and closes it
    try:
        reader = SealedReader(file, key, file_id)
        return Document(reader), reader
    except BaseException:
        file.close()
        raise


def _answer(shelf: _Shelf, question: Json) -> bytes:
    try:
        document = shelf.document(question["path"], question["key"], question["file_id"])
        return _do(document, question)
    except CannotAccession as refusal:
        # A book that was catalogued once and no longer opens is no news about accession.
        return wire.pack_refusal(refusal if question["do"] == "catalogue" else PartUnreadable())
    except Refusal as refusal:
        return wire.pack_refusal(refusal)
    except (Tampered, OSError) as fault:
        shelf.forget(question["path"], question["key"])  # the disk may recover; what was read so far may not
        return wire.pack(
            {"fault": "tampered" if isinstance(fault, Tampered) else "unreachable", "says": str(fault)}
        )
    except Exception as fault:  # noqa: BLE001 -- the server decides; it must at least be told
        return wire.pack({"fault": "broken", "says": type(fault).__name__})


def _do(document: Document, question: Json) -> bytes:
    match question["do"]:
        case "catalogue":
            return wire.pack({"ok": wire.pack_record(document.record())})
        case "draw":
            drawing = document.draw(question["page"], question["width"])
            return wire.pack({"ok": True}, drawing.data)
        case "tile":
            column, row = question["piece"]
            piece = document.draw_tile(question["page"], column, row, question["width"])
            return wire.pack({"ok": True}, piece.data)
        case "text":
            return wire.pack({"ok": dataclasses.asdict(document.text(question["page"]))})
        case "words":
            return wire.pack({"ok": document.words(question["page"], question["count"])})
        case "traits":
            return wire.pack({"ok": wire.pack_traits(document.traits())})
    raise ValueError(question["do"])


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the server closes the pipe. A question out of time ends the process."""
    shelf = _Shelf()
    while (question := wire.receive(questions)) is not None:
        signal.alarm(question["seconds"])  # the server kills us at its deadline; this is for when it died
        answer = _answer(shelf, question)
        signal.alarm(0)
        answers.write(answer)
        answers.flush()


def main() -> None:
    """Shut the process in, then serve."""
    confine()
    # Nothing but answers may reach the server's end of stdout, not even a stray print.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
