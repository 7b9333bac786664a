"""The parts of the OpenAPI document that belong to no single operation."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rtserver import errors
from rtserver.accounts.user_table import InvalidLines

DESCRIPTION = """\
Accounts, lessons, chat and boards of a tutoring school.

People send `Authorization: Bearer <access token>`, which `POST /api/auth/token/` gives;
integrating platforms send `Authorization: Api-Key <key>`. Bodies are JSON in UTF-8, and
hold no field that isn't known. A slash at the end of a path is optional.

Errors are problem documents (RFC 9457). A method that an address doesn't take is
answered by 405 with `Allow`; any body with a `Content-Encoding` but `identity` by 415
with `Accept-Encoding`; a head over 16 KiB by 431, and by 414 if its first line alone is
as long, both with the code `too_large`; a fault of the server's own by 500. Every
answer carries `X-Request-Id`, which the server's log names too.

Lists come in pages: `next` goes back as `cursor`, until it is `null`.

What happens is told at once over the WebSocket `/ws`: see
[its protocol](/api/docs/websocket/).
"""

TAGS = [
    {"name": "auth", "description": "Sign in and out."},
    {"name": "users", "description": "Accounts, and who is online."},
    {"name": "people", "description": "Finding people."},
    {"name": "import", "description": "People from a file."},
    {"name": "lessons", "description": "Lessons and their members."},
    {"name": "calendar", "description": "Lessons for calendar programs."},
    {"name": "chat", "description": "A lesson's chat."},
    {"name": "boards", "description": "A lesson's whiteboard."},
    {"name": "files", "description": "A lesson's pictures and documents."},
    {"name": "notifications", "description": "What people are told, and by what way."},
    {"name": "school", "description": "What anybody may know of the school."},
    {"name": "admin", "description": "How the server is doing, for admins."},
    {"name": "operations", "description": "For whoever runs the server."},
]

SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Api-Key rtk_…`, made by `rtserver apikey add`.",
    },
}

HEADERS = {
    "X-Request-Id": {
        "description": "The request's id: a trusted proxy's, or a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "How to sign in.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Accept-Encoding": {
        "description": "There, if the body had another `Content-Encoding`.",
        "required": False,
        "schema": {"const": "identity"},
    },
    "Content-Range": {
        "description": "How many bytes there are, such as `bytes */1234`.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Allow": {
        "description": "The methods that the address takes.",
        "required": True,
        "schema": {"type": "string"},
    },
}

ERRORS: tuple[type[errors.RtError], ...] = (
    errors.BadRequest,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.NotFound,
    errors.MethodNotAllowed,
    errors.Conflict,
    errors.TooLarge,
    errors.UnsupportedMediaType,
    errors.RangeNotSatisfiable,
    errors.Invalid,
    InvalidLines,
    errors.LimitExceeded,
    errors.RateLimited,
    errors.Internal,
    errors.Unavailable,
)
OWN_HEADERS = {
    errors.Unauthenticated: "WWW-Authenticate",
    errors.MethodNotAllowed: "Allow",
    errors.UnsupportedMediaType: "Accept-Encoding",
    errors.RateLimited: "Retry-After",
    errors.RangeNotSatisfiable: "Content-Range",
}

# What a struct can't say of its fields together.
MORE_OF_BODIES: Mapping[str, Mapping[str, Any]] = {
    "NewMessage": {
        "anyOf": [
            {"properties": {"text": {"$ref": "#/components/schemas/MessageText"}}},
            {"properties": {"files": {"minItems": 1}}, "required": ["files"]},
        ]
    },
    "Invitation": {"oneOf": [{"required": ["user_id"]}, {"required": ["email"]}]},
    "MyChanges": {"dependentRequired": {"password": ["current_password"]}},
}


def error_responses() -> dict[str, Any]:
    """Return the answer of every error that comes over HTTP."""
    return {error.__name__: _error_response(error) for error in ERRORS}


def _error_response(error: type[errors.RtError]) -> dict[str, Any]:
    names = ["X-Request-Id", *([OWN_HEADERS[error]] if error in OWN_HEADERS else [])]
    return {
        "description": error.default,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {"application/problem+json": {"schema": _problem(error)}},
    }


def _problem(error: type[errors.RtError]) -> dict[str, Any]:
    text = {"type": "string"}
    properties: dict[str, Any] = {
        "type": {"const": f"urn:rtserver:error:{error.code}"},
        "title": {"const": HTTPStatus(error.status).phrase},
        "status": {"const": error.status},
        "detail": {**text, "description": "For people."},
        "code": {"const": error.code, "description": "For programs."},
    }
    required = list(properties)
    if issubclass(error, errors.BadRequest):
        fault: dict[str, Any] = {"path": text, "message": text}
        if issubclass(error, InvalidLines):
            fault = {"line": {"type": "integer", "minimum": 1}, **fault}
        item = {"type": "object", "properties": fault, "required": [*fault]}
        properties["errors"] = {"type": "array", "items": item}
    if issubclass(error, errors.RateLimited):
        properties["retry_after"] = {"type": "number", "description": "In seconds."}
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
