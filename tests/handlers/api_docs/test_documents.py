"""What stands under /api/docs/ is made once, when it is first asked for."""

import gzip
import json

import pytest

from handlers.api_docs.documents import ASSETS, Documents
from handlers.routes import ROUTES

PATHS = [
    *("/api/openapi.json", "/api/asyncapi.json", "/api/docs", "/api/docs/websocket"),
    *(f"/api/docs/{name}" for name in ASSETS),
]


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(ROUTES, text_length=4000)


@pytest.mark.parametrize("path", PATHS)
def test_a_document_is_made_once_and_packed(documents: Documents, path: str) -> None:
    document = documents.get(path)

    assert documents.get(path) is document
    assert gzip.decompress(document.packed) == document.body
    assert document.etag.startswith('W/"')


def test_documents_are_told_apart_by_their_tags(documents: Documents) -> None:
    tags = {documents.get(path).etag for path in PATHS}

    assert len(tags) == len(PATHS)


def test_a_restart_changes_no_tag(documents: Documents) -> None:
    restarted = Documents(ROUTES, text_length=4000)

    assert [restarted.get(path) for path in PATHS] == [
        documents.get(path) for path in PATHS
    ]


def test_types_are_those_of_their_contents(documents: Documents) -> None:
    types = {path: documents.get(path).type.partition(";")[0] for path in PATHS}

    assert types["/api/docs"] == types["/api/docs/websocket"] == "text/html"
    assert types["/api/docs/docs.js"] == "text/javascript"
    assert types["/api/docs/docs.css"] == "text/css"
    assert types["/api/openapi.json"] == "application/json"
    assert json.loads(documents.get("/api/openapi.json").body)["openapi"] == "3.1.0"
