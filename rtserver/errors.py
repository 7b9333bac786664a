"""Errors that a caller is told of, and ends of a connection.

    RtError                      one command or request fails, the connection stays
    ├── BadRequest               400  bad_request
    │   └── Invalid              422  bad_request
    ├── RangeNotSatisfiable      416  bad_request
    ├── UnknownType              400  unknown_type
    ├── UnknownChannel           400  unknown_channel
    ├── Unauthenticated          401  unauthenticated
    │   └── TokenExpired         401  unauthenticated
    ├── Forbidden                403  forbidden
    ├── NotFound                 404  not_found
    ├── MethodNotAllowed         405  method_not_allowed
    ├── Conflict                 409  conflict
    ├── NotSubscribed            409  not_subscribed
    ├── TooLarge                 413  too_large
    ├── UnsupportedMediaType     415  unsupported_media_type
    ├── LimitExceeded            422  limit_exceeded
    ├── RateLimited              429  rate_limited
    ├── Internal                 500  internal
    └── Unavailable              503  unavailable

    Disconnect                   the connection ends with a close code

Codes: contract 2.2 and 3. The edges (``handlers.base``, ``handlers.command_loop``) read
the attributes and never the class.
"""

import logging
import traceback
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, ClassVar, NamedTuple

# Most know both from here.
from rtserver.close_codes import CloseCode as CloseCode
from rtserver.log_context import about
from store.errors import ConstraintViolated, StoreUnavailable


class Disconnect(Exception):
    """Ends a connection; ``reason`` goes out in the close frame (≤ 123 bytes)."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(f"{int(code)} {reason}")
        self.code = code
        self.reason = reason


class Fault(NamedTuple):
    """One wrong place in a request: ``path`` as in ``payload.elements[0].id``."""

    path: str
    message: str


class RtError(Exception):
    """A command or request that fails, with a sentence for the person who sent it."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    temporary: ClassVar[bool] = False
    default: ClassVar[str] = "Something went wrong here; nothing you sent caused it."
    # Nobody expected it: it is logged, and whoever asked is told nothing of it.
    unexpected: ClassVar[bool] = False
    # Over a socket, missing and forbidden are the same: ids can't be probed.
    conceals: ClassVar[bool] = False
    # The bad requests of one connection are counted.
    counts_as_bad: ClassVar[bool] = False
    # How a connection ends whose sign-in fails with it.
    ends_sign_in: ClassVar[Disconnect] = Disconnect(
        CloseCode.TOKEN_INVALID, "the token is not valid"
    )

    def __init__(self, message: str = "", *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message or self.default)
        self.message = message or self.default
        self.faults = tuple(faults)

    @property
    def extra(self) -> Mapping[str, Any]:
        """Further members of the error's payload or problem document."""
        if not self.faults:
            return {}
        return {"errors": [fault._asdict() for fault in self.faults]}

    @property
    def headers(self) -> Mapping[str, str]:
        """HTTP headers that belong to this error."""
        return {}


class BadRequest(RtError):
    """Not JSON, not an object, or a query that cannot be read."""

    code, status = "bad_request", 400
    counts_as_bad = True
    default = "The request can't be read."

    @classmethod
    def at(cls, path: str, message: str) -> "BadRequest":
        """Build the error for one wrong place."""
        sentence = f"{path}: {message}" if path else message
        return cls(sentence, faults=[Fault(path, message)])


class Invalid(BadRequest):
    """JSON, but with a wrong field, a wrong type or a value out of bounds."""

    status = 422


class RangeNotSatisfiable(RtError):
    """A part of a file that it doesn't have, or more than one part; see ``size``."""

    code, status = "bad_request", 416
    default = "Range: ask for one part that is there, such as bytes=0-999."

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Content-Range": f"bytes */{self.size}"}


class UnknownType(RtError):
    """A type that is no command's."""

    code, status = "unknown_type", 400
    default = "There is no command of this type."


class UnknownChannel(RtError):
    """A name that is no channel's."""

    code, status = "unknown_channel", 400
    default = (
        "No such channel: use chat:user:{id}, board:lesson:{id}, room:lesson:{id}, "
        "status:users or notifications:user:{id}."
    )


class Unauthenticated(RtError):
    """No token or key, or a bad one."""

    code, status = "unauthenticated", 401
    default = "Sign in first: the token is missing or not valid."

    @property
    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="rtserver"'}


class TokenExpired(Unauthenticated):
    """A token that was good once."""

    default = "The token has expired: get a new one and try again."
    ends_sign_in = Disconnect(CloseCode.TOKEN_EXPIRED, "the token has expired")


class Forbidden(RtError):
    """A right that the actor lacks."""

    code, status, conceals = "forbidden", 403, True
    default = "This isn't yours to use."


class NotFound(RtError):
    """Something that isn't there, or that one may not see."""

    code, status, conceals = "not_found", 404, True
    default = "There is nothing here, or nothing that you may see."


class MethodNotAllowed(RtError):
    """A method that the address doesn't take."""

    code, status = "method_not_allowed", 405
    default = "This address doesn't take that method; see the Allow header."

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Allow": ", ".join(self.allowed)}


class Conflict(RtError):
    """A contradiction to what is there."""

    code, status = "conflict", 409
    default = "This contradicts what is already there."


class NotSubscribed(RtError):
    """A command for a channel that one isn't subscribed to."""

    code, status = "not_subscribed", 409
    default = "Subscribe to the channel first."


class TooLarge(RtError):
    """A body or frame over the limit."""

    code, status = "too_large", 413
    default = "This is larger than the server takes."


class UnsupportedMediaType(RtError):
    """A body that isn't JSON."""

    code, status = "unsupported_media_type", 415
    default = "Send the body as application/json."


class LimitExceeded(RtError):
    """A change that would pass a limit."""

    code, status = "limit_exceeded", 422
    default = "This would pass a limit."


class RateLimited(RtError):
    """A command or request too fast; ``retry_after`` is in seconds."""

    code, status, temporary = "rate_limited", 429, True
    default = "Too fast: wait, then try again."

    def __init__(self, retry_after: float, message: str = "") -> None:
        super().__init__(message)
        self.retry_after = retry_after

    @property
    def extra(self) -> Mapping[str, Any]:
        # Rounded up: whoever waits as long as told must pass, and 0 would be no wait.
        return {"retry_after": max(1, ceil(1000 * self.retry_after)) / 1000}

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(max(1, int(-(-self.retry_after // 1))))}


class Internal(RtError):
    """A fault of the server's own."""

    code, status, unexpected = "internal", 500, True
    ends_sign_in = Disconnect(CloseCode.TRY_AGAIN_LATER, "something went wrong here")


class Unavailable(RtError):
    """A store is down or slow: the change may or may not have happened."""

    code, status, temporary = "unavailable", 503, True
    default = (
        "The server can't reach its database just now. The change may or may not "
        "have happened: repeat it unchanged."
    )
    ends_sign_in = Disconnect(
        CloseCode.TRY_AGAIN_LATER, "the token can't be checked just now"
    )


def to_error(cause: BaseException | None) -> RtError:
    """Find what to tell the one who asked: ours pass, everything else is hidden."""
    if isinstance(cause, RtError):
        return cause
    if isinstance(cause, StoreUnavailable):
        return Unavailable()
    if isinstance(cause, ConstraintViolated):
        return Conflict()
    return Internal()


def log_unexpected(
    log: logging.Logger, cause: BaseException, where: str, **subject: str
) -> None:
    """Log where an unexpected exception came from, without any value it may quote.

    ``subject`` names what it is about, if that isn't the request or connection at work.
    """
    frames = traceback.extract_tb(cause.__traceback__)
    trail = " < ".join(
        f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}"
        for frame in reversed(frames[-6:])
    )
    told = about(**subject) if subject else None
    log.error("%s: unexpected %s at %s", where, type(cause).__name__, trail, extra=told)
