"""Reading that stops in the middle, and goes on where it stopped."""

import asyncio
import time

import pytest

from rtserver.edge.counters import Counters
from rtserver.edge.frames import CONTINUATION, TEXT, Close
from rtserver.edge.intake import Intake
from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode
from tests.fakes import FakeClock
from tests.rtserver.edge_fakes import client_frame, close, ping, tcp_pair, text

LIMITS = EdgeLimits(1 << 20, 1 << 20, frame_rate=20, frame_burst=50)


class Owner:
    """Keeps what it is given; ``then`` is called with each item."""

    def __init__(self):
        self.items = []
        self.ends = []
        self.then = lambda item: None
        self.more = asyncio.Event()

    def take(self, item):
        self.items.append(item)
        self.then(item)
        self.more.set()

    def broken(self, end):
        self.ends.append(end.code)
        self.more.set()

    def lost(self):
        self.ends.append(None)
        self.more.set()

    async def has(self, count):
        while len(self.items) < count:
            self.more.clear()
            await self.more.wait()


class Way:
    """An intake with its owner, and the peer's end of the socket."""

    def __init__(self):
        self.sock, self.peer = tcp_pair()
        self.owner, self.clock = Owner(), FakeClock()
        self.counters = Counters()
        self.intake = Intake(
            self.sock,
            asyncio.get_running_loop(),
            self.counters,
            self.owner,
            LIMITS,
            self.clock.monotonic,
        )
        self.intake.start(b"")

    async def settle(self):
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
def way(io_loop):
    async def make():
        return Way()

    way = io_loop.run_sync(make)
    yield way
    way.intake.end()
    way.sock.close()
    way.peer.close()


async def test_a_pause_takes_effect_in_the_middle_of_a_read(way):
    way.owner.then = lambda item: way.intake.pause()
    way.peer.send(text(b"one") + text(b"two") + text(b"three"))
    await way.owner.has(1)
    await way.settle()
    assert way.owner.items == [b"one"]

    for count in (2, 3):
        way.intake.resume()
        await way.owner.has(count)
        await way.settle()
        assert len(way.owner.items) == count
    assert way.owner.items == [b"one", b"two", b"three"]


async def test_what_was_read_does_not_grow_while_it_is_taken_in_pieces(
    way,
):
    way.owner.then = lambda item: way.intake.pause()
    sent = way.peer.send(text(b"x" * 1000) * 1000)
    assert sent > 500_000
    await way.owner.has(1)
    for count in range(2, 40):
        way.intake.resume()
        await way.owner.has(count)
        await way.settle()

    assert way.counters.bytes_in <= 65536


async def test_a_rest_ends_by_itself(way):
    way.owner.then = lambda item: way.intake.rest(0.05)
    began = time.monotonic()
    way.peer.send(text(b"one") + text(b"two"))
    await way.owner.has(1)
    assert way.intake.paused
    await way.owner.has(2)

    assert time.monotonic() - began >= 0.05


async def test_of_two_rests_the_later_end_counts(way):
    way.intake.rest(0.05)
    way.intake.rest(0.001)
    began = time.monotonic()
    way.peer.send(text(b"one"))
    await way.owner.has(1)

    assert time.monotonic() - began >= 0.04


async def test_a_pause_outlasts_a_rest_and_a_rest_a_pause(way):
    way.intake.pause()
    way.intake.rest(0.01)
    way.peer.send(text(b"one"))
    await asyncio.sleep(0.05)
    assert way.intake.paused and way.owner.items == []

    way.intake.rest(60)
    way.intake.resume()
    await way.settle()
    assert way.intake.paused and way.owner.items == []


async def test_the_peers_close_frame_is_awaited_whatever_was_paused(way):
    way.intake.pause()
    way.intake.rest(60)
    way.peer.send(text(b"one") + close(CloseCode.NORMAL))

    way.intake.await_close()
    way.intake.pause()

    await way.owner.has(2)
    assert way.owner.items == [b"one", Close(CloseCode.NORMAL, "")]


async def test_who_goes_on_sending_after_the_end_is_read_slowly(way):
    way.intake.await_close()
    way.peer.send(text(b"one") * 5000)

    await way.owner.has(16 + LIMITS.frame_burst + 1)
    assert way.intake.paused


async def test_silence_during_a_rest_is_not_held_against_the_peer(way):
    way.intake.pause()
    way.clock.advance(100)
    way.intake.resume()

    assert way.intake.last_heard == way.clock.monotonic()


@pytest.mark.parametrize("frame", [ping(), client_frame(CONTINUATION, b"x")])
async def test_a_flood_of_frames_that_carry_nothing_is_taken_slowly(way, frame):
    way.peer.send(client_frame(TEXT) + frame * 2000)  # the beginning of a message

    await way.owner.has(16 + LIMITS.frame_burst + 1)
    assert way.intake.paused
    assert len(way.owner.items) == 16 + LIMITS.frame_burst + 1

    # Each rest lets a few pass, until the next one.
    await way.owner.has(2 * 16 + LIMITS.frame_burst + 2)
    assert way.intake.paused
