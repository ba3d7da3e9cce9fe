"""What files are called that browsers keep."""

import pytest
from flask import Response

from lending.web.downloads import LONGEST_NAME, attach, plain_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Salt Road", "Salt Road"),
        ('../../etc/"passwd"\r\nX: y', "etc passwd X y"),
        ("Cien años: ¿y?", "Cien años y"),
        ("\u202egnp.exe", "gnp.exe"),
        ("Дорога", "Дорога"),
        ("???", ""),
        ("x" * 500, "x" * LONGEST_NAME),
    ],
)
def test_a_name_is_one_that_every_system_takes(text: str, name: str) -> None:
    assert plain_name(text) == name


def test_a_name_in_any_script_fits_into_a_header_and_is_told_in_full() -> None:
    response = Response()
    attach(response, "Дорога соли.epub")
    said = response.headers["Content-Disposition"]
    assert said.isascii()
    assert said.endswith(
        "filename*=UTF-8''%D0%94%D0%BE%D1%80%D0%BE%D0%B3%D0%B0%20%D1%81%D0%BE%D0%BB%D0%B8.epub"
    )
    attach(response, "Salt Road.epub")
    assert response.headers["Content-Disposition"] == 'attachment; filename="Salt Road.epub"'
