"""What who hasn't signed in costs the others: next to nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.burden import (
    await_all_read,
    memory,
    strangers,
)
from tests.served import Served

MIB = 1 << 20


@pytest.fixture
def served(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[Served]:
    """A server of its own, so that its memory and its time can be told."""
    served = Served(tmp_path, migrated_sqlite_url)
    yield served.start()
    served.stop()


def head(path: str, length: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"{length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("chunked", [False, True], ids=["a length", "chunks"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/lessons/",
        "/nowhere",
        "/healthz",
        "/api/auth/token/",
        "/api/auth/token/refresh/",
        "/api/auth/logout/",
        "/api/notifications/unsubscribe/x",
    ],
)
def test_the_body_of_a_stranger_takes_no_memory(
    served: Served, path: str, chunked: bool
) -> None:
    body = b" " * (MIB - 1)
    request = head(path, f"Content-Length: {MIB}") + body
    if chunked:
        request = head(path, "Transfer-Encoding: chunked") + b"%x\r\n" % MIB + body
    with strangers(served, 26) as (first, second, *others):
        for sock in (first, second):  # whatever only the first ones cost
            sock.sendall(request)
        await_all_read(served)
        before = memory(served)

        for sock in others:
            sock.sendall(request)
        await_all_read(served)

        assert memory(served) - before < 6 * MIB
