"""What showed a witness a rewritten log, kept as files that anybody can check.

alarms/<id>.txt                what is still to be seen
alarms/acknowledged/<id>.txt   what the operator has seen
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from lending.ledger.notes import Note
from lending.sealing.private_files import sync_folder
from lending.witness.memory import replace_file

MOST_ALARMS: Final = 200
"""What is shown after that is told and not kept: nobody fills the disk with it."""

_SEEN: Final = "--- what this witness saw and cosigned ---\n"
_SHOWN: Final = "--- what it was shown then ---\n"


class Weight(StrEnum):
    """What an alarm proves."""

    PROOF = "proof"
    """The log's key has signed two histories: the two notes prove it to anybody."""
    SHOWN = "shown by the log"
    """The log itself gave it to this witness when it was asked."""
    SENT = "sent by somebody"
    """Whoever sent it need not be the log: an old checkpoint, or a wrong proof, can be sent by anyone."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A log that does not go on from what was seen of it. `shown` is signed by the log's key."""

    origin: str
    what: str
    weight: Weight
    at: datetime
    seen: Note
    shown: Note

    @property
    def id(self) -> str:
        """The same for the same: who shows it a hundred times makes one alarm."""
        said = "\n\0".join((self.origin, self.what, self.weight, self.seen.text, self.shown.text))
        return sha256(said.encode()).hexdigest()[:12]

    @property
    def evidence(self) -> str:
        """The file: a few lines for people, then both notes as they were."""
        at = self.at.isoformat(timespec="seconds")
        return f"{self.told}\nAt: {at}\n{_SEEN}{self.seen}{_SHOWN}{self.shown}"

    @property
    def told(self) -> str:
        """One line."""
        return f"ALARM {self.id}: {self.origin}: {self.what} ({self.weight})"


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of a witness's folder."""

    folder: Path

    def keep(self, alarm: Alarm) -> bool:
        """Whether it is new: neither waiting nor acknowledged. Durable when this returns."""
        if self._path(alarm.id).exists() or self._seen_path(alarm.id).exists():
            return False
        if len(self.waiting()) < MOST_ALARMS:
            self._path(alarm.id).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(self.folder)
            replace_file(self._path(alarm.id), alarm.evidence.encode())
        return True

    def waiting(self) -> list[tuple[str, str]]:
        """Those that nobody has acknowledged, as (id, its line), the oldest first."""
        files = sorted((self.folder / "alarms").glob("*.txt"), key=lambda path: path.stat().st_mtime_ns)
        return [(path.stem, _first_line(path)) for path in files]

    def evidence(self, alarm_id: str) -> str:
        """What is kept of an alarm, acknowledged or not. Raises KeyError."""
        for path in (self._path(alarm_id), self._seen_path(alarm_id)):
            if path.is_file():
                return path.read_text()
        raise KeyError(alarm_id)

    def acknowledge(self, alarm_id: str) -> None:
        """Its operator has seen it: it is told no more. The evidence stays. Raises KeyError."""
        if not self._path(alarm_id).is_file():
            raise KeyError(alarm_id)
        self._seen_path(alarm_id).parent.mkdir(mode=0o700, exist_ok=True)
        self._path(alarm_id).replace(self._seen_path(alarm_id))
        sync_folder(self._seen_path(alarm_id).parent)
        sync_folder(self._path(alarm_id).parent)

    def _path(self, alarm_id: str) -> Path:
        return self.folder / "alarms" / f"{Path(alarm_id).name}.txt"

    def _seen_path(self, alarm_id: str) -> Path:
        return self.folder / "alarms" / "acknowledged" / f"{Path(alarm_id).name}.txt"


def _first_line(path: Path) -> str:
    return path.read_text(errors="replace").partition("\n")[0]
