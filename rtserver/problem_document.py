"""Problem documents, by which errors are answered over HTTP (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rtserver.errors import RtError

MEDIA_TYPE = "application/problem+json; charset=utf-8"


def problem(error: RtError) -> Mapping[str, Any]:
    """Return the problem document of an error."""
    return {
        "type": f"urn:rtserver:error:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        **error.extra,
    }
