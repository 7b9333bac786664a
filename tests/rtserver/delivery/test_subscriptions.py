"""Opening, telling in between, and taking away: where events may pass meanwhile."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rtserver.bus.memory import MemoryBus
from rtserver.clock import Clock
from rtserver.delivery.channels import Channel
from rtserver.delivery.gates import Gap, Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication
from rtserver.delivery.subscriptions import (
    StreamSnapshot,
    SubscribeRequest,
    SubscribeResult,
    Subscriptions,
)
from rtserver.errors import Forbidden, NotSubscribed, Unavailable
from tests.rtserver.delivery_fakes import Delivered

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BOARD, STREAM = "board:lesson:3", "board:3"
NOTHING = SubscribeRequest(None, None)


class Ear:
    """A connection that keeps what it is sent."""

    id = "c_1"
    closing = False

    def __init__(self) -> None:
        self.frames: list[Any] = []

    def send(self, frame: bytes) -> None:
        self.frames.append(json.loads(frame[frame.index(b"{") :]))

    @property
    def heard(self) -> list[Any]:
        return [frame.get("seq", frame["type"]) for frame in self.frames]


class Listener:
    """A session, as far as subscriptions know it."""

    def __init__(self) -> None:
        self.connection = Ear()
        self.subscriptions: dict[str, Any] = {}

    def begin_opening(self, subscription: Any) -> None:
        """Nobody asks what is being opened."""

    end_opening = begin_opening


class SlowFeed:
    """Opens a board at 4, once it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.may.set()
        self.asked = asyncio.Event()

    def authorize(self, session: Any, channel: Channel) -> None:
        pass

    async def open(
        self, session: Any, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        self.asked.set()
        await self.may.wait()
        return SubscribeResult({"seq": 4}, {STREAM: 4})


class Nothing:
    """A source that never has anything to fill a gap with."""

    async def after(self, stream: str, seq: int) -> Gap:
        await asyncio.Event().wait()
        raise AssertionError

    async def heads(self, streams: Any) -> dict[str, int]:
        return {}

    async def told(self, stream: str) -> None:
        pass


class Place:
    """Subscriptions over a real hub and real gates."""

    def __init__(self, deadline: float = 5.0) -> None:
        self.hub = Hub()
        self.bus = MemoryBus()
        self.gates = Gates(Nothing(), Delivered(self.hub), self.bus, Clock())
        self.feed = SlowFeed()
        self.listener = Listener()
        self.all = Subscriptions(
            self.hub,
            self.gates,
            {"board:lesson": self.feed, "chat:user": self.feed},
            limit=9,
            deadline=deadline,
        )

    async def open(self) -> None:
        answer = await self.all.subscribe(self.session, BOARD, NOTHING)
        answer.then()

    @property
    def session(self) -> Any:
        return self.listener

    @property
    def heard(self) -> list[Any]:
        return self.listener.connection.heard

    def offer(self, *seqs: int) -> None:
        for seq in seqs:
            self.gates.offer(
                Publication(
                    "board.patch",
                    b"{}",
                    NOW,
                    channel=BOARD,
                    stream=STREAM,
                    seq=seq,
                )
            )

    async def tell(self, seq: int) -> None:
        """Tell of the board at a seq."""

        async def read() -> StreamSnapshot:
            frame = b'{"type":"told"}'
            return StreamSnapshot(
                STREAM, seq, lambda: self.listener.connection.send(frame)
            )

        await self.all.tell_between(self.session, BOARD, read)


async def test_what_is_told_waits_for_the_event_of_its_seq() -> None:
    place = Place()
    await place.open()
    place.offer(5)

    telling = asyncio.create_task(place.tell(7))
    await asyncio.sleep(0)  # it holds the channel by now
    place.offer(6, 7, 8)
    await telling
    place.offer(9)

    assert place.heard == [5, 6, 7, "told", 8, 9]
    await place.gates.close()


async def test_what_cant_be_told_in_time_lets_the_events_pass() -> None:
    place = Place(deadline=0.05)
    await place.open()
    place.offer(5)

    with pytest.raises(Unavailable):
        await place.tell(7)
    place.offer(6)

    assert place.heard == [5, 6]
    await place.gates.close()


async def test_nothing_is_told_once_the_channel_was_taken_away() -> None:
    place = Place()
    await place.open()

    telling = asyncio.create_task(place.tell(5))
    await asyncio.sleep(0)  # it holds the channel by now
    place.all.revoke(place.session, BOARD, "removed")
    place.offer(5)

    with pytest.raises(Forbidden):
        await telling
    assert place.heard == ["unsubscribed"]
    assert place.session.subscriptions == {}
    assert place.hub.counters.control == 1
    await place.gates.close()


async def test_of_a_channel_taken_away_before_nothing_is_read_or_waits() -> None:
    place = Place()
    await place.open()
    place.all.revoke(place.session, BOARD, "removed")

    with pytest.raises(NotSubscribed):
        await place.tell(5)

    place.offer(5)
    assert place.heard == ["unsubscribed"]
    assert place.hub.subscriptions() == 0
    await place.gates.close()


async def test_channel_that_is_taken_away_while_it_opens_doesnt_open() -> None:
    place = Place()
    place.feed.may.clear()
    opening = asyncio.create_task(place.open())
    await place.feed.asked.wait()

    place.all.revoke(place.session, BOARD, "removed")
    place.feed.may.set()

    with pytest.raises(Forbidden):
        await opening
    place.offer(5)
    assert place.heard == []
    assert not place.hub.is_subscribed(BOARD, place.session.connection)


async def test_taking_away_what_isnt_held_says_nothing() -> None:
    place = Place()

    place.all.revoke(place.session, BOARD, "removed")

    assert place.heard == []
