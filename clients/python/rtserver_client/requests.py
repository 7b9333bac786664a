"""Requests to the HTTP API, each in a thread, by the standard library."""

import json
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from rtserver_client.address import checked_path
from rtserver_client.json_text import to_json
from rtserver_client.retry import CommandError


class _NoRedirects(HTTPRedirectHandler):
    """A handler that goes nowhere else: token and password aren't for whoever it is."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def request(
    url: str, method: str, path: str, body: Any, token: str | None, timeout: float
) -> Any:
    """Return what the server answers, None for nothing; blocks.

    Anything but a success raises CommandError.
    """
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else to_json(body).encode()
    asked = Request(url + checked_path(path), data, headers, method=method)
    try:
        with _opener().open(asked, timeout=timeout) as response:
            text = response.read()
            return json.loads(text) if text else None
    except HTTPError as error:
        with error:
            raise _failure(error.code, error.headers, error.read()) from None
    except TimeoutError:
        raise CommandError("timeout", f"{method} {path}") from None
    except (OSError, HTTPException, ValueError) as error:
        is_late = isinstance(getattr(error, "reason", None), TimeoutError)
        what = f"{method} {path}: {type(error).__name__}"
        raise CommandError("timeout" if is_late else "disconnected", what) from None


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirects, ProxyHandler({}))


def _failure(status: int, headers: Message, text: bytes) -> CommandError:
    """Return what an answer says: problem+json, or a proxy's page."""
    try:
        problem = dict(json.loads(text))
    except ValueError:
        problem = {}
    code = problem.get("code") or ("unavailable" if status >= 502 else "internal")
    message = problem.get("detail") or f"HTTP {status}"
    more = {"errors": problem["errors"]} if "errors" in problem else {}
    seconds = headers.get("Retry-After", "")
    if seconds.isdigit():
        more["retry_after"] = float(seconds)
    return CommandError(code, message, **more)
