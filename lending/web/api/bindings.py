"""What a browser proves when a loan becomes its own."""

from typing import Annotated, Literal

from pydantic import Field

from lending.services.passes import ClaimRequest
from lending.web.api.contract import Asked


class KeyBinding(Asked):
    """The browser holds a key, and proves it (a JWT in the shape of RFC 9449 for this very request)."""

    kind: Literal["key"]
    proof: str = Field(min_length=1, max_length=4096)


class TicketBinding(Asked):
    """Browsers offer no keys here (plain HTTP): a random secret that the browser keeps stands in."""

    kind: Literal["ticket"]
    ticket: str = Field(min_length=16, max_length=256)


Binding = Annotated[KeyBinding | TicketBinding, Field(discriminator="kind")]


def claim_request(binding: KeyBinding | TicketBinding, name: str = "") -> ClaimRequest:
    """As the desk takes it."""
    if isinstance(binding, KeyBinding):
        return ClaimRequest(name, proof=binding.proof)
    return ClaimRequest(name, ticket=binding.ticket)
