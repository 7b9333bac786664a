"""Refusals: the answer to what is no request, and the end of a connection behind it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import Final

import msgspec

from rtserver.edge.limits import HttpLimits
from rtserver.errors import RtError
from rtserver.problem_document import MEDIA_TYPE, problem

_encode: Final = msgspec.json.Encoder().encode


def refusal(error: RtError, request_id: str) -> bytes:
    """Return a whole answer, the last of its connection."""
    body = _encode(problem(error))
    lines = [
        f"HTTP/1.1 {error.status} {problem(error)['title']}",
        f"X-Request-Id: {request_id}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        f"Date: {formatdate(usegmt=True)}",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Farewell(asyncio.BufferedProtocol):
    """The end of a connection on which somebody may still be sending.

    Were it closed at once, what they send would be answered by a reset, which makes
    their kernel forget the answer (RFC 9112 9.6). So it is read into ``buffer`` and
    dropped, until they hang up, or it is too much. Then ``ended`` is called.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        buffer: memoryview,
        limits: HttpLimits,
        ended: Callable[[Exception | None], None],
    ) -> None:
        self._transport = transport
        self._buffer = buffer
        self._left = limits.dropped_bytes
        self._ended = ended
        loop = asyncio.get_running_loop()
        self._late = loop.call_later(limits.farewell_seconds, transport.abort)
        transport.set_protocol(self)
        with suppress(OSError):  # they have hung up already
            transport.write_eof()
        transport.resume_reading()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._left -= nbytes
        if self._left < 0:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._late.cancel()
        self._ended(exc)
