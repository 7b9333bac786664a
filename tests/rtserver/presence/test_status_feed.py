"""``status:users``: crowds in one piece, nobody told twice, nothing left out."""

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.access.actor import Actor
from rtserver.delivery.channels import STATUS, parse
from rtserver.delivery.hub import Hub
from rtserver.delivery.session import Sessions
from rtserver.delivery.subscriptions import SubscribeRequest
from rtserver.metrics.registry import Metrics
from rtserver.presence.contract import PresenceChange
from rtserver.presence.status_feed import StatusFeed
from store.errors import StoreUnavailable
from tests.rtserver.delivery_fakes import signed_in
from tests.school import until

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Listener:
    """A connection that keeps every piece it is given to send."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.pieces: list[bytes] = []
        self.streams = 0

    def send(self, frame: bytes) -> None:
        self.pieces.append(frame)

    def send_stream(self, stream: Iterable[bytes], size: int) -> None:
        self.streams += 1
        self.pieces += stream

    @property
    def told(self) -> list[tuple[str, int]]:
        texts = re.findall(rb'\{"type":.*?\}\}', b"".join(self.pieces))
        frames = [json.loads(text) for text in texts]
        return [(frame["type"], frame["payload"]["user_id"]) for frame in frames]


class Companions:
    """Who may see whom, as a table; ``failures`` reads of it fail first."""

    def __init__(self, seen: Mapping[int, set[int]] | None = None) -> None:
        self.everyone = seen is None
        self.seen = seen or {}
        self.failures = 0

    async def seen_by(self, user_id: int) -> set[int]:
        return {user_id} | self.seen.get(user_id, set())

    async def audiences(self, user_ids: Iterable[int]) -> dict[int, set[int]]:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("down")
        await asyncio.sleep(0)
        return {id: await self.seen_by(id) for id in user_ids}


class World:
    """A feed whose presence is a set, and people who listen to it."""

    def __init__(self, companions: Companions) -> None:
        self.hub = Hub()
        self.sessions = Sessions(self.hub, per_user=9)
        self.online: set[int] = set()
        self.companions = companions
        self.coming: set[int] = set()
        presence: Any = SimpleNamespace(
            everyone=lambda: self.online,
            online=lambda ids: self.online & set(ids),
            settle=self.settle,
        )
        visible: Any = companions
        self.feed = StatusFeed(self.hub, self.sessions, presence, visible, Metrics())

    async def settle(self, user_id: int) -> None:
        if user_id in self.coming:
            self.come(user_id)

    def come(self, *user_ids: int) -> None:
        self.online |= set(user_ids)
        self.feed.changed(PresenceChange(list(user_ids), [], NOW))

    def go(self, *user_ids: int) -> None:
        self.online -= set(user_ids)
        self.feed.changed(PresenceChange([], list(user_ids), NOW))

    def person(self, user_id: int, role: str = "student") -> Any:
        actor = Actor(user_id, "Somebody", role)
        session = signed_in(Listener(f"c_{user_id}"), actor, STATUS)
        self.sessions.add(session)
        return session

    async def subscribe(self, session: Any) -> list[int]:
        """Subscribe somebody; give who is online, as the ack tells it."""
        self.hub.start_buffering(STATUS, session.connection)
        opening = await self.feed.open(
            session, parse(STATUS), SubscribeRequest(None, None)
        )
        self.hub.flush(STATUS, session.connection)
        online = opening.ack["online_ids"]
        return json.loads(bytes(online)) if not isinstance(online, list) else online


@pytest.fixture
def world(io_loop: AsyncIOLoop) -> World:
    return World(Companions())


async def test_who_has_just_come_is_in_their_own_ack_and_not_told_again(
    world: World,
) -> None:
    person = world.person(7)
    world.coming = {7}

    online = await world.subscribe(person)
    await world.feed.send_some()

    assert online == [7]
    assert person.connection.pieces == []


async def test_crowd_is_one_piece_for_each_subscriber(world: World) -> None:
    people = [world.person(id) for id in (1, 2)]
    for person in people:
        await world.subscribe(person)

    world.come(*range(100, 150))
    await world.feed.send_some()

    for person in people:
        assert len(person.connection.pieces) == 1
        assert person.connection.told == [("user.online", n) for n in range(100, 150)]


async def test_large_crowd_goes_as_the_sockets_drain(world: World) -> None:
    person = world.person(1)
    await world.subscribe(person)

    world.come(*range(100, 1100))
    await world.feed.send_some()

    assert person.connection.streams == 1
    assert len(person.connection.told) == 1000


async def test_ack_holds_what_waits_and_its_subscriber_is_not_told_again(
    world: World,
) -> None:
    early, late = world.person(1), world.person(2)
    await world.subscribe(early)
    world.come(5, 6)

    online = await world.subscribe(late)
    world.come(7)
    await world.feed.send_some()

    assert online == [5, 6]
    assert early.connection.told == [("user.online", n) for n in (5, 6, 7)]
    assert late.connection.told == [("user.online", 7)]


async def test_coming_and_going_keep_their_order(world: World) -> None:
    person = world.person(1)
    await world.subscribe(person)

    world.come(5)
    world.go(5)
    world.come(5)
    await world.feed.send_some()

    assert [type for type, _ in person.connection.told] == [
        "user.online",
        "user.offline",
        "user.online",
    ]


async def test_what_was_missed_makes_everybody_subscribe_again(world: World) -> None:
    person = world.person(1)
    await world.subscribe(person)
    world.come(5)

    world.feed.lost()

    assert b'{"type":"resync","channel":"status:users"}' in person.connection.pieces[0]
    assert world.hub.counters.control == 1
    assert await world.subscribe(person) == [5]
    await world.feed.send_some()
    assert person.connection.told == []


async def test_only_companions_managers_and_oneself_are_told(
    io_loop: AsyncIOLoop,
) -> None:
    world = World(Companions({5: {1}, 1: {5}}))
    companion, stranger, admin = world.person(1), world.person(2), world.person(3)
    admin.actor = Actor(3, "Ada", "admin")
    oneself = world.person(5)
    for session in (companion, stranger, admin, oneself):
        await world.subscribe(session)

    world.come(5)
    await world.feed.send_some()

    for session in (companion, admin, oneself):
        assert session.connection.told == [("user.online", 5)]
    assert stranger.connection.told == []


async def test_whoever_is_just_subscribing_subscribes_again_too(
    io_loop: AsyncIOLoop,
) -> None:
    world = World(Companions({}))
    person = world.person(1)
    person.subscriptions.clear()
    world.hub.start_buffering(STATUS, person.connection)

    world.feed.regroup([1])

    assert b"resync" in b"".join(person.connection.pieces)


async def test_database_that_fails_only_delays(io_loop: AsyncIOLoop) -> None:
    world = World(Companions({5: {1}}))
    person = world.person(1)
    await world.subscribe(person)
    world.companions.failures = 1

    task = io_loop.asyncio_loop.create_task(world.feed.run())
    world.companions.seen = {5: {1}, 1: {5}}
    world.come(5)
    await until(lambda: person.connection.told)
    task.cancel()

    assert person.connection.told == [("user.online", 5)]


async def test_what_was_lost_meanwhile_is_not_told_of(io_loop: AsyncIOLoop) -> None:
    world = World(Companions({5: {1}}))
    person = world.person(1)
    await world.subscribe(person)
    world.come(5)

    reading = world.feed.send_some()
    reading.send(None)  # it waits for the database
    world.feed.lost()
    with suppress(StopIteration):
        reading.send(None)

    assert person.connection.told == []
