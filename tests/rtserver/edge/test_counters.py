"""What a connection counts, in numbers that all connections of a loop share."""

import pytest

from rtserver.edge.counters import Counters
from rtserver.edge.frames import build_text
from rtserver.errors import CloseCode
from tests.rtserver.edge_fakes import Edges, ping, text


@pytest.fixture
def edges(io_loop):
    opened = Edges(io_loop)
    yield opened
    io_loop.run_sync(opened.aclose)


async def test_bytes_are_counted_as_they_are_read_and_sent(edges):
    edge = edges.open()
    sent, received = build_text(b"to the client"), text(b"to the server")
    edge.connection.send(sent)
    await edge.peer.frame()
    await edge.peer.send(received)
    await edge.receiver.has(1)

    assert edge.counters.bytes_out == len(sent)
    assert edge.counters.bytes_in == len(received)


async def test_pings_pongs_and_closes_are_control_frames(edges):
    edge = edges.open()
    edge.connection.ping()
    await edge.peer.send(ping(b"x"))
    for _ in range(2):
        await edge.peer.frame()
    edge.connection.close(CloseCode.NORMAL)
    await edge.peer.close_code()

    assert edge.counters.control == 3


async def test_a_frame_that_a_newer_one_replaced_is_counted(edges):
    edge = edges.open()
    for move in (b"1", b"2", b"3"):
        edge.connection.send_latest("x", build_text(move))

    assert (await edge.peer.frame())[1] == b"3"
    assert edge.counters.replaced == 2


async def test_what_waits_is_told_and_then_gone(edges):
    edge = edges.open()
    frame = build_text(b"hello")
    edge.connection.send(frame)
    waiting = edge.connection.waiting_bytes
    await edge.peer.frame()

    assert (waiting, edge.connection.waiting_bytes) == (len(frame), 0)


async def test_what_the_kernel_does_not_take_waits(edges):
    edge = edges.open(buffer_bytes=4096)
    frame = build_text(bytes(500_000))
    edge.connection.send(frame)
    await edge.settle_later()

    sent = edge.counters.bytes_out
    assert 0 < sent < len(frame)
    assert edge.connection.waiting_bytes == len(frame) - sent


def test_codes_of_the_clients_own_count_together():
    counted = Counters()
    for code in (1000, 1000, 1006, 3999, 4988):
        counted.ended(code)

    assert {code: n for code, n in counted.closed.items() if n} == {
        **{"1000": 2, "1006": 1},
        "other": 2,
    }
