"""The OpenAPI 3.1 document, made from the views' contracts and the app's own map of addresses."""

import inspect
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, jsonify
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import BaseConverter, IntegerConverter, PathConverter, Rule, UnicodeConverter

from lending import refusals
from lending.refusals import Refusal
from lending.web.api.contract import JSON, PROBLEM, Access, Answer, Contract, Operation, Query, Raw, Told
from lending.web.api.converters import IdConverter
from lending.web.guards import SAFE_METHODS
from lending.web.refusals_http import ANSWERS

bp = Blueprint("document", __name__)

_KEPT: Final = "lending.openapi"
_REF: Final = "#/components/schemas/{model}"
_DESCRIPTION: Final = (
    "Lend the e-books you bought. Every refusal is a problem document (RFC 9457) whose `code` never changes. "
    "Scripts send an access token; browsers are known by their cookies."
)
_SECURITY_SCHEMES: Final = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A personal access token, `lend_pat_…`.",
    },
    "api_key": {
        "type": "apiKey",
        "in": "query",
        "name": "api_key",
        "description": "A read-only access token, where COUNTER wants it.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "A signed-in browser."},
    "pass": {
        "type": "apiKey",
        "in": "cookie",
        "name": "loan-{loan_id}",
        "description": "The reading pass of one loan. Over HTTPS cookie names begin with `__Host-`.",
    },
}
_SECURITY: Final[dict[Access, list[dict[str, list[str]]]]] = {
    Access.ANYONE: [],
    Access.ACCOUNT: [{"token": []}, {"session": []}],
    Access.HARVESTER: [{"api_key": []}, {"token": []}, {"session": []}],
    Access.READER: [{"pass": []}, {"session": []}, {"token": []}],
}
_REFUSED_FOR: Final[dict[Access, tuple[type[Refusal], ...]]] = {
    Access.ANYONE: (),
    Access.ACCOUNT: (refusals.NotSignedIn, refusals.NotAllowed),
    Access.HARVESTER: (),
    Access.READER: (
        refusals.NotYourLoan,
        refusals.LoanEnded,
        refusals.PassExpired,
        refusals.NotSignedIn,
        refusals.NotAllowed,
    ),
}
_PATH_SCHEMAS: Final[dict[type[BaseConverter], dict[str, Any]]] = {
    IdConverter: {"type": "string", "pattern": f"^{IdConverter.regex}$"},
    PathConverter: {"type": "string", "minLength": 1},
    UnicodeConverter: {"type": "string", "minLength": 1},
}


class Problem(Told):
    """Why a request was declined (RFC 9457). Some kinds say more, in members of their own."""

    type: str
    title: str
    status: int
    detail: str | None = None
    code: str | None = None
    """The refusal's stable name; absent where HTTP itself declined."""
    remedy: str | None = None
    """What to do next."""


@bp.get("/api/openapi.json")
def openapi() -> Response:
    """The document. It says only what everybody may know."""
    if _KEPT not in current_app.extensions:
        current_app.extensions[_KEPT] = document_of(current_app)
    return jsonify(current_app.extensions[_KEPT])


def document_of(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an app's operations."""
    found = sorted(_operations(app), key=lambda one: (one[0].rule, one[1]))
    schemas = _Schemas([operation.contract for _, _, operation in found])
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, operation in found:
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _described(rule, method, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "lending", "version": version("lending"), "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": _SECURITY_SCHEMES},
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    for rule in app.url_map.iter_rules():
        operation = app.view_functions[rule.endpoint]
        if isinstance(operation, Operation):
            for method in rule.methods or ():
                if _is_meant(method, rule):
                    yield rule, method, operation


def _is_meant(method: str, rule: Rule) -> bool:
    """Flask adds HEAD and OPTIONS to other methods by itself; they are told where somebody wrote them."""
    return method not in ("HEAD", "OPTIONS") or (rule.methods or set()) <= {method, "OPTIONS"}


class _Schemas:
    """The JSON schemas of all models, under one set of names."""

    def __init__(self, contracts: list[Contract]) -> None:
        wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
        for contract in contracts:
            wanted.update(dict.fromkeys((query, "validation") for query in [contract.query] if query))
            if isinstance(contract.body, type):
                wanted[contract.body, "validation"] = None
            wanted.update(
                dict.fromkeys(
                    (answer.model, "serialization") for answer in contract.answers.values() if answer.model
                )
            )
        self._refs, schemas = models_json_schema(list(wanted), ref_template=_REF)
        self.components: dict[str, Any] = schemas["$defs"]
        self._queries = {
            contract.query: self.components.pop(self._name(contract.query, "validation"))
            for contract in contracts
            if contract.query and self._name(contract.query, "validation") in self.components
        }

    def ref(self, model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
        """A reference to a model's schema."""
        ref: dict[str, Any] = self._refs[model, mode]
        return ref

    def properties(self, query: type[Query]) -> dict[str, dict[str, Any]]:
        """A query's parameters, by name."""
        properties: dict[str, dict[str, Any]] = self._queries[query]["properties"]
        return properties

    def _name(self, model: type[BaseModel], mode: JsonSchemaMode) -> str:
        return str(self._refs[model, mode]["$ref"]).rsplit("/", 1)[-1]


def _described(rule: Rule, method: str, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    contract = operation.contract
    summary, _, rest = (inspect.getdoc(operation) or "").partition("\n")
    name = rule.endpoint.rsplit(".", 1)[-1]
    told: dict[str, Any] = {
        "operationId": name,
        "tags": [rule.endpoint.rsplit(".", 2)[-2]],
        "summary": summary,
        "security": _SECURITY[contract.access],
        "parameters": list(_parameters(rule, contract, schemas)),
        "responses": _responses(rule, method, contract, schemas),
    }
    if rest.strip():
        told["description"] = rest.strip()
    if contract.body is not None:
        told["requestBody"] = _request_body(contract.body, schemas)
    return told


def _parameters(rule: Rule, contract: Contract, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    for name, converter in rule._converters.items():  # noqa: SLF001 - werkzeug tells the kinds nowhere else
        yield {"name": name, "in": "path", "required": True, "schema": _path_schema(converter)}
    if contract.query is not None:
        for name, schema in schemas.properties(contract.query).items():
            yield {"name": name, "in": "query", "required": False, "schema": _without_null(schema)}
    for name, pattern in contract.headers.items():
        required = name in contract.required_headers
        schema = {"type": "string", "pattern": pattern}
        yield {"name": name, "in": "header", "required": required, "schema": schema}


def _path_schema(converter: BaseConverter) -> dict[str, Any]:
    if isinstance(converter, IntegerConverter):
        return {"type": "integer", "minimum": converter.min, "maximum": converter.max}
    return _PATH_SCHEMAS[type(converter)]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address has no null: a parameter is there or it isn't."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: said for name, said in schema.items() if name not in ("anyOf", "default")}}


def _request_body(body: type[BaseModel] | Raw, schemas: _Schemas) -> dict[str, Any]:
    if isinstance(body, Raw):
        return {"required": body.required, "content": {kind: {} for kind in body.media_types}}
    required = any(field.is_required() for field in body.model_fields.values())
    return {"required": required, "content": {JSON: {"schema": schemas.ref(body, "validation")}}}


def _responses(rule: Rule, method: str, contract: Contract, schemas: _Schemas) -> dict[str, Any]:
    good = {str(status): _good(answer, method, schemas) for status, answer in contract.answers.items()}
    content = {} if method == "HEAD" else {PROBLEM: {"schema": schemas.ref(Problem, "serialization")}}
    declined: dict[str, Any] = {}
    for status, reasons in sorted(_reasons(rule, method, contract).items()):
        declined[str(status)] = {"description": "\n".join(reasons)}
        if content:
            declined[str(status)]["content"] = content
    return good | declined


def _good(answer: Answer, method: str, schemas: _Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {"description": answer.says}
    if method != "HEAD":
        if answer.model is not None:
            told["content"] = {JSON: {"schema": schemas.ref(answer.model, "serialization")}}
        elif answer.media_types:
            told["content"] = {kind: {} for kind in answer.media_types}
    if answer.headers:
        told["headers"] = {
            name: {"description": says, "schema": {"type": "string"}} for name, says in answer.headers.items()
        }
    return told


def _reasons(rule: Rule, method: str, contract: Contract) -> dict[int, list[str]]:
    """Why the operation may decline, by status: its own refusals, and those that follow from its shape."""
    reasons: dict[int, list[str]] = {}
    for kind in dict.fromkeys(_refused(rule, contract)):
        says = (inspect.getdoc(kind) or "").partition("\n")[0]
        reasons.setdefault(ANSWERS[kind].status, []).append(f"- `{kind.code}`: {says}")
    for status, says in {**_failures(method, contract), **contract.fails}.items():
        reasons.setdefault(status, []).append(f"- {says}")
    return reasons


def _refused(rule: Rule, contract: Contract) -> Iterator[type[Refusal]]:
    yield from _REFUSED_FOR[contract.access]
    yield from contract.refuses
    if rule.arguments:
        yield refusals.NotFound
    heeds_anything = contract.access is Access.HARVESTER  # and answers in its own way
    if (contract.query is not None and not heeds_anything) or isinstance(contract.body, type):
        yield refusals.UnacceptableInput


def _failures(method: str, contract: Contract) -> dict[int, str]:
    failures: dict[int, str] = {}
    if method not in SAFE_METHODS:
        failures |= {
            403: "A browser sends it on another site's behalf.",
            415: "The body is of another media type.",
        }
    if contract.body is not None:
        failures |= {400: "The body is malformed, or broke off.", 413: "The body is too large."}
    return failures
