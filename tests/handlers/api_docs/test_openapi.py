"""The OpenAPI document tells of every request, and is what it says it is."""

import inspect
from collections.abc import Iterator

import openapi_spec_validator
import pytest

from handlers.api_docs.openapi import Described, described
from handlers.base import BaseHandler
from handlers.client_files import ClientFileHandler
from handlers.docs import DocumentHandler
from handlers.gateway import GatewayHandler
from handlers.operations import operation_of
from handlers.routes import ROUTES
from tests.api_documents import answer_schema, faults, openapi_document
from tests.docs_examples import code, page, rows, section

OPERATIONS = list(described(ROUTES))
# The socket has a document of its own, pages are for people, and scripts for pages.
UNDOCUMENTED = (GatewayHandler, DocumentHandler, ClientFileHandler)


def methods() -> Iterator[tuple[str, str, type[BaseHandler]]]:
    for route, handler in ROUTES:
        for method in BaseHandler.allowed_methods(handler.__new__(handler)):
            if method not in ("HEAD", "OPTIONS") and handler not in UNDOCUMENTED:
                yield method.lower(), route, handler


def name(each: Described) -> str:
    return f"{each.method} {each.route}"


def test_document_is_openapi() -> None:
    openapi_spec_validator.validate(openapi_document())


@pytest.mark.parametrize(("method", "route", "handler"), list(methods()))
def test_method_is_documented(method: str, route: str, handler: type) -> None:
    assert operation_of(getattr(handler, method)), f"{method} {route}"


@pytest.mark.parametrize("each", OPERATIONS, ids=name)
def test_operation_has_a_summary_and_errors(each: Described) -> None:
    told = openapi_document()["paths"][each.path][each.method]
    summary = inspect.cleandoc(each.serve.__doc__ or "").partition("\n")[0]

    assert summary.rstrip(".") == told["summary"]
    assert len(summary) < 80
    assert each.is_public or {"401", "503"} <= set(told["responses"])


def test_paths_are_written_as_they_are_published() -> None:
    paths = set(openapi_document()["paths"])

    # As mails and calendar programs have them.
    links = {"/api/notifications/unsubscribe/{signed}", "/api/calendar/{signed}.ics"}
    assert links <= paths
    assert {"/api/users/me/", "/healthz", "/metrics", "/api/openapi.json"} <= paths
    api = {path for path in paths - links if "/api/" in path}
    assert all(path.endswith("/") or "." in path for path in api)


def test_unknown_fields_are_refused_in_the_schema_too() -> None:
    schemas = openapi_document()["components"]["schemas"]
    bodies = [each.operation.body for each in OPERATIONS]
    structs = [body for body in bodies if hasattr(body, "__struct_fields__")]

    for body in structs:
        assert schemas[body.__name__].get("additionalProperties") is False, body
    assert structs


@pytest.mark.parametrize("each", OPERATIONS, ids=name)
def test_example_of_a_body_fits_its_schema(each: Described) -> None:
    document = openapi_document()
    told = document["paths"][each.path][each.method]
    if each.operation.uploads:
        assert set(told["requestBody"]["content"]) == set(each.operation.uploads)
    elif each.operation.body is None:
        assert "requestBody" not in told
    else:
        content = told["requestBody"]["content"]["application/json"]
        assert faults(document, content["schema"], content["example"]) == []


@pytest.mark.parametrize("each", OPERATIONS, ids=name)
def test_who_may_is_the_same_in_the_pages(each: Described) -> None:
    listed = {
        (code(row[0])[0].lower(), code(row[1])[0].rstrip("/")): row[2]
        for row in rows(section(page("docs/http.md"), "All addresses"))
    }

    assert listed[each.method, each.route] == each.operation.who


def test_a_wrong_answer_is_found() -> None:
    me = next(each for each in OPERATIONS if each.route == "/api/users/me")

    assert faults(openapi_document(), answer_schema(me, 200), {"id": "1"})
