"""The documents under ``/api/docs/``; each is made when it is first asked for."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from handlers.api_docs.openapi import Routes

ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css")
JSON = "application/json; charset=utf-8"
TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
}


class Document(NamedTuple):
    """A document ready to be sent: ``packed`` by gzip; ``etag`` stands for both."""

    body: bytes
    packed: bytes
    etag: str
    type: str


class Documents:
    """The documents of one server, by their routes."""

    def __init__(self, routes: "Routes", *, text_length: int) -> None:
        self._made: dict[str, Document] = {}
        self._builders: Mapping[str, Callable[[], Document]] = {
            "/api/openapi.json": partial(_openapi, routes, text_length),
            "/api/asyncapi.json": _asyncapi,
            "/api/docs": partial(_file, "index.html"),
            "/api/docs/websocket": _socket_page,
        }

    def get(self, route: str) -> Document:
        """Return the document of a route; slow the first time."""
        if route not in self._made:
            build = self._builders.get(route)
            name = route.rpartition("/")[2]
            self._made[route] = build() if build else _file(name)
        return self._made[route]


# What builds them is imported here: most servers are never asked, and save its memory.


def _openapi(routes: "Routes", text_length: int) -> Document:
    from handlers.api_docs import openapi

    return _json(openapi.document(routes, text_length=text_length))


def _asyncapi() -> Document:
    from handlers.api_docs import asyncapi

    return _json(asyncapi.document())


def _socket_page() -> Document:
    from handlers.api_docs import asyncapi, socket_page

    return document(socket_page.page(asyncapi.document()).encode(), TYPES["html"])


def _json(value: Any) -> Document:
    return document(msgspec.json.encode(value), JSON)


def _file(name: str) -> Document:
    body = files("templates").joinpath("docs", name).read_bytes()
    return document(body, TYPES[name.rpartition(".")[2]])


def document(body: bytes, type: str) -> Document:
    """Return a body with its packed form and its ETag."""
    # Weak, as it is the same for the body and its packed form.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Document(body, gzip.compress(body, mtime=0), etag, type)
