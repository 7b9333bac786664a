import asyncio
import math
import socket
import struct
from dataclasses import replace

import pytest

from rtserver.edge.connection import ABNORMAL, INTERNAL_ERROR
from rtserver.edge.frames import FIN, PING, TEXT, build_text, build_text_parts
from rtserver.errors import CloseCode
from tests.rtserver.edge_fakes import LIMITS, Edges, close, flushed

MESSAGE = FIN | TEXT
KIB = 1024


@pytest.fixture
def edges(io_loop):
    edges = Edges(io_loop)
    yield edges
    io_loop.run_sync(edges.aclose)


def waits(edge):
    """Return whether the socket has been full since something was queued."""
    return edge.connection.stalled(math.inf)


async def fill(edge):
    """Send until the socket is full and something waits."""
    while not waits(edge):
        edge.connection.send(build_text(b"x" * 8 * KIB))
        await flushed()


async def test_frames_of_one_tick_go_out_in_one_send(edges):
    edge = edges.open()
    for word in (b"one", b"two", b"three"):
        edge.connection.send(build_text(word))
    await flushed()
    data = await edge.peer.loop.sock_recv(edge.peer.sock, KIB)

    assert data == build_text(b"one") + build_text(b"two") + build_text(b"three")


async def test_latest_frame_replaces_an_older_one_of_its_key(edges):
    edge = edges.open()
    for word in (b"here", b"there", b"everywhere"):
        edge.connection.send_latest("cursor", build_text(word))

    assert await edge.peer.frame() == (MESSAGE, b"everywhere")


async def test_latest_frame_is_replaced_while_the_socket_is_full(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    await fill(edge)
    for n in range(100):
        edge.connection.send_latest("cursor", build_text(b"%d" % n))
        await flushed()  # it may come between them
    edge.connection.send(build_text(b"last"))
    while (frame := await edge.peer.frame())[1].startswith(b"x"):
        pass

    assert frame == (MESSAGE, b"99")
    assert await edge.peer.frame() == (MESSAGE, b"last")


async def test_volatile_frame_keeps_its_place(edges):
    edge = edges.open()
    edge.connection.send(build_text(b"before"))
    edge.connection.send_volatile(build_text(b"volatile"))
    edge.connection.send(build_text(b"behind"))

    frames = [await edge.peer.frame() for _ in range(3)]

    assert [text for _, text in frames] == [b"before", b"volatile", b"behind"]
    assert edge.counters.dropped == 0


async def test_volatile_frame_is_dropped_where_over_64_kib_wait(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    await fill(edge)
    while edge.connection.waiting_bytes <= 64 * KIB:
        edge.connection.send(build_text(b"x" * 8 * KIB))
    edge.connection.send_volatile(build_text(b"volatile"))
    edge.connection.send(build_text(b"last"))
    while (frame := await edge.peer.frame())[1].startswith(b"x"):
        pass

    assert frame == (MESSAGE, b"last")
    assert edge.counters.dropped == 1


async def test_volatile_frame_is_dropped_behind_a_long_stream(edges):
    edge = edges.open()
    edge.connection.send_stream(iter([build_text(b"x" * KIB)] * 100), 100 * KIB)
    edge.connection.send_volatile(build_text(b"volatile"))
    edge.connection.send(build_text(b"last"))

    frames = [await edge.peer.frame() for _ in range(101)]

    assert frames[-1] == (MESSAGE, b"last")


async def test_volatile_frames_make_nobody_too_slow(edges):
    edge = edges.open(replace(LIMITS, queue_bytes=16 * KIB), buffer_bytes=4 * KIB)
    await fill(edge)
    for _ in range(100):
        edge.connection.send_volatile(build_text(b"v" * KIB))
        await flushed()  # it may come between them

    assert not edge.connection.closing
    assert edge.connection.waiting_bytes <= 32 * KIB


async def test_large_message_arrives_whole_through_a_small_buffer(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    message = bytes(range(32, 127)) * 10_000
    edge.connection.send(build_text(message))
    edge.connection.send(build_text(b"next"))

    assert await edge.peer.frame() == (MESSAGE, message)
    assert await edge.peer.frame() == (MESSAGE, b"next")
    assert not waits(edge)
    assert not edge.peer.loop.remove_writer(edge.sock)  # the loop no longer calls


async def test_stream_is_made_only_as_the_socket_drains(edges):
    made = []
    edge = edges.open(replace(LIMITS, queue_bytes=KIB), buffer_bytes=4 * KIB)
    frame = build_text(b"x" * KIB)
    edge.connection.send_stream((made.append(n) or frame for n in range(2000)), 0)
    edge.connection.send(build_text(b"live"))
    await edge.settle_later()

    assert 0 < len(made) < 1000
    frames = [await edge.peer.frame() for _ in range(2001)]
    assert frames[-1] == (MESSAGE, b"live")
    assert len(made) == 2000


async def test_ping_overtakes_a_stream_even_within_a_message(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    parts = build_text_parts([b"x" * KIB] * 4000)
    edge.connection.send_stream(parts, 0)
    await edge.settle_later()
    edge.connection.ping()
    frames = [await edge.peer.frame() for _ in range(4002)]

    assert 0 < frames.index((FIN | PING, b"")) < 3500


async def test_failing_stream_closes_with_1011(edges):
    edge = edges.open()
    edge.connection.send_stream((b"%d" % (1 // n) for n in [0]), 0)

    assert await edge.peer.close_code() == INTERNAL_ERROR


async def test_stream_that_fails_while_closing_ends_the_connection(edges, caplog):
    edge = edges.open()
    edge.connection.send_stream((b"%d" % (1 // n) for n in [0]), 0)
    edge.connection.close(CloseCode.RESTARTING)
    await edge.receiver.over.wait()

    assert edge.receiver.codes == [CloseCode.RESTARTING]
    assert [each.name for each in caplog.records] == ["rtserver.edge.connection"]


async def test_sent_is_told_when_all_before_is_with_the_kernel(edges):
    sent = asyncio.Event()
    edge = edges.open(buffer_bytes=4 * KIB)
    await fill(edge)
    edge.connection.when_sent(sent.set)
    await edge.settle_later()

    assert not sent.is_set()
    while not sent.is_set():
        await edge.peer.frame()


async def test_reader_that_lets_too_much_wait_is_closed_with_4002(edges):
    edge = edges.open(replace(LIMITS, queue_bytes=64 * KIB), buffer_bytes=4 * KIB)
    await fill(edge)
    queued = came = 0
    while not edge.connection.closing:
        edge.connection.send(build_text(b"late"))
        queued += 1
    while (frame := await edge.peer.frame())[0] == MESSAGE:
        came += frame[1] == b"late"

    # The kernel may take some more by then: on loopback it frees its buffer late.
    assert came < queued
    assert int.from_bytes(frame[1][:2]) == CloseCode.TOO_SLOW
    await edge.peer.send(close())
    await edge.receiver.over.wait()
    assert edge.receiver.codes == [CloseCode.TOO_SLOW]


async def test_slow_reader_that_never_reads_is_cut_off(edges):
    limits = replace(LIMITS, queue_bytes=KIB, close_seconds=0.01)
    edge = edges.open(limits, buffer_bytes=4 * KIB)
    await fill(edge)
    await edge.receiver.over.wait()

    assert edge.receiver.codes == [CloseCode.TOO_SLOW]


async def test_much_sent_within_one_tick_is_not_slow_reading(edges):
    edge = edges.open(replace(LIMITS, queue_bytes=64 * KIB))
    frame = build_text(b"x" * 8 * KIB)
    for _ in range(12):
        edge.connection.send(frame)

    assert not edge.connection.closing
    for _ in range(12):
        assert await edge.peer.frame() == (MESSAGE, b"x" * 8 * KIB)


async def test_stall_is_seen_only_while_something_waits_and_nothing_is_read(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    now = edge.clock.monotonic
    edge.clock.advance(100)
    assert not edge.connection.stalled(now())

    await fill(edge)
    edge.clock.advance(29.9)
    assert not edge.connection.stalled(now())
    edge.connection.send(build_text(b"more"))
    await edge.settle_later()
    edge.clock.advance(0.2)
    assert edge.connection.stalled(now())


async def test_reader_that_takes_a_little_has_not_stalled(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    edge.connection.send(build_text(b"x" * 500 * KIB))
    await edge.settle_later()
    for _ in range(5):
        edge.clock.advance(20)
        await edge.peer.bytes(64 * KIB)
        await edge.settle_later()

        assert waits(edge)
        assert not edge.connection.stalled(edge.clock.monotonic())


async def test_reset_while_sending_ends_quietly(edges):
    edge = edges.open(buffer_bytes=4 * KIB)
    await fill(edge)
    linger_nothing = struct.pack("ii", 1, 0)
    edge.peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_nothing)
    edge.connection.pause_reading()
    edge.peer.sock.close()
    await edge.receiver.over.wait()

    assert edge.receiver.codes == [ABNORMAL]
