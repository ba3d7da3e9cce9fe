"""A history that was kept is judged as it was when it was new."""

from pathlib import Path

from tests.proving import history
from tests.proving.history import Kind
from tests.proving.making import lent_once
from tests.proving.run import judge


def test_a_kept_history_is_judged_again(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    story = lent_once()
    history.keep(path, {"loans": {"one": 1}}, story.acts)
    assert judge(path) == []
    story.act(Kind.READ, "served", (8, 9), loan="one")
    history.keep(path, {"loans": {"one": 1}}, story.acts)
    assert len(judge(path)) == 1
