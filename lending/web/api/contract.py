"""What each view of the API promises, said once: it is checked by this and told by `document`.

A view is short: its guard, its query and its body come as arguments, already checked,
and what it returns is written as JSON. Everything that may go wrong is in its contract,
so that the OpenAPI document can't forget it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import update_wrapper
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from lending import refusals
from lending.refusals import Refusal
from lending.web import guards

JSON = "application/json"
PROBLEM = "application/problem+json"
Model = TypeVar("Model", bound=BaseModel)


class Access(StrEnum):
    """Whom a view answers."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    """Who signed in, or sends an access token; the view gets them as `actor`."""
    HARVESTER = "harvester"
    """Like `ACCOUNT`, or a program that sends a read-only access token as `api_key`."""
    READER = "reader"
    """Who has the loan of the address; the view gets them as `reader`, in place of `loan_id`."""


class Told(BaseModel):
    """What an answer says, as JSON."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class Asked(BaseModel):
    """What a request says. A JSON body with fields that nobody knows is refused: they are typing errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Query(BaseModel):
    """What an address says after its question mark. Parameters that nobody knows are let be."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Raw:
    """A body that is not JSON, which the view reads itself: its media types."""

    media_types: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: JSON of a `model`, or bytes of `media_types`, or neither (no content)."""

    says: str
    model: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a view takes, gives and refuses. It is written above the view, as its decorator.

    `refuses` names refusals beyond those that follow from the rest (`document` adds
    them). `fails` names statuses of HTTP itself, without a refusal's name, and when
    they are sent. `headers` are those that a request carries; `required_headers` are
    among them. `largest_body` is in bytes, where it is not the app's.
    """

    answers: Mapping[int, Answer]
    access: Access = Access.ACCOUNT
    query: type[Query] | None = None
    body: type[Asked] | Raw | None = None
    refuses: tuple[type[Refusal], ...] = ()
    fails: Mapping[int, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    required_headers: tuple[str, ...] = ()
    largest_body: int | None = None

    @property
    def usual_status(self) -> int:
        """The status of a good answer when the view names none: the first that it promises."""
        return next(iter(self.answers))

    def __call__(self, view: Callable[..., Any]) -> "Operation":
        """Bind a view to this contract."""
        return Operation(view, self)


class Operation:
    """A view that keeps a contract: what Flask calls."""

    def __init__(self, view: Callable[..., Any], contract: Contract) -> None:
        self.contract = contract
        self._view = view
        update_wrapper(self, view)

    def __call__(self, **arguments: Any) -> Response:
        """Admit whoever asks, check what they say, and write down what the view answers."""
        _admit(self.contract.access, arguments)
        if self.contract.query is not None:
            arguments["query"] = _checked(self.contract.query, request.args.to_dict())
        if self.contract.largest_body is not None:
            request.max_content_length = self.contract.largest_body
        if isinstance(self.contract.body, type):
            arguments["body"] = _checked_body(self.contract.body)
        return _written(self._view(**arguments), self.contract)


def _admit(access: Access, arguments: dict[str, Any]) -> None:
    if access is Access.ACCOUNT:
        arguments["actor"] = guards.actor()
    elif access is Access.HARVESTER:
        arguments["actor"] = guards.harvester()
    elif access is Access.READER:
        arguments["reader"] = guards.reader(arguments.pop("loan_id"))
        actor = guards.actor_or_none()
        if actor is not None and not actor.may_change and request.method not in guards.SAFE_METHODS:
            raise refusals.NotAllowed


def _checked_body(model: type[Model]) -> Model:
    """The JSON body. None at all is like an empty object, whatever its media type."""
    sent = request.get_data()
    if sent and request.mimetype != JSON:
        raise UnsupportedMediaType(f"Send {JSON}.")
    return _checked(model, sent or b"{}")


def _checked(model: type[Model], sent: bytes | dict[str, str]) -> Model:
    try:
        return model.model_validate_json(sent) if isinstance(sent, bytes) else model.model_validate(sent)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise BadRequest("The body is not JSON.") from invalid
        where = ".".join(str(step) for step in first["loc"]) or "body"
        raise refusals.UnacceptableInput(where, f"can't be used ({first['msg']})") from invalid


def _written(result: Any, contract: Contract) -> Response:
    if isinstance(result, Response):
        response = result
    elif result is None:
        response = Response(status=204)
    else:
        told, status = result if isinstance(result, tuple) else (result, contract.usual_status)
        response = Response(told.model_dump_json(), status=status, content_type=JSON)
    if response.status_code == 204:
        response.headers.pop("Content-Type", None)  # Flask would call nothing a page
    return response
