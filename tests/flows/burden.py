"""What strangers cost a server that runs as a process of its own, and the others."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.patience import PATIENCE
from tests.processes import wait_until
from tests.served import Served

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
            opened.append(socket.create_connection(address(served), timeout=PATIENCE))
        yield opened
    finally:
        for sock in opened:
            sock.close()


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
