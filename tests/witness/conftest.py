"""A witness in a folder of its own, and what it told its operator."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lending.ledger.notes import Verifier
from lending.witness.alarms import Alarms
from lending.witness.keys import ensure_key
from lending.witness.memory import Memory
from lending.witness.witness import Witness
from tests.ledger.test_witnessing import KEEPER
from tests.services.fakes import FakeClock

NAME = "laptop.example/witness"


@dataclass
class Bench:
    """A machine with a witness on it, which may be started anew."""

    folder: Path
    logs: tuple[Verifier, ...] = (KEEPER.verifier,)
    clock: FakeClock = field(default_factory=FakeClock)
    told: list[str] = field(default_factory=list)

    def start(self) -> Witness:
        key = ensure_key(self.folder, NAME)
        return Witness(key, Memory(self.folder), Alarms(self.folder), self.logs, self.clock, self.told.append)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "witness")


@pytest.fixture
def witness(bench: Bench) -> Witness:
    return bench.start()
