"""What who hasn't signed in costs the others: next to nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtserver.edge.frames import CONTINUATION, TEXT
from tests.flows.burden import (
    Talker,
    await_all_read,
    flooded,
    memory,
    patience,
    strangers,
)
from tests.rtserver.edge_fakes import client_frame, ping, text
from tests.served import Lesson, Served, found

MIB = 1 << 20


@pytest.fixture
def served(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[Served]:
    """A server of its own, so that its memory and its time can be told."""
    served = Served(tmp_path, migrated_sqlite_url)
    yield served.start()
    served.stop()


@pytest.fixture
def lesson(tmp_path: Path, migrated_sqlite_url: str) -> Lesson:
    """A lesson with a tutor and a student, made before the server starts."""
    settings = Served(tmp_path, migrated_sqlite_url).settings
    return asyncio.run(found(settings, lessons=1, members=2))[0]


def json(size: int, inside: bytes) -> bytes:
    """Return a command of about so many bytes."""
    zeros = b",0" * ((size - len(inside) - 60) // 2)
    return b'{"type":"ping","id":2,"payload":{"a":[%b%b]}}' % (inside, zeros)


LONG_NUMBER = b"1" + b"0" * 200
FLOODS = {
    "long numbers": text(json(256_000, LONG_NUMBER)) * 4,
    "shorter ones with long numbers": text(json(16_000, LONG_NUMBER)) * 60,
    "no JSON": text(json(256_000, b"NaN")) * 4,
    "shorter ones that are no JSON": text(json(16_000, b"NaN")) * 60,
    "commands": text(b'{"type":"ping","id":2}') * 10_000,
    "pings": ping() * 50_000,
    "splinters": client_frame(TEXT) + client_frame(CONTINUATION, b"x") * 50_000,
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("who", ["a stranger", "a member"])
def test_what_somebody_sends_without_end_the_others_hardly_notice(
    lesson: Lesson, served: Served, flood: str, who: str
) -> None:
    tutor, student = lesson.members
    talker = Talker(served, served.token(tutor))
    talker.frame()  # welcome
    alone = patience(talker)

    token = served.token(student) if who == "a member" else None
    with flooded(served, FLOODS[flood], token=token):
        # The machine may be at something else for a second; the flood never rests.
        beside = min(patience(talker) for _ in range(3))
    talker.close()
    print(f"an answer took {1000 * alone:.2f} ms alone, {1000 * beside:.2f} ms beside")

    assert beside < 15 * alone


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
