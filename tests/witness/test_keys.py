"""What a witness signs with."""

import stat
from pathlib import Path

import pytest

from lending.ledger.notes import COSIGNATURE
from lending.witness.keys import KeyUnusable, WitnessKey, ensure_key


def test_a_new_witness_gets_a_key_that_only_its_user_can_read_and_keeps_it(tmp_path: Path) -> None:
    made = ensure_key(tmp_path, "laptop.example")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o400
    assert ensure_key(tmp_path, "another.example").verifier == made.verifier
    assert ensure_key(tmp_path, "").verifier == made.verifier
    assert (made.verifier.name, made.verifier.algorithm) == ("laptop.example", COSIGNATURE)
    assert made.text.split("+")[4] not in repr(made)


@pytest.mark.parametrize("name", ["", "my laptop", "a+b"])
def test_a_name_that_no_key_can_bear_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyUnusable):
        ensure_key(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_witness_that_has_lost_its_key_makes_no_new_one(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with pytest.raises(KeyUnusable, match="put its key back"):
        ensure_key(tmp_path, "laptop.example")


def test_a_key_that_was_changed_is_not_used(tmp_path: Path) -> None:
    text = ensure_key(tmp_path, "laptop.example").text
    for wrong in ("", "key", text.replace("laptop", "desktop"), text.replace("PRIVATE", "+"), text[:-9]):
        with pytest.raises(KeyUnusable):
            WitnessKey.parsed(wrong)
