import asyncio

import pytest

from rtserver.edge.flusher import Flusher


class Flushed:
    """Counts its flushes and tells of the newest."""

    def __init__(self):
        self.times = []
        self.done = asyncio.Event()

    def flush(self):
        self.times.append(asyncio.get_running_loop().time())
        self.done.set()


async def test_everyone_added_is_flushed_once_behind_what_else_can_be_read():
    flusher = Flusher(asyncio.get_running_loop())
    one, read_next = Flushed(), Flushed()
    flusher.add(one)
    await asyncio.sleep(0)  # another tick's frames come
    assert one.times == []
    flusher.add(read_next)
    await asyncio.sleep(0)

    assert len(one.times) == len(read_next.times) == 1


async def test_one_added_while_flushing_is_flushed_in_the_next_tick():
    flusher = Flusher(asyncio.get_running_loop())
    two = Flushed()

    class Adding(Flushed):
        def flush(self):
            flusher.add(two)

    flusher.add(Adding())
    await two.done.wait()

    assert len(two.times) == 1


async def test_later_flush_comes_at_once_after_a_quiet_time():
    flusher, cursor = Flusher(asyncio.get_running_loop()), Flushed()
    flusher.add_later(cursor)
    await asyncio.sleep(0)  # the timer is looked at
    await asyncio.sleep(0)  # and called

    assert len(cursor.times) == 1


async def test_later_flushes_keep_a_distance():
    flusher, cursor = Flusher(asyncio.get_running_loop()), Flushed()
    for _ in range(3):
        flusher.add_later(cursor)
        await cursor.done.wait()
        cursor.done.clear()

    first, second, third = cursor.times
    assert second - first >= 0.0049
    assert third - second >= 0.0049


class Loop:
    """A loop whose time is set, and which calls nothing by itself."""

    def __init__(self):
        self.now = 100.0
        self.due = 0.0
        self.callback = None

    def time(self):
        return self.now

    def call_at(self, due, callback):
        self.due, self.callback = due, callback


@pytest.mark.parametrize("took, pause", [(0.0001, 0.005), (0.002, 0.014), (0.5, 0.04)])
def test_the_longer_later_flushes_take_the_further_apart_they_are(took, pause):
    loop = Loop()
    flusher = Flusher(loop)

    class Sending:
        def flush(self):
            loop.now += took

    flusher.add_later(Sending())
    begun = loop.now
    loop.callback()
    flusher.add_later(Sending())

    assert loop.due == pytest.approx(begun + pause)
