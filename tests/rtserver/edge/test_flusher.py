import asyncio

from rtserver.edge.flusher import Flusher


class Flushed:
    """Counts its flushes and tells of the newest."""

    def __init__(self):
        self.times = []
        self.done = asyncio.Event()

    def flush(self):
        self.times.append(asyncio.get_running_loop().time())
        self.done.set()


async def test_everyone_added_is_flushed_once_at_the_end_of_the_tick():
    flusher = Flusher(asyncio.get_running_loop())
    one, two = Flushed(), Flushed()
    flusher.add(one)
    flusher.add(two)
    assert one.times == two.times == []
    await asyncio.sleep(0)

    assert len(one.times) == len(two.times) == 1


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
