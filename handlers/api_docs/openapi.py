"""The OpenAPI document (contract 3.5), built from the handlers and their structs."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from handlers.api_docs.openapi_examples import EXAMPLES
from handlers.api_docs.openapi_parts import (
    DESCRIPTION,
    HEADERS,
    MORE_OF_BODIES,
    SECURITY,
    TAGS,
    error_responses,
)
from handlers.api_docs.schemas import components
from handlers.base import ApiHandler, BaseHandler
from handlers.operations import Operation, Query, alternatives, operation_of
from rtserver import __version__, errors
from rtserver.input.field_types import CONTROL_OF_LINES, Id, not_blank
from rtserver.settings.timezones import timezones

Routes = Sequence[tuple[str, type[BaseHandler]]]

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
METHODS = ("get", "post", "put", "patch", "delete")
BYTES = {"type": "string", "format": "binary"}
ID_SCHEMA = msgspec.json.schema(Id)
OF_BODIES = (
    errors.BadRequest,
    errors.TooLarge,
    errors.UnsupportedMediaType,
    errors.Invalid,
)


class Described(NamedTuple):
    """One documented method of one address."""

    method: str
    route: str
    handler: type[BaseHandler]
    operation: Operation

    @property
    def path(self) -> str:
        """Return the address as it is published.

        With a slash, where it is no file, and no link that a mail brings as it is.
        """
        is_plain = not self.route.startswith("/api/") or "." in self.route
        is_plain = is_plain or self.route.endswith("/{signed}")
        return self.route if is_plain else f"{self.route}/"

    @property
    def serve(self) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(self.handler, self.method)
        return found

    @property
    def is_public(self) -> bool:
        return not issubclass(self.handler, ApiHandler) or self.handler.public

    @property
    def placeholders(self) -> list[str]:
        return PLACEHOLDER.findall(self.route)


def described(routes: Routes) -> Iterator[Described]:
    """Yield every documented method, in the order of the table."""
    for route, handler in routes:
        for method in METHODS:
            operation = operation_of(getattr(handler, method))
            if operation is not None:
                yield Described(method, route, handler, operation)


def document(routes: Routes, *, text_length: int) -> dict[str, Any]:
    """Build the document; ``text_length`` is the most that a message may have."""
    operations = list(described(routes))
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "rtserver",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": TAGS,
        "paths": paths,
        "components": {
            "schemas": _schemas(operations, text_length),
            "responses": error_responses(),
            "headers": HEADERS,
            "securitySchemes": SECURITY,
        },
    }


def _operation(each: Described) -> dict[str, Any]:
    operation = each.operation
    summary, _, description = inspect.cleandoc(each.serve.__doc__ or "").partition("\n")
    parts = [description.strip(), f"Who: {operation.who}."]
    told: dict[str, Any] = {
        "operationId": each.method + each.handler.__name__.removesuffix("Handler"),
        "tags": [_tag(each.route)],
        "summary": summary.rstrip("."),
        "description": "\n\n".join(part for part in parts if part),
        "parameters": [*_path_parameters(each), *map(_query, operation.query)],
        "responses": _responses(each),
    }
    if operation.body is not None:
        told["requestBody"] = _body(operation)
    if operation.uploads:
        file: dict[str, Any] = {"schema": BYTES}
        if operation.example is not None:
            file["example"] = operation.example
        content = dict.fromkeys(operation.uploads, file)
        told["requestBody"] = {"required": True, "content": content}
    if not each.is_public:
        schemes = ["bearer", *(["apiKey"] if operation.is_for_platforms else [])]
        told["security"] = [{scheme: []} for scheme in schemes]
    return told


def _tag(route: str) -> str:
    parts = route.split("/")
    return parts[2] if parts[1] == "api" and "." not in parts[2] else "operations"


def _path_parameters(each: Described) -> Iterator[dict[str, Any]]:
    for name in each.placeholders:
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _placeholder(each.handler, name),
            "example": each.operation.at.get(name, 1),
        }


def _placeholder(handler: type[BaseHandler], name: str) -> dict[str, Any]:
    pattern = handler.placeholders.get(name)
    return {"type": "string", "pattern": f"^{pattern}$"} if pattern else ID_SCHEMA


def _query(query: Query) -> dict[str, Any]:
    schema = msgspec.json.schema(query.type)
    if query.default is not None:
        schema["default"] = query.default
    told: dict[str, Any] = {
        "name": query.name,
        "in": "query",
        "description": query.description,
        "required": query.required,
        "schema": schema,
    }
    return told if query.example is None else {**told, "example": query.example}


def _body(operation: Operation) -> dict[str, Any]:
    schema = components([operation.body])[0][0]
    content = {"schema": schema, "example": operation.example}
    return {"required": True, "content": {"application/json": content}}


def _responses(each: Described) -> dict[str, Any]:
    told = {
        str(status): _answer(each.operation, status, shape)
        for status, shape in each.operation.answers.items()
    }
    for error in sorted(_errors(each), key=lambda one: (one.status, one.__name__)):
        told.setdefault(
            str(error.status), {"$ref": f"#/components/responses/{error.__name__}"}
        )
    return told


def _answer(operation: Operation, status: int, shape: Any) -> dict[str, Any]:
    text = {201: "Made.", 204: "Done."}.get(status, "The answer.")
    told: dict[str, Any] = {
        "description": text,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
    }
    if shape is not None:
        schemas = [BYTES] if shape is bytes else components(alternatives(shape))[0]
        schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        media = operation.media.split(", ")
        told["content"] = {name: {"schema": schema} for name in media}
    return told


def _errors(each: Described) -> set[type[errors.RtError]]:
    """Return an operation's errors: those that it names, and those that go along."""
    operation = each.operation
    found = {*operation.errors}
    if operation.body is not None:
        found.update(OF_BODIES)
    if operation.uploads:
        found |= {errors.TooLarge, errors.UnsupportedMediaType, errors.LimitExceeded}
    if operation.query or not operation.has_ids_alone:
        found.add(errors.BadRequest)
    if each.placeholders:
        found.add(errors.NotFound)
    if not each.is_public:
        found |= {errors.Unauthenticated, errors.RateLimited}
    if issubclass(each.handler, ApiHandler):
        found.add(errors.Unavailable)
    return found


def _schemas(operations: list[Described], text_length: int) -> dict[str, Any]:
    shapes = [
        shape
        for each in operations
        for shape in (each.operation.body, *each.operation.shapes)
        if shape is not None
    ]
    found = components(shapes)[1]
    for name, more in MORE_OF_BODIES.items():
        found[name] |= more
    for example in EXAMPLES:
        found[type(example).__name__]["examples"] = [_plain(example)]
    return {**found, **_local(text_length)}


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _local(text_length: int) -> Mapping[str, Any]:
    """Return the schemas of what one installation takes, and another may not."""
    pattern = not_blank(CONTROL_OF_LINES)
    return {
        "Timezone": {
            "type": "string",
            "description": "An IANA name.",
            "enum": sorted(timezones()),
        },
        "SentText": {
            "type": "string",
            "description": "A message's text; empty only where there are files.",
            "maxLength": text_length,
            "pattern": f"^[^{CONTROL_OF_LINES}]*$",
        },
        "MessageText": {
            "type": "string",
            "minLength": 1,
            "maxLength": text_length,
            "pattern": pattern,
        },
    }
