"""Somebody who is faster."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from lending.ports.library import Library, Transaction


@dataclass
class FasterThan:
    """A library in which somebody does something just before each change begins."""

    library: Library
    act: Callable[[], object]

    def read(self) -> AbstractContextManager[Transaction]:
        return self.library.read()

    def change(self) -> AbstractContextManager[Transaction]:
        self.act()
        return self.library.change()
