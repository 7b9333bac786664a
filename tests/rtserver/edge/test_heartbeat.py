import asyncio
from itertools import pairwise

import pytest

from rtserver.edge.frames import FIN, PING, build_text
from rtserver.edge.heartbeat import Heartbeat
from rtserver.errors import CloseCode
from tests.fakes import FakeClock
from tests.rtserver.edge_fakes import Edges, flushed, pong, text

INTERVAL = 30


@pytest.fixture
def edges(io_loop):
    edges = Edges(io_loop)
    yield edges
    io_loop.run_sync(edges.aclose)


def beating(edge):
    """Return the heartbeat of one connection, on that connection's clock."""
    return Heartbeat(lambda: [edge.connection], INTERVAL, edge.clock.monotonic)


async def sweep_after(edge, seconds):
    edge.clock.advance(seconds)
    await beating(edge).sweep()


async def test_connection_is_pinged_once_per_interval(edges):
    edge = edges.open()
    await sweep_after(edge, INTERVAL - 1)
    await sweep_after(edge, 1)
    await sweep_after(edge, 1)
    edge.connection.send(build_text(b"end"))

    assert await edge.peer.frame() == (FIN | PING, b"")
    assert (await edge.peer.frame())[1] == b"end"


@pytest.mark.parametrize("sign", [pong(), text(b"hi")], ids=["pong", "text"])
async def test_any_sign_of_life_keeps_a_connection(edges, sign):
    edge = edges.open()
    for _ in range(5):
        await sweep_after(edge, INTERVAL)
        await edge.peer.send(sign)
        await edge.settle()

    assert not edge.connection.closing


async def test_silence_of_two_intervals_closes_with_4009(edges):
    edge = edges.open()
    await sweep_after(edge, INTERVAL)
    await sweep_after(edge, INTERVAL - 1)
    assert not edge.connection.closing
    await sweep_after(edge, 1)

    assert await edge.peer.close_code() == CloseCode.NO_SIGN_OF_LIFE


async def test_frozen_server_asks_before_it_judges(edges):
    edge = edges.open()
    await sweep_after(edge, 10 * INTERVAL)
    assert not edge.connection.closing
    await edge.peer.send(pong())
    await edge.settle()
    await sweep_after(edge, INTERVAL)

    assert not edge.connection.closing


async def test_after_a_standstill_what_waits_is_read_before_anyone_is_judged():
    readings = [0.0, INTERVAL, INTERVAL, INTERVAL]  # around the first two pauses
    asked = 0
    looked = asyncio.get_running_loop().create_future()

    def clock():
        nonlocal asked
        asked += 1
        return readings[min(asked, len(readings)) - 1]

    def connections():
        if not looked.done():
            looked.set_result(asked)
        return []

    heartbeat = Heartbeat(connections, INTERVAL / 1000, clock)
    heartbeat.start()

    assert await looked == len(readings)
    await heartbeat.stop()


async def test_paused_connection_is_not_judged(edges):
    edge = edges.open()
    edge.connection.pause_reading()
    for _ in range(4):
        await sweep_after(edge, INTERVAL)
    assert not edge.connection.closing

    edge.connection.resume_reading()
    await sweep_after(edge, 1)
    assert not edge.connection.closing


async def test_reader_that_stalls_is_closed_with_4002(edges):
    edge = edges.open(buffer_bytes=4096)
    edge.connection.send(build_text(b"x" * 500_000))
    await flushed()
    await sweep_after(edge, 29)
    assert not edge.connection.closing
    await sweep_after(edge, 1)

    assert await edge.peer.close_code() == CloseCode.TOO_SLOW


async def test_heartbeat_runs_until_it_is_stopped(edges):
    edge = edges.open()
    heartbeat = Heartbeat(lambda: [edge.connection], 0.01, edge.clock.monotonic)
    edge.clock.advance(1)
    heartbeat.start()

    assert await edge.peer.frame() == (FIN | PING, b"")
    await heartbeat.stop()
    await heartbeat.stop()
    assert len(asyncio.all_tasks()) == 1


class Silent:
    """A connection of which there may be very many."""

    closing = paused = False
    last_heard = last_ping = 0.0

    def __init__(self):
        self.pings = 0

    def stalled(self, now):
        return False

    def ping(self):
        self.pings += 1


async def test_ten_thousand_connections_are_swept_a_slice_at_a_time():
    everyone = [Silent() for _ in range(10_000)]
    heartbeat = Heartbeat(lambda: everyone, INTERVAL, FakeClock().monotonic)
    sweeping = asyncio.create_task(heartbeat.sweep())
    pings = [0]
    while not sweeping.done():
        await asyncio.sleep(0)  # the others' turn, between two slices
        pings.append(sum(each.pings for each in everyone))

    assert pings[-1] == len(everyone)
    assert max(after - before for before, after in pairwise(pings)) == 100
