"""The bus of one process, and of several servers inside one."""

import asyncio

from rtserver.bus.memory import Exchange, MemoryBus
from tests.rtserver.nodes import Linked


async def test_bus_of_one_process_is_alone_and_confirms_nothing() -> None:
    only = await Linked(MemoryBus()).start()

    only.bus.follow("a")
    only.bus.publish("a", b"x")
    await asyncio.sleep(0)  # what it told would be told by the loop

    assert only.bus.alone
    assert (only.messages, only.confirmed) == ([], [])
    await only.stop()


async def test_servers_of_one_exchange_arent_alone() -> None:
    exchange = Exchange()

    assert not MemoryBus(exchange).alone


async def test_bus_that_has_stopped_hears_nothing_more() -> None:
    exchange = Exchange()
    one, two = [await Linked(MemoryBus(exchange)).start() for _ in range(2)]
    await two.follow("a")

    await two.stop()
    one.bus.publish("a", b"x")
    await asyncio.sleep(0)  # a message is handed over by the loop

    assert two.messages == []
    await one.stop()


async def test_message_on_its_way_to_who_unfollows_is_dropped() -> None:
    exchange = Exchange()
    one, two = [await Linked(MemoryBus(exchange)).start() for _ in range(2)]
    await two.follow("a")

    one.bus.publish("a", b"x")
    two.bus.unfollow("a")
    await asyncio.sleep(0)  # a message is handed over by the loop

    assert two.messages == []
    for each in (one, two):
        await each.stop()
