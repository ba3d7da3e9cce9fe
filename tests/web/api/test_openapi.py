"""The document describes the API as it is: valid, complete, and tried out by schemathesis, each operation."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.bootstrap import Services, build
from lending.config import Settings
from lending.ports.records import EPUB, PDF, Role
from lending.services.accounts import NewAccount
from lending.web.api import openapi_app
from lending.web.api.document import document_of
from lending.web.app import create_app
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.conftest import PASSWORD

DOCUMENT = document_of(openapi_app())
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
BOUNDED = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def can_be_asked_wrongly(method: str, path: str) -> bool:
    """Whether a request has anything but ids, which the furnished library knows better."""
    told = DOCUMENT["paths"][path][method]
    return "application/json" in told.get("requestBody", {}).get("content", {}) or any(
        parameter["in"] != "path" for parameter in told["parameters"]
    )


class Furnished(NamedTuple):
    """A data folder in which every address leads somewhere, and who may go there."""

    home: Path
    ids: dict[str, Any]
    headers: dict[str, str]


@pytest.fixture(scope="module")
def furnished(empty_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    home = tmp_path_factory.mktemp("furnished") / "home"
    shutil.copytree(empty_library, home)
    with opened(home) as (app, services):
        services.accounts.add(NewAccount("olga", "Olga", PASSWORD), frozenset(Role))
        actor = services.accounts.actor_named("olga")
        token, secret = services.accounts.make_token(actor, "script", read_only=False)
        olga, borrower = app.test_client(), app.test_client()
        olga.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        lent = lend(olga, add(olga, books.pdf(), PDF))
        claim = {"token": lent, "binding": {"kind": "ticket", "ticket": "t" * 32}}
        loan = borrower.post("/api/v1/claims", json=claim).json["loan"]["id"]
        ids = {
            "copy_id": add(olga, books.epub(), EPUB),
            "loan_id": loan,
            "token_id": token.id,
            "upload_id": services.acquisitions.begin(actor, "a.epub", 100).id,
            "number": 1,
            "report_id": "tr_b1",
        }
        passed = borrower.get_cookie(f"loan-{loan}").value
    headers = {"Authorization": f"Bearer {secret}", "Cookie": f"loan-{loan}={passed}"}
    return Furnished(home, ids, headers | {"Accept-Encoding": "identity"})  # schemathesis unpacks nothing


@contextmanager
def opened(home: Path) -> Iterator[tuple[Flask, Services]]:
    """The library in a data folder, served."""
    settings = Settings(home=home, largest_file=4 << 20)
    services = build(settings, passwords=Argon2Passwords(cheaper=True))
    try:
        yield create_app(services, settings), services
    finally:
        services.upkeep.close()


def test_the_document_is_valid_openapi_3_1(app: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    schema.validate()
    assert schema.raw_schema["openapi"] == "3.1.0"


def test_every_reference_in_the_document_leads_somewhere() -> None:
    names = re.findall(r"'#/components/schemas/(\w+)'", str(DOCUMENT))
    assert set(names) <= set(DOCUMENT["components"]["schemas"])


def test_every_route_of_the_api_is_in_the_document(app: Flask) -> None:
    served = {
        (method.lower(), re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served <= set(OPERATIONS)
    assert ("head", "/api/v1/uploads/{upload_id}") in OPERATIONS
    assert ("options", "/api/v1/uploads") in OPERATIONS


@pytest.mark.parametrize(("method", "address"), [("post", "link"), ("post", "reading"), ("put", "lost")])
def test_what_is_done_to_a_copy_on_the_shelf_says_what_is_in_its_way(method: str, address: str) -> None:
    operation = DOCUMENT["paths"][f"/api/v1/copies/{{copy_id}}/{address}"][method]
    told = operation["responses"]["409"]["description"]
    assert all(f"`{code}`" in told for code in ("copy-is-out", "copy-is-held", "gift-is-out"))


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    told = [DOCUMENT["paths"][path][method] for method, path in OPERATIONS]
    assert len({one["operationId"] for one in told}) == len(told)
    assert all(one["summary"].endswith(".") for one in told)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_good_requests_get_answers_as_promised(
    furnished: Furnished, tmp_path: Path, method: str, path: str
) -> None:
    exercise(furnished, tmp_path, (method, path), GenerationMode.POSITIVE, CHECKS)


@pytest.mark.parametrize(("method", "path"), [one for one in OPERATIONS if can_be_asked_wrongly(*one)])
def test_bad_requests_get_answers_as_promised(
    furnished: Furnished, tmp_path: Path, method: str, path: str
) -> None:
    knows_412 = "412" in DOCUMENT["paths"][path][method]["responses"]  # tus' own answer, unknown to the check
    checks = CHECKS if knows_412 else [*CHECKS, negative_data_rejection]
    exercise(furnished, tmp_path, (method, path), GenerationMode.NEGATIVE, checks)


def exercise(
    furnished: Furnished,
    folder: Path,
    called: tuple[str, str],
    mode: GenerationMode,
    checks: list[Callable[..., Any]],
) -> None:
    """Ask for an operation in several ways, in a copy of the furnished library."""
    method, path = called
    shutil.copytree(furnished.home, folder / "home")
    with opened(folder / "home") as (app, _):
        schema = schemathesis.openapi.from_dict(DOCUMENT)
        schema.app = app
        schema.config.generation.update(with_security_parameters=False)
        operation = schema[path][method.upper()]

        @given(case=operation.as_strategy(generation_mode=mode))
        @BOUNDED
        def keeps_promises(case: schemathesis.Case[Any]) -> None:
            if mode is GenerationMode.POSITIVE:
                known = set(case.path_parameters or ()) & set(furnished.ids)
                case.path_parameters |= {name: furnished.ids[name] for name in known}
            case.call_and_validate(headers=furnished.headers, checks=checks)

        keeps_promises()
