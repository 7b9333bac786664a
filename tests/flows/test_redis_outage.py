"""Whatever happens to Redis, chat goes on, and nobody misses or doubles anything."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import redis

from tests.flows.processes import Processes
from tests.school import School, until
from tests.services import Redis

Meanwhile = Callable[[], Awaitable[None]]
# At least; longer than what people stay without a sign of life.
OUTAGE_SECONDS = 2.5
# Who waited for Redis would get no acknowledgement at all before it is back. How soon
# they come, and how soon every gap is closed afterwards, is measured by `bench outage`.
ENOUGH = 40


async def nothing() -> None:
    """Do nothing while Redis is away."""


async def killed(server: Redis, meanwhile: Meanwhile = nothing) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(OUTAGE_SECONDS)
    await meanwhile()
    await asyncio.to_thread(server.restart)


async def frozen(server: Redis, meanwhile: Meanwhile = nothing) -> None:
    await asyncio.to_thread(server.freeze)
    await asyncio.sleep(OUTAGE_SECONDS)
    await meanwhile()
    await asyncio.to_thread(server.thaw)


async def cut(server: Redis, meanwhile: Meanwhile = nothing) -> None:
    with redis.Redis.from_url(server.url) as client:
        for _ in range(5):
            for kind in ("normal", "pubsub"):
                client.execute_command("CLIENT", "KILL", "TYPE", kind)
            await asyncio.sleep(0.3)
    await meanwhile()


async def flushed(server: Redis, meanwhile: Meanwhile = nothing) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    await meanwhile()


class Talk:
    """Two people who write to each other through different processes."""

    def __init__(self, schools: list[School], people: list[int], lesson: int) -> None:
        self.pairs = list(zip(schools, people, strict=True))
        self.lesson = lesson
        self.acks = 0
        self.over = False

    async def start(self) -> None:
        self.sockets = [await school.chatting(id) for school, id in self.pairs]
        self._tasks = [asyncio.create_task(self._write(*pair)) for pair in self.pairs]

    async def _write(self, school: School, user_id: int) -> None:
        while not self.over:
            await school.say(user_id, self.lesson, "still here")
            self.acks += 1
            await asyncio.sleep(0.02)

    async def goes_on(self) -> None:
        """Wait until what they go on to write has been acknowledged."""
        enough = self.acks + ENOUGH
        await until(lambda: self.acks >= enough)

    async def end(self) -> list[list[int]]:
        """Stop writing; give the seqs that each has heard once nothing is missing."""
        self.over = True
        await asyncio.gather(*self._tasks)
        await until(lambda: all(len(heard) >= self.acks for heard in self.heard()))
        return self.heard()

    def heard(self) -> list[list[int]]:
        return [
            [each["seq"] for each in s.received if each["type"] == "chat.message.new"]
            for s in self.sockets
        ]


@pytest.mark.parametrize("happens", [killed, frozen, cut, flushed])
async def test_chat_goes_on_and_nothing_is_missed_or_doubled(
    processes: Processes, happens: Callable[..., Awaitable[None]]
) -> None:
    schools = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    talk = Talk(schools, [olena, taras], lesson)
    await talk.start()

    await talk.goes_on()
    await happens(processes.redis, talk.goes_on)
    heard = await talk.end()

    assert heard == [list(range(1, talk.acks + 1))] * 2
    assert not [s for s in talk.sockets for e in s.received if e["type"] == "resync"]


@pytest.mark.parametrize("happens", [killed, frozen, cut, flushed])
async def test_presence_is_right_again_and_told_nobody_twice(
    processes: Processes, happens: Callable[..., Awaitable[None]]
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
    await until(lambda: ira not in one.services.presence.register.everyone())
    await outage
    told = await watcher.quiet()

    assert one.services.presence.register.everyone() >= {olena, taras}
    gone = [e["payload"]["user_id"] for e in told if e["type"] == "user.offline"]
    resyncs = [each for each in told if each["type"] == "resync"]
    assert gone in ([ira], []), gone
    assert gone or resyncs
    assert not [each for each in told if each["type"] == "user.online"]
