"""The publisher: here first, then to others; and what comes from them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from rtserver.bus.memory import Exchange, MemoryBus
from rtserver.clock import Clock
from rtserver.delivery.gates import Gap, Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.local_delivery import LocalDelivery
from rtserver.delivery.messages import Publication
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.delivery.publication import to_users
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.session import Sessions
from rtserver.metrics.registry import Metrics
from tests.rtserver.delivery_fakes import FakeConnection, live
from tests.school import until

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CHANNEL = "chat:user:7"


def message(seq: int) -> Publication:
    payload = {"seq": seq}
    return to_users("chat.message.new", payload, NOW, [7], stream="chat:3", seq=seq)


class Stored:
    """A database with messages up to ``head``."""

    def __init__(self) -> None:
        self.head = 0

    async def after(self, stream: str, seq: int) -> Gap:
        return Gap([message(n) for n in range(seq + 1, self.head + 1)], self.head)

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        return dict.fromkeys(streams, self.head)

    async def told(self, stream: str) -> None:
        pass


class Process:
    """A publisher, and one client of user 7 who follows lesson 3."""

    def __init__(self, bus: MemoryBus, source: Stored) -> None:
        hub, listeners = Hub(), Listeners()
        sessions = Sessions(hub, per_user=9)
        local = LocalDelivery(hub, sessions, listeners, Metrics())
        self.bus, self.listeners = bus, listeners
        self.source = source
        self.gates = Gates(source, local, bus, Clock())
        self.publisher = Publisher(self.gates, local, bus, listeners)
        self.client = live(hub, CHANNEL, FakeConnection())

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.client.events]

    async def start(self) -> None:
        await self.bus.start(self.publisher)
        self.gates.follow("chat:3", 0)
        await asyncio.sleep(0)  # lets the bus confirm it


@pytest.fixture
def two() -> list[Process]:
    """Two processes on one bus and database."""
    exchange, source = Exchange(), Stored()
    return [Process(MemoryBus(exchange), source) for _ in range(2)]


async def test_event_is_delivered_here_before_it_goes_to_others(
    two: list[Process],
) -> None:
    one, other = two
    for process in two:
        await process.start()

    one.publisher.publish([message(1)])
    here, there = one.seqs, other.seqs
    await until(lambda: other.seqs)

    assert (here, there, other.seqs) == ([1], [], [1])


async def test_foreign_events_wait_for_their_turn(two: list[Process]) -> None:
    one, other = two
    for process in two:
        await process.start()

    one.publisher.publish([message(2)])
    other.publisher.publish([message(1)])
    await until(lambda: len(one.seqs) == len(other.seqs) == 2)

    assert one.seqs == other.seqs == [1, 2]


async def test_ack_is_for_this_process_alone(two: list[Process]) -> None:
    one, other = two
    acked: list[int] = []
    for process in two:
        await process.start()

    one.publisher.publish([EventWithAck(message(1), lambda: acked.append(1))])
    await until(lambda: other.seqs)

    assert acked == [1]


def test_who_listens_to_commits_hears_of_numbered_events_alone() -> None:
    process, heard = Process(MemoryBus(), Stored()), list[Any]()
    process.listeners.published = heard.append
    typing, said = to_users("chat.typing", {}, NOW, [7]), message(1)

    process.publisher.publish([typing])
    process.publisher.publish([typing, said])

    assert heard == [[said]]


async def test_listener_that_fails_stops_neither_the_telling_nor_who_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(events: Sequence[Any]) -> None:
        raise ValueError(events)

    process = Process(MemoryBus(), Stored())
    process.listeners.published = fail

    process.publisher.publish([message(1)])

    assert process.seqs == [1]
    assert "ValueError" in caplog.text


async def test_author_of_what_a_gap_has_told_already_is_answered_all_the_same(
    two: list[Process],
) -> None:
    one, _ = two
    await one.start()
    one.gates.offer(message(1))
    acked: list[int] = []

    one.publisher.publish([EventWithAck(message(1), lambda: acked.append(1))])

    assert (acked, one.seqs) == ([1], [1])


async def test_what_was_lost_before_the_bus_stood_is_read_at_once(
    two: list[Process],
) -> None:
    one, _ = two
    one.gates.follow("chat:3", 0)
    one.source.head = 2

    one.publisher.subscribed(["chat:3"])
    await until(lambda: one.seqs == [1, 2])


async def test_foreign_rubbish_is_passed_over(
    two: list[Process], caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = two
    await one.start()

    one.publisher.received("chat:3", b"\xff secret")
    one.publisher.received("chat:3", b'{"type": 1}')

    assert one.seqs == []
    assert "secret" not in caplog.text
    told = [record.name for record in caplog.records if record.name != "asyncio"]
    assert told == ["rtserver.delivery.publisher"] * 2


async def test_nothing_is_packed_when_there_is_nobody_else() -> None:
    process = Process(MemoryBus(), Stored())

    assert process.bus.alone
    process.publisher.publish([message(1)])

    assert process.seqs == [1]
