"""`lending log recount` and `lending log stock-take`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, a_book


def test_recount_tells_how_many_entries_were_counted(terminal: Terminal, tmp_path: Path) -> None:
    assert "Counted 0 entries." in terminal.do("log", "recount")
    terminal.add_book(a_book(tmp_path / "a.epub", "Alpha"))
    assert "Counted 1 entry." in terminal.do("log", "recount")


def test_stock_take_names_what_is_not_as_it_should_be(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("Alpha", "Beta"):
        terminal.add_book(a_book(tmp_path / f"{title}.epub", title))
    said = terminal.do("log", "stock-take")
    assert "Looked at 2 copies." in said
    assert "Of 2 copies all is as it should be." in said
    assert "Looked at 0 copies." in terminal.do("log", "stock-take")
    with terminal.services() as services, services.upkeep.library.read() as desk:
        file_ids = desk.keys.file_ids()
    for file_id in file_ids:
        (path,) = terminal.home.glob(f"books/*/{file_id}.lbk")
        path.unlink()
    result = terminal.type("log", "stock-take", "--again")
    assert result.exit_code == 1
    assert "WRONG  missing: Alpha (copy 1, Maria Sol)" in result.stdout
    assert "more." not in result.stdout
    monkeypatch.setattr("lending.services.stock_taking.MOST_SHOWN", 1)
    assert "And 1 more." in terminal.type("log", "stock-take").stdout
