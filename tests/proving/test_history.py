"""A history that is kept can be judged again."""

from pathlib import Path

from tests.proving import history
from tests.proving.making import lent_once


def test_a_history_is_read_as_it_was_kept(tmp_path: Path) -> None:
    acts = lent_once().acts
    history.keep(tmp_path / "history.jsonl", {"seed": 7}, acts)
    assert history.read(tmp_path / "history.jsonl") == ({"seed": 7}, acts)
