"""A witness that asks the library by itself: for a laptop behind a router, which nobody can reach."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from lending.adapters.http_bounded import Answer, Unreachable, is_fine
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError, NotProven
from lending.ledger.notes import Note, Verifier
from lending.ledger.witnessing import NotWhatWasSeen, Rewritten, Submission, UnknownLog
from lending.witness.witness import Witness

Ask = Callable[[str, bytes | None], Answer]
"""See `adapters.http_bounded.ask`."""


_IF_RESTORED: Final = (
    "A library that was restored from a backup goes on under another name, and its log tells of it: "
    "ask whoever keeps it. `lending log key` prints the new key there."
)


class RoundFailed(Exception):
    """The library could not be witnessed this time. Says why, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One log, the library's address (as people use it), and the witness."""

    witness: Witness
    log: Verifier
    url: str
    ask: Ask

    def round(self) -> Checkpoint:
        """Fetch, judge, cosign, send back; what was cosigned. Raises RoundFailed."""
        try:
            try:
                note = self._once()
            except NotWhatWasSeen as moved:
                if isinstance(moved, Rewritten):
                    raise
                note = self._once()  # another process of this witness was faster
        except (Rewritten, NotProven) as why:
            self._show_what_was_seen()
            raise RoundFailed(f"{self.log.name} is not what it was: {why}.") from why
        except UnknownLog as why:
            raise RoundFailed(f"{self.url} shows another log: {why}. {_IF_RESTORED}") from why
        except LedgerError as why:
            raise RoundFailed(f"What {self.url} shows can't be witnessed: {why}.") from why
        self._send(note)
        return Checkpoint.parsed(note.text)

    def _once(self) -> Note:
        submission = self._fetched()
        self.witness.add(submission, from_the_log=True)
        seen = self.witness.seen(self.log.name)
        assert seen is not None, "it was kept just now"
        return seen

    def _fetched(self) -> Submission:
        seen = self.witness.seen(self.log.name)
        old = Checkpoint.parsed(seen.text).size if seen else 0
        answer = self._asked(f"/log/growth?old={old}")
        if is_fine(answer):
            shown = Submission.parsed(_text(answer))
            # It was asked for what it has since `old`, and that is what it must prove, whatever it says.
            return replace(shown, old=min(old, Checkpoint.parsed(shown.checkpoint.text).size))
        if answer.status == 409:
            # It has less than was seen: it must say so under its own signature.
            answer = self._asked("/log/checkpoint")
            if is_fine(answer):
                note = Note.parsed(_text(answer))
                return Submission(min(old, Checkpoint.parsed(note.text).size), (), note)
        if answer.status == 404 and old:
            raise RoundFailed(f"{self.url} shows no log any more, and it had {old} entries.")
        if answer.status == 404:
            raise RoundFailed(f"{self.url} shows no log: it has no entries yet, or is another address.")
        raise RoundFailed(f"{self.url} answers with {answer.status}.")

    def _send(self, note: Note) -> None:
        answer = self._asked("/log/cosignatures", str(note).encode())
        if answer.status == 403:
            raise RoundFailed(
                f"{self.url} does not know this witness. Add its key to LENDING_WITNESSES there: "
                f"{self.witness.key.verifier}"
            )
        if not is_fine(answer):
            raise RoundFailed(f"{self.url} did not take the cosignature: it answers with {answer.status}.")

    def _show_what_was_seen(self) -> None:
        """The library is told too, under its own signature; whether it listens changes nothing here."""
        try:
            seen = self.witness.seen(self.log.name)
            self._asked("/log/cosignatures", str(seen).encode())
        except (RoundFailed, LedgerError):
            pass

    def _asked(self, path: str, body: bytes | None = None) -> Answer:
        try:
            return self.ask(self.url.rstrip("/") + path, body)
        except Unreachable as why:
            raise RoundFailed(f"{self.url} can't be reached: {why}.") from why


def _text(answer: Answer) -> str:
    return answer.body.decode(errors="replace")
