"""The errors by which exceptions are answered over HTTP."""

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


def refuse(error: Exception, *_: str) -> None:
    """Stand in for the method of a handler that won't serve the request."""
    raise error
