"""Requests over one connection: their order, their limits, and its end."""

import asyncio
import json
import logging
import socket

import pytest

from rtserver.edge.limits import HttpLimits
from tests.rtserver.edge.http_site import HOST, answer, post, serving, until


@pytest.fixture
def site(io_loop):
    yield from serving(io_loop, HttpLimits())


@pytest.fixture
def hasty(io_loop):
    limits = HttpLimits(head_bytes=500, idle_seconds=0.05, body_seconds=0.05)
    yield from serving(io_loop, limits)


async def test_requests_sent_at_once_are_answered_in_their_order(site) -> None:
    async with site.client() as (reader, writer):
        writer.write(b"".join(post(b"%d" % n) for n in range(50)))
        bodies = [(await answer(reader))[1] for _ in range(50)]

    assert bodies == [b"%d" % n for n in range(50)]


async def test_a_request_may_come_byte_by_byte(site) -> None:
    async with site.client() as (reader, writer):
        for byte in post(b"a") + post(b"b"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        bodies = [(await answer(reader))[1] for _ in range(2)]

    assert bodies == [b"a", b"b"]


async def test_next_request_waits_until_one_is_answered(site) -> None:
    site.may_answer.clear()
    async with site.client() as (reader, writer):
        writer.write(post(b"a") + post(b"b"))
        await until(lambda: site.asked)
        async with site.client() as (_, asking):
            asking.write(post(b"c"))
            await until(lambda: site.asked == 2)
        site.may_answer.set()

        assert [(await answer(reader))[1] for _ in range(2)] == [b"a", b"b"]


def hold_little(writer: asyncio.StreamWriter) -> None:
    """Have the kernel keep little of what is sent, and the client the rest."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)


def waiting(writer: asyncio.StreamWriter) -> int:
    """Return how much the server hasn't taken, but for what the kernel keeps."""
    return writer.transport.get_write_buffer_size()


async def test_of_what_follows_only_some_is_read_meanwhile(site) -> None:
    site.may_answer.clear()
    async with site.client() as (reader, writer):
        hold_little(writer)
        writer.write(post(b"a") + post(b"x" * 10_000_000))
        await until(lambda: site.asked)
        for _ in range(100):
            await asyncio.sleep(0)
        assert waiting(writer) > 9_000_000

        site.may_answer.set()
        assert (await answer(reader))[1] == b"a"
        assert len((await answer(reader))[1]) == 10_000_000


async def test_body_is_read_no_faster_than_it_is_taken(site) -> None:
    site.may_take.clear()
    async with site.client() as (reader, writer):
        hold_little(writer)
        writer.write(post(b"x" * 10_000_000))
        await until(lambda: site.server.open_connections)
        for _ in range(100):
            await asyncio.sleep(0)
        assert waiting(writer) > 9_000_000

        site.may_take.set()
        assert len((await answer(reader))[1]) == site.bytes == 10_000_000


async def test_chunks_are_put_together(site) -> None:
    async with site.client() as (reader, writer):
        head = b"POST / " + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
        writer.write(head + b"1\r\na\r\n" * 2000 + b"0\r\n\r\n" + post(b"next"))

        assert [(await answer(reader))[1] for _ in range(2)] == [b"a" * 2000, b"next"]


async def test_whoever_asks_for_leave_to_send_gets_it(site) -> None:
    async with site.client() as (reader, writer):
        whole = post(b"abc", b"Expect: 100-continue\r\n")
        writer.write(whole[:-3])
        assert (await answer(reader))[0] == b"HTTP/1.1 100 Continue"
        writer.write(whole[-3:])

        assert (await answer(reader))[1] == b"abc"


@pytest.mark.parametrize(("body", "old"), [(b"", False), (b"abc", True)])
async def test_no_leave_is_given_where_it_would_be_misread(site, body, old) -> None:
    whole = post(body, b"Expect: 100-continue\r\n")
    async with site.client() as (reader, writer):
        writer.write(whole.replace(b"1.1", b"1.0") if old else whole)

        assert (await answer(reader)) == (b"HTTP/1.1 200 OK", body)


async def test_answer_counts_as_sent_only_when_the_kernel_has_it(site) -> None:
    async with site.client(limit=1000) as (reader, writer):
        writer.write(b"GET /?size=30000000 " + HOST + b"\r\n" + post(b"next"))
        await until(lambda: site.asked)
        for _ in range(100):
            await asyncio.sleep(0)
        assert (site.flushed, site.asked) == (0, 1)

        await reader.readuntil(b"\r\n\r\n")
        while not (await reader.read(1 << 20)).endswith(b"next"):
            pass
    assert (site.flushed, site.asked) == (1, 2)


async def test_handler_hears_that_its_client_has_gone(site) -> None:
    site.may_answer.clear()
    async with site.client() as (_, writer):
        writer.write(post(b"a"))
        await until(lambda: site.asked)
    await site.gone.wait()


async def test_handler_hears_that_the_rest_of_a_body_wont_come(site) -> None:
    async with site.client() as (_, writer):
        writer.write(post(b"abc")[:-1])
        await until(lambda: site.bytes)
    await site.gone.wait()

    assert not site.asked


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / " + HOST + b"Host: y\r\n\r\n",
        b"POST / " + HOST + b"Content-Length: x\r\n\r\n",
        b"POST / " + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / " + HOST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
    ],
)
async def test_a_malformed_request_is_refused_and_nothing_more_is_read(
    site, sent, caplog
) -> None:
    caplog.set_level(logging.INFO)
    async with site.client() as (reader, writer):
        writer.write(sent + post(b"smuggled"))
        status, body = await answer(reader)

        assert status == b"HTTP/1.1 400 Bad Request"
        assert json.loads(body)["code"] == "bad_request"
        assert await reader.read() == b""
    assert site.asked == 0
    assert [each.getMessage() for each in caplog.records] == ["refused unread: 400"]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost",
        post(b"abc")[:-1],
    ],
    ids=["nothing", "half a head", "half a body"],
)
async def test_whoever_sends_too_little_is_hung_up_on(hasty, sent) -> None:
    async with hasty.client() as (reader, writer):
        writer.write(sent)

        assert await reader.read() == b""


FIELD = b"GET / " + HOST + b"A: " + b"x" * 500
TARGET = b"GET /?" + b"x" * 500


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (FIELD, b"HTTP/1.1 431 Request Header Fields Too Large"),
        (FIELD + b"\r\n\r\n", b"HTTP/1.1 431 Request Header Fields Too Large"),
        (TARGET, b"HTTP/1.1 414 "),
        (TARGET + b" " + HOST + b"\r\n", b"HTTP/1.1 414 "),
    ],
    ids=["field", "whole field", "target", "whole target"],
)
async def test_too_long_a_head_is_refused_in_words(hasty, sent, status) -> None:
    async with hasty.client() as (reader, writer):
        writer.write(post(b"a") + sent)
        assert await answer(reader) == (b"HTTP/1.1 200 OK", b"a")
        told, body = await answer(reader)

        assert told.startswith(status)
        assert json.loads(body)["code"] == "too_large"
        assert await reader.read() == b""


async def test_one_that_is_answered_has_all_the_time_again(hasty) -> None:
    async with hasty.client() as (reader, writer):
        hasty.may_answer.clear()
        writer.write(post(b"a"))
        await asyncio.sleep(0.1)  # longer than an idle connection may take
        hasty.may_answer.set()
        assert (await answer(reader))[1] == b"a"
        writer.write(post(b"b"))

        assert (await answer(reader))[1] == b"b"
        assert await reader.read() == b""
