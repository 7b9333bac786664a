"""Whatever happens to Redis, chat goes on, and nobody misses or doubles anything."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median

import pytest
import redis

from tests.flows.processes import Processes
from tests.school import School
from tests.services import Redis

OUTAGE_SECONDS = 2.5
# What an outage may add to an acknowledgement is 0.2 s, which `bench outage` measures.
# This is for loaded machines; who waited for Redis would wait for all of the outage.
ADDED_SECONDS = 1.2
# What may pass until every gap is closed.
REPAIR_SECONDS = 3.0


async def killed(server: Redis) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(OUTAGE_SECONDS)
    await asyncio.to_thread(server.restart)


async def frozen(server: Redis) -> None:
    await asyncio.to_thread(server.freeze)
    await asyncio.sleep(OUTAGE_SECONDS)
    await asyncio.to_thread(server.thaw)


async def cut(server: Redis) -> None:
    with redis.Redis.from_url(server.url) as client:
        for _ in range(5):
            for kind in ("normal", "pubsub"):
                client.execute_command("CLIENT", "KILL", "TYPE", kind)
            await asyncio.sleep(0.3)


async def flushed(server: Redis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()


class Talk:
    """Two people who write to each other through different processes."""

    def __init__(self, schools: list[School], people: list[int], lesson: int) -> None:
        self.pairs = list(zip(schools, people, strict=True))
        self.lesson = lesson
        self.acks: list[float] = []
        self.over = False

    async def start(self) -> None:
        self.sockets = [await school.chatting(id) for school, id in self.pairs]
        self._tasks = [asyncio.create_task(self._write(*pair)) for pair in self.pairs]

    async def _write(self, school: School, user_id: int) -> None:
        while not self.over:
            began = time.monotonic()
            await school.say(user_id, self.lesson, "still here")
            self.acks.append(time.monotonic() - began)
            await asyncio.sleep(0.02)

    async def end(self) -> list[list[int]]:
        """Stop writing; give the seqs that each has heard, a while later."""
        self.over = True
        await asyncio.gather(*self._tasks)
        async with asyncio.timeout(REPAIR_SECONDS):
            while any(len(heard) < len(self.acks) for heard in self.heard()):
                await asyncio.sleep(0.01)
        return self.heard()

    def heard(self) -> list[list[int]]:
        return [
            [each["seq"] for each in s.received if each["type"] == "chat.message.new"]
            for s in self.sockets
        ]

    def usual(self, since: int = 0) -> float:
        """Return the median of the acks from that one on; bench.outage has the 99th."""
        return median(self.acks[since:] or self.acks)


@pytest.mark.parametrize("happens", [killed, frozen, cut, flushed])
async def test_chat_goes_on_and_nothing_is_missed_or_doubled(
    processes: Processes, happens: Callable[[Redis], Awaitable[None]]
) -> None:
    schools = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    talk = Talk(schools, [olena, taras], lesson)
    await talk.start()

    await asyncio.sleep(1)
    before, since = talk.usual(), len(talk.acks)
    await happens(processes.redis)
    heard = await talk.end()

    assert heard == [list(range(1, len(talk.acks) + 1))] * 2
    assert talk.usual(since) < before + ADDED_SECONDS
    assert not [s for s in talk.sockets for e in s.received if e["type"] == "resync"]


@pytest.mark.parametrize("happens", [killed, frozen, cut, flushed])
async def test_presence_is_right_again_and_told_nobody_twice(
    processes: Processes, happens: Callable[[Redis], Awaitable[None]]
) -> None:
    one, two = await processes.start(2)
    olena, taras, ira = [await one.person(n) for n in ("Olena", "Taras", "Ira")]
    watcher = await processes.watching(one, olena)
    await two.connect(taras)
    leaving = await two.connect(ira)
    for _ in range(2):
        await watcher.next("user.online")

    outage = asyncio.create_task(happens(processes.redis))
    await leaving.close()
    while ira in one.services.presence.register.everyone():
        await asyncio.sleep(0.02)
    await outage
    told = await watcher.quiet()

    assert one.services.presence.register.everyone() >= {olena, taras}
    gone = [e["payload"]["user_id"] for e in told if e["type"] == "user.offline"]
    resyncs = [each for each in told if each["type"] == "resync"]
    assert gone in ([ira], []), gone
    assert gone or resyncs
    assert not [each for each in told if each["type"] == "user.online"]
