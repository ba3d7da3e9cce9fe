"""Page trees that contain themselves, and those that only look odd."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.pdf.page_tree import LARGEST, contains_itself


def tree(**kids: str) -> io.BytesIO:
    """A PDF's objects: `n2="3 6"` is object 2 with the kids 3 and 6. The root is 2."""
    objects = [b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"]
    for name, below in kids.items():
        references = " ".join(f"{number} 0 R" for number in below.split())
        objects.append(f"{name[1:]} 0 obj\n<</Type/Pages/Kids[{references}]/Count 2>>\nendobj\n".encode())
    return io.BytesIO(b"%PDF-1.7\n" + b"".join(objects))


@pytest.mark.parametrize(
    "kids",
    [{"n2": "3 2"}, {"n2": "3 6", "n6": "2"}, {"n2": "6 3", "n3": "4", "n4": "5", "n5": "3"}],
)
def test_a_tree_that_contains_itself_is_seen(kids: dict[str, str]) -> None:
    assert contains_itself(tree(**kids))


@pytest.mark.parametrize(
    "kids",
    [
        {"n2": "3 4 5"},
        {"n2": "3 6", "n6": "4 5"},
        {"n2": "3 3"},  # the same page twice: odd, and an end
        {"n2": "3", "n8": "8"},  # a form's fields, elsewhere
        {},
    ],
)
def test_a_tree_that_ends_is_let_be(kids: dict[str, str]) -> None:
    assert not contains_itself(tree(**kids))


def test_the_last_definition_of_an_object_counts() -> None:
    before, after = tree(n2="2"), b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    assert contains_itself(before)
    assert not contains_itself(io.BytesIO(before.getvalue() + after))


def test_a_deep_tree_needs_no_deep_stack() -> None:
    chain = {f"n{number}": str(number + 1) for number in range(2, 20_000)}
    assert not contains_itself(tree(**chain))
    assert contains_itself(tree(**chain | {"n20000": "2"}))


def test_a_large_file_is_not_looked_at() -> None:
    assert not contains_itself(io.BytesIO(tree(n2="2").getvalue() + b" " * LARGEST))


@given(st.binary(max_size=2000))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    assert contains_itself(io.BytesIO(b"%PDF-1.7\n" + data)) in (True, False)
