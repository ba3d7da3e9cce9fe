"""Takes each new checkpoint to a witness that has an address, and hears what it says."""

import contextlib
import logging
from datetime import datetime, timedelta
from typing import Final

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError
from lending.ledger.witnessing import KnownWitness, NotWhatWasSeen, Submission
from lending.ports.witnesses import WitnessAnswer, WitnessAway, WitnessPost
from lending.services.witnesses import NothingSigned, Witnesses

AGAIN_AFTER: Final = timedelta(hours=1)
"""A log that stands still is cosigned again, so that it is known to be watched."""

_log = logging.getLogger(__name__)


class Messenger:
    """For one witness. Who makes its rounds may run beside others': nobody waits for a witness but it."""

    def __init__(self, witnesses: Witnesses, post: WitnessPost, witness: KnownWitness) -> None:
        self.witness = witness
        self._witnesses = witnesses
        self._post = post
        self._is_away = False
        self._heard: tuple[str, datetime] | None = None

    def round(self) -> None:
        """Take the latest checkpoint there, if it is news. A witness that is away is tried in each round."""
        now = self._witnesses.clock.now()
        try:
            text = self._witnesses.checkpoint().text
            if self._heard and self._heard[0] == text and now - self._heard[1] < AGAIN_AFTER:
                return
            self._take()
        except NothingSigned:
            return
        except WitnessAway as why:
            if not self._is_away:
                _log.warning("The witness %s is away: %s", self.witness.name, why)
            self._is_away = True
            return
        self._is_away = False
        self._heard = (text, now)

    def _take(self) -> None:
        submission, answer = self._sent(self._seen_last())
        if answer.status == 409 and answer.seen not in (None, submission.old):
            with contextlib.suppress(NotWhatWasSeen):  # it saw more than there is: that is heard below
                submission, answer = self._sent(answer.seen or 0)
        self._hear(submission, answer)

    def _seen_last(self) -> int:
        """What it cosigned last, as far as is known here."""
        with self._witnesses.library.read() as desk:
            said = desk.witnesses.of(desk.ledger.head().origin).get(self.witness.id)
            latest = desk.ledger.latest_checkpoint()
        size = latest.size if latest else 0
        return said.size if said and said.size <= size else 0

    def _sent(self, old: int) -> tuple[Submission, WitnessAnswer]:
        submission = self._witnesses.growth(old)
        return submission, self._post.add_checkpoint(self.witness.url, submission)

    def _hear(self, submission: Submission, answer: WitnessAnswer) -> None:
        size = Checkpoint.parsed(submission.checkpoint.text).size
        if answer.status == 200:
            self._believe(submission, answer)
        elif answer.status == 409 and answer.seen is not None and answer.seen > size:
            entries = self._witnesses.entries()
            if answer.seen > entries:  # else another process of ours was there with a later checkpoint
                self._alarm(f"it saw {answer.seen} entries, and the log has {entries}")
        elif answer.status == 409 and answer.seen == size == submission.old:
            self._alarm(f"it saw another log of {size} entries")
        elif answer.status == 422:
            self._alarm(f"the first {submission.old} entries that it saw are not those of the log")
        else:
            _log.warning("The witness %s does not cosign: it answers %d", self.witness.name, answer.status)

    def _believe(self, submission: Submission, answer: WitnessAnswer) -> None:
        try:
            self._witnesses.take(submission.checkpoint.with_signatures(answer.lines))
        except LedgerError as why:
            _log.warning("The witness %s answers what can't be believed: %s", self.witness.name, why)

    def _alarm(self, why: str) -> None:
        self._witnesses.alarm(self.witness, why)
