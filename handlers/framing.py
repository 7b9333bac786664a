"""Message framing: how long a body is, as its request says."""

import re

from tornado.httputil import HTTPHeaders

from rtserver.errors import BadRequest

_LENGTH = re.compile("[0-9]+")


def check_framing(headers: HTTPHeaders) -> None:
    """Refuse a body of which nobody can tell where it ends: what follows is unsafe."""
    lengths = headers.get_list("Content-Length")
    coding = headers.get("Transfer-Encoding")
    if coding is not None and (lengths or coding.lower() != "chunked"):
        raise BadRequest(
            "Send a body with a Content-Length, or with Transfer-Encoding: chunked."
        )
    if len(set(lengths)) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        raise BadRequest("Content-Length has to be one whole number.")


def length_of(headers: HTTPHeaders) -> int:
    """Return the bytes that the body is to have; 0 if the request doesn't say."""
    length = headers.get("Content-Length", "0")
    # Cut, as int() refuses thousands of digits; what is left is too large, too.
    return int(length[:18]) if length.isdecimal() else 0
