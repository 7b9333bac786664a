"""What strangers cost a server that runs as a process of its own, and the others."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from tests.processes import wait_until
from tests.rtserver.edge_fakes import text
from tests.served import Served

# A stranger whose connection was closed comes back, but not with hundreds a second.
_PAUSE = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


def memory(served: Served) -> int:
    """Return how many bytes the server holds in memory."""
    return int(Path(f"/proc/{served.pid}/statm").read_text().split()[1]) * _PAGE


def address(served: Served) -> tuple[str, int]:
    parts = urlsplit(served.url)
    return str(parts.hostname), int(parts.port or 0)


@contextmanager
def strangers(served: Served, count: int) -> Iterator[list[socket.socket]]:
    """Open so many connections, and close them in the end."""
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            opened.append(socket.create_connection(address(served), timeout=30))
        yield opened
    finally:
        for sock in opened:
            sock.close()


class Talker:
    """A WebSocket that sends and waits; for measuring, so without a loop."""

    def __init__(self, served: Served, token: str | None) -> None:
        self.sock = socket.create_connection(address(served), timeout=30)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        header = f"Authorization: Bearer {token}\r\n" if token else ""
        self.sock.sendall(
            b"GET /ws HTTP/1.1\r\nHost: school\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"%s\r\n" % header.encode()
        )
        self._file = self.sock.makefile("rb")
        while self._file.readline() not in (b"\r\n", b""):
            pass

    def frame(self) -> tuple[int, bytes]:
        """Read the next frame: its first byte and its payload."""
        first, size = self._bytes(2)
        if size > 125:
            size = int.from_bytes(self._bytes(2 if size == 126 else 8))
        return first, self._bytes(size)

    def ask(self, command: dict[str, object]) -> float:
        """Send a command; return how many seconds its answer took."""
        began = time.perf_counter()
        self.sock.sendall(text(json.dumps({"id": 1, **command}).encode()))
        while b'"id":1,' not in self.frame()[1][:40]:
            pass
        return time.perf_counter() - began

    def close(self) -> None:
        self._file.close()
        self.sock.close()

    def _bytes(self, count: int) -> bytes:
        data = self._file.read(count)
        if len(data) < count:
            raise EOFError
        return data


@contextmanager
def flooded(
    served: Served, data: bytes, *, times: int = 2, token: str | None = None
) -> Iterator[None]:
    """Have so many connections send the data all the time, and come again if closed."""
    over = threading.Event()

    def flood() -> None:
        while not over.wait(_PAUSE):
            with (
                suppress(OSError, EOFError),
                closing(Talker(served, token)) as talker,
            ):
                talker.sock.settimeout(2)
                _send_on(talker.sock, data, over.is_set)

    threads = [threading.Thread(target=flood) for _ in range(times)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _send_on(sock: socket.socket, data: bytes, over: Callable[[], bool]) -> None:
    """Send the data again and again, and read nothing, as long as that can be done."""
    whole = memoryview(data)
    rest = whole
    while not over():
        try:
            rest = rest[sock.send(rest) :] or whole
        except TimeoutError:  # reading rests
            continue


def patience(talker: Talker, count: int = 60) -> float:
    """Return how many seconds one in four of so many answers takes at most.

    A flood holds up nearly all of them, other programs on the machine only some.
    """
    times = []
    for _ in range(count):
        times.append(talker.ask({"type": "ping"}))
        time.sleep(0.015)  # so that the rate isn't passed
    return quantiles(times, n=4)[0]


def await_all_read(served: Served) -> None:
    """Return once the server has read all that was sent to it."""
    wait_until(lambda: _unread(address(served)[1]) == 0)
    time.sleep(0.05)  # for what it does with the last of it


def _unread(port: int) -> int:
    """Return how many bytes wait at either end of the connections to a port."""
    ends = f":{port:04X}"
    waiting = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, there, state, queues, *_ = line.split()
        if state == "01" and here.endswith(ends):
            waiting += int(queues.partition(":")[2], 16)
        if state == "01" and there.endswith(ends):
            waiting += int(queues.partition(":")[0], 16)
    return waiting
