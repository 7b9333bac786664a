"""The head of an HTTP request: its first line and its fields."""

import re
from typing import Final, NamedTuple

from tornado.httputil import (
    HTTPHeaders,
    HTTPInputError,
    RequestStartLine,
    parse_request_start_line,
)

from rtserver.errors import TooLarge

_END: Final = b"\r\n\r\n"
# RFC 9110 5.1 and 5.5: names, and values without control characters.
_FIELDS: Final = re.compile(r"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*")


class HeadTooLong(TooLarge):
    """A head that is longer than may be, or is going to be (RFC 6585 5)."""

    status = 431

    def __init__(self, most: int) -> None:
        super().__init__(f"The request's head is over {most} bytes: send less in it.")


class TargetTooLong(TooLarge):
    """A first line that alone is longer than a head may be (RFC 9112 3)."""

    status = 414

    def __init__(self, most: int) -> None:
        super().__init__(f"The address is over {most} bytes: ask for less at once.")


class RequestHead(NamedTuple):
    """A request's head, and what came behind it."""

    start: RequestStartLine
    fields: HTTPHeaders
    rest: bytes


def read_head(data: bytes, most: int) -> RequestHead | None:
    """Read a head of ``most`` bytes; None while some of it is to come.

    Raises HeadTooLong or TargetTooLong, and HTTPInputError where it is malformed.
    """
    data = data.removeprefix(b"\r\n")  # RFC 9112 2.2: some send one empty line first
    end = data.find(_END)
    head = data[: end + 2] if end >= 0 else data
    if len(head) > most:
        raise (HeadTooLong if b"\r\n" in head[:most] else TargetTooLong)(most)
    if head.count(b"\n") > head.count(b"\r\n"):
        raise HTTPInputError("a line that doesn't end with CR LF")
    if end < 0:
        return None
    first, _, lines = head.decode("latin-1").partition("\r\n")
    return RequestHead(
        parse_request_start_line(first), fields_of(lines), data[end + len(_END) :]
    )


def fields_of(lines: str) -> HTTPHeaders:
    """Read the fields; HTTPInputError where one is malformed.

    As ``HTTPHeaders.parse`` does, which looks at each field on its own and so takes
    three times as long.
    """
    if not _FIELDS.fullmatch(lines):
        raise HTTPInputError("a malformed field")
    fields = HTTPHeaders()
    for line in lines.split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if name in fields:
            fields.add(name, value.strip(" \t"))
        else:
            fields[name] = value.strip(" \t")
    return fields


def lists(fields: HTTPHeaders, name: str, token: str) -> bool:
    """Return whether a field that is a list has a token (RFC 9110 5.6.1)."""
    listed = lowered(fields, name)
    return listed == token or token in (each.strip(" \t") for each in listed.split(","))


def lowered(fields: HTTPHeaders, name: str) -> str:
    """Return a field in lower case, empty if it isn't there.

    ``get`` of one that isn't there raises and catches, which takes ten times as long.
    """
    return fields[name].lower() if name in fields else ""
