"""The proof, as a command: python -m tests.proving --seconds 60."""

import argparse
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.proving.fairness import measured
from tests.proving.houses import BACKENDS
from tests.proving.mutants import MUTANTS
from tests.proving.run import judge, run

LONG_ENOUGH = 60
"""Seconds after which a server must have died at every step."""
MUTANT_SECONDS = 6.0
MUTANT_TRIES = 5
FAIRNESS_TRIES = 3


def main() -> int:
    """Run what was asked for, print a line each; 1 if anything failed."""
    asked = _arguments()
    if asked.judge:
        puzzles = judge(asked.judge)
        print("\n".join(puzzles) or "some order explains every answer")
        return 1 if puzzles else 0
    seed = asked.seed or secrets.randbelow(1_000_000)
    print(f"seed {seed}", flush=True)
    good = True
    for held, line in _lines(asked, seed):
        good &= held
        print(line, flush=True)
    return 0 if good else 1


def _lines(asked: argparse.Namespace, seed: int) -> Iterator[tuple[bool, str]]:
    for backend in asked.backends:
        verdict = run(backend, asked.seconds, seed)
        spared = verdict.lived.spared if asked.seconds >= LONG_ENOUGH else ()
        never = f"; no server died at {', '.join(spared)}" if spared else ""
        yield not verdict.faults and not spared, f"{backend}: {verdict}{never}"
    yield _fairness(asked.fairness_seconds)
    for mutant in asked.mutants:
        for backend in MUTANTS[mutant].backends:
            if backend in asked.backends:
                yield _mutant(mutant, backend, seed)


def _fairness(seconds: float) -> tuple[bool, str]:
    """Whether writers of SQLite wait in turn. A busy machine may hold one up: then it is tried again."""
    for _ in range(FAIRNESS_TRIES):
        found = measured(seconds)
        if found.is_fair:
            return True, f"writers of sqlite: {found}"
    return False, f"writers of sqlite NOT in turn: {found}"


def _mutant(name: str, backend: str, seed: int) -> tuple[bool, str]:
    """Whether the checker notices a fault that is there."""
    began = time.monotonic()
    for again in range(MUTANT_TRIES):
        verdict = run(backend, MUTANT_SECONDS, seed + again, name)
        if verdict.faults and verdict.loans:  # a server that serves nobody hides its fault
            taken = time.monotonic() - began
            return True, f"mutant {name} on {backend}: noticed after {taken:.0f} s, {verdict}"
    how = "SURVIVED" if verdict.loans else "LENDS NOTHING"
    return False, f"mutant {name} on {backend} {how}: {verdict}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.proving", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long each backend is tried")
    parser.add_argument("--fairness-seconds", type=float, default=5, help="how long writers are measured")
    parser.add_argument("--judge", type=Path, help="only look at a history that was kept")
    parser.add_argument("--seed", type=int, default=0, help="for the order of troubles; random if not given")
    parser.add_argument("--backends", nargs="*", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--mutants", nargs="*", choices=tuple(MUTANTS), default=tuple(MUTANTS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
