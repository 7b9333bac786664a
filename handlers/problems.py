"""Problem documents, by which exceptions are answered (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import tornado.web

from rtserver import errors
from rtserver.errors import BadRequest, RtError


def problem_of(cause: BaseException | None, status: int) -> RtError:
    """Find what to tell about an exception that ended a request."""
    if isinstance(cause, tornado.web.MissingArgumentError):
        return BadRequest.at(cause.arg_name, "is missing")
    if isinstance(cause, tornado.web.HTTPError):
        known = {400: BadRequest, 404: errors.NotFound}
        return known.get(status, errors.Internal)()
    return errors.to_error(cause)


def problem(error: RtError) -> Mapping[str, Any]:
    """Return the problem document of an error (RFC 9457)."""
    return {
        "type": f"urn:rtserver:error:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        **error.extra,
    }


def refuse(error: Exception, *_: str) -> None:
    """Stand in for the method of a handler that won't serve the request."""
    raise error
