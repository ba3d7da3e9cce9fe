"""What holds for the house as a whole. (`lint-imports` keeps the rooms apart; see pyproject.toml.)"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lending import refusals
from lending.refusals import Refusal
from lending.web.refusals_http import ANSWERS

HOUSE = Path(refusals.__file__).parent
PURE = ("circulation", "ledger", "marks", "concordance", "counter")
CORE = [*(path for room in PURE for path in sorted((HOUSE / room).glob("*.py"))), HOUSE / "refusals.py"]


def kinds(parent: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal that there is, the parents first."""
    yield parent
    for child in parent.__subclasses__():
        yield from kinds(child)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


@pytest.mark.parametrize("path", CORE, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_core_needs_nothing_but_python(path: Path) -> None:
    for name in imported(path):
        room = name.split(".")
        core = name in ("lending", "lending.refusals") or (room[0] == "lending" and room[1] in PURE)
        assert core or room[0] in sys.stdlib_module_names, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", CORE, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_core_asks_no_clock_and_throws_no_dice(path: Path) -> None:
    outside = {"time", "random", "secrets", "uuid", "os", "io", "pathlib", "threading", "socket"}
    assert not outside & {name.split(".")[0] for name in imported(path)}
    assert not re.search(r"\b(now|today|utcnow)\(\)", path.read_text())


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [str(vars(kind).get("code")) for kind in kinds()]
    assert "None" not in codes, "one has only its parent's code"
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_a_code_says_what_its_refusal_is_called() -> None:
    """So that who reads a log finds the class. `Refusal` itself is "refused"."""
    for kind in kinds():
        if kind is not Refusal:
            assert kind.code == re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def test_every_refusal_is_answered_over_http() -> None:
    assert set(ANSWERS) == set(kinds())
    faults = {kind for kind, answer in ANSWERS.items() if not 400 <= answer.status < 500}
    assert faults == {refusals.LogDamaged}, "of it alone the library is to blame"
    assert ANSWERS[refusals.LogDamaged].status == 503


def test_the_tree_of_refusals_is_the_one_that_is_told() -> None:
    told: dict[str, str] = {}
    above: list[str] = []
    for drawn in re.findall(r"^    ([│├└─ ]*)([A-Z]\w+)", refusals.__doc__ or "", re.MULTILINE):
        depth = len(drawn[0]) // 4
        above[depth:] = [drawn[1]]
        told[drawn[1]] = above[depth - 1] if depth else "Exception"
    assert told == {kind.__name__: kind.__bases__[0].__name__ for kind in kinds()}
