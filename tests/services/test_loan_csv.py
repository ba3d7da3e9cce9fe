"""The loan log for spreadsheets."""

import csv
from dataclasses import replace

import pytest

from lending.ports.records import LogLine
from lending.services.loan_csv import as_csv
from tests.services.fakes import NOON
from tests.services.making import a_loan

LINE = LogLine(a_loan(), "Nada", (), "Ana", 1, "")


@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠", "\t", "\r"])
def test_no_cell_is_a_formula(sign: str) -> None:
    (row,) = csv.DictReader(as_csv([replace(LINE, title=f"{sign}HYPERLINK(1)")], NOON))
    assert row["title"].startswith(f"'{sign}HYPER")


def test_other_cells_are_as_they_are() -> None:
    (row,) = csv.DictReader(as_csv([replace(LINE, title="José = Pepe")], NOON))
    assert (row["title"], row["loan_id"], row["copy_id"]) == ("José = Pepe", "loan", "copy")
