"""A run: people, servers and troubles for some seconds, and what is to be said of it."""

import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Engine

from lending import bootstrap
from tests.proving import history
from tests.proving.board import Board
from tests.proving.evidence import record_in, takes_a_second_open_loan
from tests.proving.failpoints import last_words
from tests.proving.fleet import Fleet
from tests.proving.friends import Person, Tab
from tests.proving.history import Act, Kind, of_copies
from tests.proving.houses import House, house
from tests.proving.linearizing import puzzle
from tests.proving.mutants import MUTANTS
from tests.proving.nemeses import STEPS, Crashes, Nemesis
from tests.proving.operations import OPERATIONS, Scene
from tests.proving.record import Record, complaints

SERVERS: Final = 3
FRIENDS: Final = 4
TABS: Final = 2
COPIES_AT_ONCE: Final = 4
RESERVE: Final = 10
"""Copies that wait to be played with, beside one for each second: those with too many riddles are left."""
EXPIRIES_FROM: Final = 10_000_000
PATIENCE: Final = 0.9
"""How many wait a while when there is no database, and don't try again at once."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run showed: `faults` is empty when everything held."""

    operations: int
    lived: "Lived"
    unknown: int
    faults: tuple[str, ...]
    kept: Path | None = None
    loans: int = 0
    """How many there were: where nobody borrows, nothing is shown."""

    def __str__(self) -> str:
        counted = f"{self.operations} operations, {self.lived}, {self.unknown} unknown outcomes"
        if not self.faults:
            return f"{counted}: linearizable, record and log agree"
        kept = f" (kept in {self.kept})" if self.kept else ""
        return f"{counted}: {len(self.faults)} faults, the first: {self.faults[0]}{kept}"


@dataclass(frozen=True, slots=True)
class Lived:
    """What the servers went through: how often one died, and at which steps none did."""

    kills: int
    deaths: Counter[tuple[str, str]]
    """At which step of which act a server killed itself, as their logs say."""

    @property
    def spared(self) -> tuple[str, ...]:
        """Steps at which none did."""
        return tuple(f"{kind} {step}" for kind, step in STEPS if not self.deaths[kind, step])

    def __str__(self) -> str:
        where = f"{self.deaths.total()} of them at {len(STEPS) - len(self.spared)} of {len(STEPS)} steps"
        return f"{self.kills} kills ({where})"


def run(backend: str, seconds: float, seed: int, mutant: str = "") -> Verdict:
    """Let a library be used and abused for so long, and judge it. A history that fails is kept.

    Without a mutant it may take three times as long, until servers have died at every step.
    """
    with house(backend, COPIES_AT_ONCE + RESERVE + round(seconds), mutant) as library:
        board = Board(library.copies, COPIES_AT_ONCE)
        engine = library.database()
        if mutant:
            MUTANTS[mutant].put_into_database(engine)
        lived = _live(library, board, seconds, seed, thorough=not mutant)
        record = record_in(engine)
        acts = [*board.acts, *_expiries(library, record, time.monotonic_ns())]
        faults = [
            *_puzzles(acts, record.epochs),
            *complaints(acts, record),
            *_of_database(engine, record),
            # A mutant is to be seen in what it answers.
            *(() if mutant else (*_breakdowns(library), *_of_log(library))),
        ]
        engine.dispose()
    facts: dict[str, object] = {"backend": backend, "seed": seed, "mutant": mutant, "faults": faults}
    kept = _keep(facts, acts, record) if faults and not mutant else None
    unknown = sum(not act.is_known for act in acts)
    return Verdict(len(board.acts), lived, unknown, tuple(faults), kept, len(record.loans))


def judge(path: Path) -> list[str]:
    """What can't be explained in a history that was kept."""
    facts, acts = history.read(path)
    return _puzzles(acts, cast("dict[str, int]", facts["loans"]))


def _live(library: House, board: Board, seconds: float, seed: int, *, thorough: bool) -> Lived:
    """The run itself. At its end all servers are killed."""
    dice = random.Random(seed)
    over = threading.Event()
    people = [Person.new(f"friend {number}") for number in range(FRIENDS)]
    with Fleet(library.plan, SERVERS) as fleet:
        crashes = Crashes(fleet, dice)
        tabs = [Tab(person, fleet, random.Random(dice.random())) for person in people for _ in range(TABS)]
        with ThreadPoolExecutor(len(tabs) + 1) as pool:
            using = [pool.submit(_use, tab, library, board, crashes, over) for tab in tabs]
            using.append(pool.submit(Nemesis(library, fleet, dice).go_on, over))
            failed, _ = wait(using, seconds, FIRST_EXCEPTION)
            until = time.monotonic() + 2 * seconds
            while thorough and not failed and _lived(library, fleet).spared and time.monotonic() < until:
                failed, _ = wait(using, 0.5, FIRST_EXCEPTION)
            over.set()
        for one in using:
            one.result()
    return _lived(library, fleet)


def _lived(library: House, fleet: Fleet) -> Lived:
    return Lived(fleet.died, Counter(last_words(library.plan.log_file.read_text())))


def _use(tab: Tab, library: House, board: Board, crashes: Crashes, over: threading.Event) -> None:
    doing, weights = zip(*OPERATIONS, strict=True)
    while not over.is_set():
        if library.darkness.is_known and tab.dice.random() < PATIENCE:
            over.wait(0.1)
            continue
        (operation,) = tab.dice.choices(doing, weights)
        operation(Scene(tab, board.some_copy(tab.dice), board, library, crashes))
    tab.close()


def _expiries(library: House, record: Record, ended: int) -> list[Act]:
    """What time did: each loan's due date is an act of its own, done while the clock passed it."""
    acts: list[Act] = []
    for loan in record.loans:
        for changes, due in enumerate(loan.dues):
            number = EXPIRIES_FROM + len(acts)
            since, until = library.clock.passes(due)
            expiry = Act(number, Kind.EXPIRE, loan.copy, "time", since, until, "done", "", loan.id, changes)
            if since < ended:
                acts.append(expiry)
    return acts


def _of_database(engine: Engine, record: Record) -> Iterator[str]:
    if not record.loans:
        yield "nobody borrowed anything, so nothing was shown"
    elif takes_a_second_open_loan(engine):
        yield "the database takes a second open loan of one copy"


def _of_log(library: House) -> list[str]:
    """What the library's own auditor finds wrong with the log, after all that died while writing into it."""
    services = bootstrap.build(library.plan.settings)
    faults = services.verifying.verify().faults
    services.upkeep.close()
    return [f"the log: {fault}" for fault in faults]


def _breakdowns(library: House) -> list[str]:
    """What the servers did not expect, as their logs say. (A database that is away is expected.)"""
    lines = library.plan.log_file.read_text().splitlines()
    return sorted({line for line in lines if "unhandled" in line or "Traceback" in line})


def _puzzles(acts: list[Act], epochs: dict[str, int]) -> list[str]:
    found = [(copy, puzzle(done, epochs)) for copy, done in of_copies(acts).items()]
    return [f"copy {copy}: {what}" for copy, what in found if what]


def _keep(facts: dict[str, object], acts: list[Act], record: Record) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="proving-failed-"))
    history.keep(folder / "history.jsonl", facts | {"loans": record.epochs}, acts)
    return folder / "history.jsonl"
