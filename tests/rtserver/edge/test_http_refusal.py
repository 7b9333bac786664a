"""What is refused unread gets its answer, and whoever still sends gets to read it."""

import asyncio
import json
import socket
from email import message_from_bytes

import pytest

from rtserver.edge.http_refusal import refusal
from rtserver.edge.limits import HttpLimits
from rtserver.errors import BadRequest
from tests.rtserver.edge.http_site import Site, answer, serving, until

TOO_LONG = b"GET / HTTP/1.1\r\nA: " + b"x" * 500 + b"\r\n\r\n"
REFUSED = b"HTTP/1.1 431 Request Header Fields Too Large"
# More than the kernel takes for anyone.
MUCH = 12_000_000


def limited(**limits: float) -> HttpLimits:
    return HttpLimits(head_bytes=500, **limits)  # type: ignore[arg-type]


@pytest.fixture
def patient(io_loop):
    yield from serving(io_loop, limited(farewell_seconds=60))


@pytest.fixture
def strict(io_loop):
    yield from serving(io_loop, limited(farewell_seconds=60, dropped_bytes=1000))


@pytest.fixture
def hasty(io_loop):
    yield from serving(io_loop, limited(farewell_seconds=0.05))


def test_a_refusal_is_a_problem_document_and_the_last_answer() -> None:
    head, _, body = refusal(BadRequest("Say it again."), "ab12").partition(b"\r\n\r\n")

    status, _, fields = head.partition(b"\r\n")
    told = message_from_bytes(fields)
    assert status == b"HTTP/1.1 400 Bad Request"
    assert told["Content-Type"] == "application/problem+json; charset=utf-8"
    assert (told["X-Request-Id"], told["Connection"]) == ("ab12", "close")
    assert (int(told["Content-Length"]), told["Cache-Control"]) == (
        len(body),
        "no-store",
    )
    assert json.loads(body)["detail"] == "Say it again."


async def test_whoever_reads_only_when_all_is_sent_still_gets_the_answer(
    patient: Site,
) -> None:
    def ask() -> bytes:
        with socket.create_connection(patient.address) as sock:
            sock.sendall(TOO_LONG + b"x" * MUCH)
            sock.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    answered = await asyncio.to_thread(ask)

    assert answered.startswith(REFUSED)
    assert json.loads(answered.partition(b"\r\n\r\n")[2])["code"] == "too_large"
    await until(lambda: not patient.server.open_connections)


async def test_who_hears_it_hears_at_once_that_nothing_follows(patient: Site) -> None:
    async with patient.client() as (reader, writer):
        writer.write(TOO_LONG)

        assert (await answer(reader))[0] == REFUSED
        assert await reader.read() == b""
        assert patient.server.open_connections == 1  # until they hang up, too


async def test_who_goes_on_sending_is_cut_off(strict: Site) -> None:
    async with strict.client() as (_, writer):
        writer.write(TOO_LONG)
        with pytest.raises(ConnectionError):
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()


async def test_who_never_hangs_up_is_cut_off(hasty: Site) -> None:
    async with hasty.client() as (_, writer):
        writer.write(TOO_LONG)
        await hasty.emptied()


async def test_a_server_that_ends_waits_for_nobody_who_was_refused(
    patient: Site,
) -> None:
    async with patient.client() as (reader, writer):
        writer.write(TOO_LONG)
        await answer(reader)
        await patient.server.close_all_connections()

        assert patient.server.open_connections == 0
