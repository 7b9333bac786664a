"""Message framing (RFC 9112 6): where a body ends, by its length or by its chunks."""

import re
from typing import Final, Protocol

from tornado.httputil import HTTPHeaders, HTTPInputError

from rtserver.edge.http_head import lowered
from rtserver.errors import BadRequest

_DIGITS: Final = re.compile(r"[0-9]+")
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{1,15}")
# A chunk's size with its CR LF. Nobody needs the extensions that might stand behind it.
_MAX_SIZE_LINE: Final = 64
# So many are read in a row: what comes in very small ones mustn't stop everybody else.
_CHUNKS_AT_ONCE: Final = 512


class Body(Protocol):
    """The rest of a request's body, which is still to come."""

    @property
    def is_whole(self) -> bool:
        """Return whether all of it came."""

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """Return what of the data the body has to say, and what is left of the data.

        Raises HTTPInputError.
        """


def _check_framing(headers: HTTPHeaders) -> None:
    """Refuse a body of which nobody can tell where it ends: what follows is unsafe."""
    lengths = headers.get_list("Content-Length")
    if "Transfer-Encoding" in headers and (
        lengths or lowered(headers, "Transfer-Encoding") != "chunked"
    ):
        raise BadRequest(
            "Send a body with a Content-Length, or with Transfer-Encoding: chunked."
        )
    if len(set(lengths)) > 1 or not all(map(_DIGITS.fullmatch, lengths)):
        raise BadRequest("Content-Length has to be one whole number.")


def length_of(headers: HTTPHeaders) -> int:
    """Return the bytes that the body is to have; 0 if the request doesn't say."""
    lengths = headers.get_list("Content-Length")
    if not lengths or not _DIGITS.fullmatch(lengths[0]):
        return 0
    # Cut, as int() refuses thousands of digits; what is left is too large, too.
    return int(lengths[0].lstrip("0")[:18] or "0")


def body_of(headers: HTTPHeaders) -> Body:
    """Return the body that a request is to have; BadRequest if that is in doubt."""
    _check_framing(headers)
    if "Transfer-Encoding" in headers:
        return ChunkedBody()
    return FixedBody(length_of(headers))


class FixedBody:
    """A body whose length was told beforehand; one that is missing has none."""

    __slots__ = ("_left",)

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def is_whole(self) -> bool:
        return self._left == 0

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        content = data[: self._left]
        self._left -= len(content)
        return content, data[len(content) :]


class ChunkedBody:
    """A body that comes in chunks, each with its size before it, and one of 0 behind.

    Neither extensions of chunks nor fields behind the last are taken.
    """

    __slots__ = ("_left", "_was_last", "is_whole")

    def __init__(self) -> None:
        self.is_whole = False
        self._left = 0  # of the chunk, with the CR LF behind it
        self._was_last = False

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        found: list[bytes] = []
        at = 0
        for _ in range(_CHUNKS_AT_ONCE):
            if self._left == 0:
                begun = self._begin(data, at)
                if begun == at:
                    break
                at = begun
            content = data[at : at + max(0, self._left - 2)]
            found.append(content)
            at += len(content)
            self._left -= len(content)
            at += self._end(data, at)
            if self._left or self.is_whole:
                break
        return b"".join(found), data[at:]

    def _begin(self, data: bytes, at: int) -> int:
        """Read a chunk's size, if it is there; return where its content begins."""
        end = data.find(b"\r\n", at, at + _MAX_SIZE_LINE)
        if end < 0:
            if len(data) - at >= _MAX_SIZE_LINE:
                raise HTTPInputError("a chunk without a size")
            return at
        if not _HEX.fullmatch(data, at, end):
            raise HTTPInputError("a chunk's size that is no number")
        size = int(data[at:end], 16)
        self._was_last = size == 0
        self._left = size + 2
        return end + 2

    def _end(self, data: bytes, at: int) -> int:
        """Read what is there of the CR LF behind a chunk; return how much that is."""
        if self._left > 2:
            return 0
        came = data[at : at + self._left]
        if not b"\r\n"[2 - self._left :].startswith(came):
            raise HTTPInputError("a chunk that is longer than its size")
        self._left -= len(came)
        self.is_whole = self._was_last and self._left == 0
        return len(came)
