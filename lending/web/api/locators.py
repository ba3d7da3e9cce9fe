"""Places in a book, as the reading page writes them: JSON objects that only the page itself understands."""

import json
from typing import Annotated, Any

from pydantic import Field, JsonValue

from lending import refusals

Locator = dict[str, JsonValue]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""How far through the book."""


def locator_text(locator: Locator) -> str:
    """As it is kept: one text for one place. Raises UnacceptableInput."""
    try:
        return json.dumps(locator, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    except ValueError as infinite:
        raise refusals.UnacceptableInput("locator", "has a number that JSON can't write") from infinite


def locator_of(kept: str) -> dict[str, Any]:
    """As it came."""
    locator: dict[str, Any] = json.loads(kept)
    return locator
