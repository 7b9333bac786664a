"""Any order of commits, losses and subscribing: each reader hears each event once."""

import asyncio
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from rtserver.access.actor import Actor
from rtserver.bus.memory import MemoryBus
from rtserver.clock import Clock
from rtserver.delivery.channels import Channel
from rtserver.delivery.gates import Gap, Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.local_delivery import LocalDelivery
from rtserver.delivery.messages import Publication
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.replay import Missed
from rtserver.delivery.subscriptions import (
    StreamSnapshot,
    SubscribeRequest,
    SubscribeResult,
    Subscriptions,
)
from rtserver.errors import Unavailable
from rtserver.metrics.registry import Metrics
from tests.patience import PATIENCE
from tests.rtserver.delivery.test_subscriptions import BOARD, NOW, STREAM
from tests.rtserver.delivery_fakes import signed_in
from tests.school import until
from tests.simulated_time import SimulatedLoop

WORLDS, STEPS, READERS = 60, 80, 3
MAX_EVENTS = 5  # what a gap or a replay may hold
# Worlds in which events of before a position came behind it, or a reader waited for
# what nobody was to bring any more.
RED_ONCE = (572, 793, 1343, 2248)


def event(seq: int, sender: str = "") -> Publication:
    return Publication(
        "patch", b"{}", NOW, channel=BOARD, stream=STREAM, seq=seq, sender=sender
    )


class Reader:
    """A connection whose client checks what it hears, and follows the protocol."""

    closing = False

    def __init__(self, id: str) -> None:
        self.id = id
        self.session = signed_in(self, Actor(7, "Olena", "tutor"))
        self.position = 0
        self.has_hole = False
        # Noted, as what is raised here is caught where events are delivered.
        self.faults: list[str] = []

    @property
    def subscribed(self) -> bool:
        return BOARD in self.session.subscriptions

    def send(self, frame: bytes) -> None:
        told = json.loads(frame[frame.index(b"{") :])
        if told["type"] == "resync":
            self.has_hole = True
        elif told["type"] == "told":
            seq = told["seq"]
            self.check(self.has_hole or seq == self.position, f"told at {seq}")
        else:
            self.hear(told["seq"])

    def send_stream(self, frames: Iterator[bytes], size: int) -> None:
        for frame in frames:
            self.send(frame)

    def hear(self, seq: int) -> None:
        self.check(seq > self.position, f"{seq} is doubled, or out of order")
        if seq == self.position + 1:
            self.position = seq
        else:
            self.check(self.has_hole, f"followed by {seq}")

    def check(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(f"{self.id} at {self.position}: {fault}")


class World:
    """A process and its readers, beside another process on the same database."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.head = self.random.randrange(3)
        self.readers = [Reader(f"c_{n}") for n in range(READERS)]
        hub, feeds = Hub(), {"board:lesson": self}
        sessions = [reader.session for reader in self.readers]
        bus, listeners = MemoryBus(), Listeners()
        local = LocalDelivery(hub, sessions, listeners, Metrics())
        self.gates = Gates(self, local, bus, Clock())
        self.publisher = Publisher(self.gates, local, bus, listeners)
        self.all = Subscriptions(hub, self.gates, feeds, limit=9, deadline=5.0)
        self.on_its_way: list[Publication] = []
        self.committed: list[EventWithAck] = []

    @property
    def faults(self) -> list[str]:
        return [fault for reader in self.readers for fault in reader.faults]

    async def some_turns(self) -> None:
        for _ in range(self.random.randrange(6)):
            await asyncio.sleep(0)

    async def some_time(self) -> None:
        """Take as long as a database does: a few turns, or many."""
        await self.some_turns()
        if self.random.random() < 0.3:
            await asyncio.sleep(self.random.random() * 0.1)

    # The database: what is read is known a while later.

    async def after(self, stream: str, seq: int) -> Gap:
        await self.some_time()
        head = self.head
        await self.some_time()
        few = head - seq <= MAX_EVENTS
        return Gap([event(n) for n in range(seq + 1, head + 1)] if few else None, head)

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        head = self.head
        await self.some_time()
        return dict.fromkeys(streams, head)

    async def told(self, stream: str) -> None:
        while self.committed:
            await asyncio.sleep(0.001)

    # The board's feed.

    def authorize(self, session: Any, channel: Channel) -> None:
        pass

    async def open(
        self, session: Any, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        await self.some_time()
        head, since = self.head, None
        if request.since is not None:
            since = json.loads(bytes(request.since))
        await self.some_time()
        if since is None or head - since > MAX_EVENTS:
            return SubscribeResult({"seq": head}, {STREAM: head})
        replay = [event(n) for n in range(since + 1, head + 1)]
        missed = Missed(BOARD, replay)
        return SubscribeResult({"recovered": True}, {STREAM: head}, missed)

    # What happens.

    def commit_elsewhere(self) -> None:
        """Commit something of which the bus tells later, twice, or never."""
        self.head += 1
        copies = self.random.choice((0, 1, 1, 1, 2))
        self.on_its_way += [event(self.head)] * copies

    async def patch(self, reader: Reader) -> None:
        """Have a subscriber change something, and wait for the ack."""
        if not reader.subscribed:
            return
        self.head += 1
        seq, acked = self.head, asyncio.Event()

        def acknowledge() -> None:
            reader.hear(seq)
            acked.set()

        self.committed.append(EventWithAck(event(seq, reader.id), acknowledge))
        await self.some_time()  # whoever reads now knows more than was told here
        committed, self.committed = self.committed, []
        self.publisher.publish(committed)
        async with asyncio.timeout(PATIENCE):
            await acked.wait()

    def bring(self) -> None:
        """Have the bus deliver something, in any order."""
        if self.on_its_way:
            place = self.random.randrange(len(self.on_its_way))
            self.gates.offer(self.on_its_way.pop(place))

    async def subscribe(self, reader: Reader, *, resume: bool = True) -> None:
        since = msgspec.Raw(str(reader.position).encode()) if resume else None
        try:
            answer = await self.all.subscribe(
                reader.session, BOARD, SubscribeRequest(since, None)
            )
        except Unavailable:
            return
        reader.has_hole = False
        if "recovered" not in answer.payload:
            reader.position = answer.payload["seq"]
        if answer.then is not None:
            answer.then()

    async def tell(self, reader: Reader) -> None:
        """Tell a subscriber of the board at a seq, which has to come at its place."""

        async def read() -> StreamSnapshot:
            seq = self.head
            await self.some_time()
            frame = b'{"type":"told","seq":%d}' % seq
            return StreamSnapshot(STREAM, seq, lambda: reader.send(frame))

        if reader.subscribed:
            await self.all.tell_between(reader.session, BOARD, read)

    async def use(self, reader: Reader) -> None:
        """Be one reader for a while: commands one after the other."""
        for _ in range(STEPS // 4):
            match self.random.randrange(8):
                case 0:
                    self.all.unsubscribe(reader.session, BOARD)
                case 4 | 5:
                    await self.patch(reader)
                case 1:
                    await self.tell(reader)
                case 2:
                    await self.subscribe(reader, resume=False)
                case 3:
                    await self.subscribe(reader)
                case _:
                    await asyncio.sleep(self.random.random() * 0.03)

    async def work(self) -> None:
        for _ in range(STEPS):
            match self.random.randrange(8):
                case 0 | 1:
                    self.commit_elsewhere()
                case 2:
                    await self.gates.compare()
                case 3:
                    await asyncio.sleep(self.random.random() * 0.03)
                case _:
                    self.bring()
            await self.some_turns()

    async def run(self) -> None:
        await asyncio.gather(self.work(), *(self.use(each) for each in self.readers))
        for reader in self.readers:
            await self.catch_up(reader)
        await self.gates.close()

    async def catch_up(self, reader: Reader) -> None:
        """Have a reader hear the rest, and subscribe again if that is too much."""
        if not reader.subscribed:
            await self.subscribe(reader)
        while reader.position != self.head:
            await self.gates.compare()
            await until(lambda: reader.has_hole or reader.position == self.head)
            if reader.has_hole:
                await self.subscribe(reader)


def lived(seed: int) -> World:
    """Return a world after its end; each seed has one, whatever the machine does."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(_lived(seed))


async def _lived(seed: int) -> World:
    world = World(seed)
    await world.run()
    return world


@pytest.mark.parametrize("seed", RED_ONCE)
def test_order_holds_in_a_world_where_it_once_did_not(seed: int) -> None:
    assert lived(seed).faults == []


@pytest.mark.parametrize("first", [0, 1000])
def test_each_reader_hears_each_event_once_and_in_order(first: int) -> None:
    worlds = {seed: lived(seed) for seed in range(first, first + WORLDS)}

    faults = {seed: world.faults for seed, world in worlds.items() if world.faults}
    assert faults == {}
    assert sum(world.gates.filled for world in worlds.values())
    assert sum(world.gates.lost_gaps for world in worlds.values())
