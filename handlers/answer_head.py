"""The head of an answer before its handler has said anything."""

import re
from collections.abc import Sequence
from functools import lru_cache
from time import time
from typing import Final

from tornado.httputil import HTTPHeaders, HTTPServerRequest, format_timestamp

from rtserver.edge.proxies import Network, is_allowed
from rtserver.log_context import new_request_id

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_date = lru_cache(maxsize=1)(format_timestamp)


def request_id(request: HTTPServerRequest, proxies: Sequence[Network]) -> str:
    """Return the id that a proxy gave this request, or else a new one.

    A stranger's counts for nothing: else anyone could write ids of others into our log.
    """
    if "X-Request-Id" in request.headers:
        asked = request.headers["X-Request-Id"]
        if _REQUEST_ID.fullmatch(asked) and is_allowed(
            request.remote_ip or "", proxies
        ):
            return asked
    return new_request_id()


def headers_of(request_id: str) -> HTTPHeaders:
    """Return the fields that every answer has.

    Tornado makes others first, which takes half as long as all else of a handler.
    """
    headers = HTTPHeaders()
    headers["Content-Type"] = "text/html; charset=UTF-8"
    headers["Date"] = _date(int(time()))
    headers["X-Request-Id"] = request_id
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = "no-store"
    return headers
