"""What closes a gap of a chat, to those who have seen more of it than others."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
import pytest

from rtserver.bus.memory import MemoryBus
from rtserver.chat.feed import ChatFeed
from rtserver.delivery.channels import chat_channel
from rtserver.delivery.gates import Gap, Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.replay import ReplayLimits
from rtserver.delivery.subscriptions import SubscribeRequest, Subscriptions
from rtserver.wiring.streams import Streams
from tests.lesson_school import LESSON, OLENA, SOFIA, chat_of, opened_with_lesson
from tests.rtserver.delivery_fakes import Delivered, FakeConnection

LIMITS = ReplayLimits(3, 1 << 20)
STREAM = f"chat:{LESSON}"
START = 9  # what the lesson's chat stands at


class LateSource:
    """Streams that are ``asked``, and read once they ``may``."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def after(self, stream: str, seq: int) -> Gap:
        self.asked.set()
        await self.may.wait()
        return await self.streams.after(stream, seq)

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        return await self.streams.heads(streams)

    async def told(self, stream: str) -> None:
        await self.streams.told(stream)


class Process:
    """Gates and subscriptions over a school's database, where another one writes."""

    def __init__(self, school) -> None:
        self.school = school
        self.source = LateSource(Streams(school.db, school.clock, LIMITS))
        self.hub = Hub()
        self.delivered = Delivered(self.hub)
        self.gates = Gates(self.source, self.delivered, MemoryBus(), school.clock)
        feeds = {"chat:user": ChatFeed(school.db, LIMITS, total_bytes=1 << 20)}
        self.all = Subscriptions(self.hub, self.gates, feeds, limit=9, deadline=5.0)
        self.chat = chat_of(school.db, school.clock, print)

    async def post(self) -> int:
        return (await self.chat.post(OLENA, LESSON, "helo", None)).message.id

    async def subscribe(self, actor, since=None) -> "Ear":
        ear = Ear(actor)
        asked = None if since is None else msgspec.Raw(b'{"%d":%d}' % (LESSON, since))
        name = chat_channel(actor.user_id)
        answer = await self.all.subscribe(ear, name, SubscribeRequest(asked, None))
        ear.ack = answer.payload
        answer.then()
        return ear

    async def close(self) -> None:
        await self.gates.close()


class Ear:
    """A session that keeps the chat's events."""

    def __init__(self, actor) -> None:
        self.actor, self.user_id = actor, actor.user_id
        self.connection = FakeConnection(f"c_{self.user_id}")
        self.subscriptions = {}

    def begin_opening(self, subscription):
        """Nobody asks what is being opened."""

    end_opening = begin_opening

    @property
    def heard(self):
        events = self.connection.events
        return [(event["type"].split(".")[-1], event["seq"]) for event in events]


@pytest.fixture
def process(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        process = Process(school)
        yield process
        io_loop.run_sync(process.close)


async def test_edit_that_comes_before_its_message_is_told_as_new(process):
    sofia = await process.subscribe(SOFIA)
    id = await process.post()
    await process.chat.edit(OLENA, id, "hello")

    # The bus has lost the first of the two.
    process.gates.offer(process.school.events[-1])
    process.source.may.set()
    await process.gates.wait_for(STREAM, START + 2)

    assert sofia.heard == [("new", START + 2)]


async def test_message_that_was_replayed_is_not_new_again(process):
    olena = await process.subscribe(OLENA)
    id = await process.post()
    subscribing = asyncio.create_task(process.subscribe(SOFIA, since=START))
    await process.source.asked.wait()
    await process.chat.edit(OLENA, id, "hello")

    process.source.may.set()
    sofia = await subscribing

    assert sofia.heard == [("new", START + 1), ("edited", START + 2)]
    assert olena.heard == [("new", START + 2)]


async def test_who_subscribes_while_a_gap_turns_out_too_large_starts_behind_it(process):
    await process.subscribe(OLENA)
    for _ in range(LIMITS.events + 1):
        await process.post()
    subscribing = asyncio.create_task(process.subscribe(SOFIA))
    await process.source.asked.wait()
    await process.post()

    process.source.may.set()
    sofia = await subscribing

    assert process.delivered.gaps == [STREAM]
    assert sofia.ack["positions"] == {str(LESSON): START + LIMITS.events + 2}
