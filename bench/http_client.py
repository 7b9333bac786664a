"""A bare HTTP client that keeps connections busy, cheap enough beside the server."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

_HEAD = re.compile(rb"HTTP/1\.1 (\d+).*?\r\nContent-Length: (\d+).*?\r\n\r\n", re.S)


class Busy:
    """What the connections of one load have in common: when to stop, what came."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.stopped = False

    def reset(self) -> None:
        self.latencies.clear()
        self.statuses.clear()


class Lane(asyncio.Protocol):
    """One connection: the next request goes out when the last one is answered."""

    def __init__(self, busy: Busy, make: Callable[[], bytes]) -> None:
        self._busy = busy
        self._make = make
        self._received = b""
        self._sent_at = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = _HEAD.match(self._received)
        if head is None or len(self._received) < head.end() + int(head[2]):
            return
        self._received = b""
        self._busy.latencies.append(time.perf_counter() - self._sent_at)
        self._busy.statuses[int(head[1])] += 1
        if self._busy.stopped:
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(exc)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._make())


def post(url: str, path: str, token: str, body: bytes) -> bytes:
    """Build a request with a JSON body."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def open_lanes(
    url: str, busy: Busy, makes: list[Callable[[], bytes]]
) -> list[Lane]:
    """Open a busy connection for each maker of requests."""
    place, loop = urlsplit(url), asyncio.get_running_loop()
    lanes = []
    for make in makes:
        _, lane = await loop.create_connection(
            lambda make=make: Lane(busy, make), place.hostname, place.port
        )
        lanes.append(lane)
    return lanes
