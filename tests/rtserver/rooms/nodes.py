"""Processes as rooms see them, several of them inside one test."""

import itertools
from typing import Any

from rtserver.clock import Clock
from rtserver.redis.link import RedisLink
from rtserver.redis.subscriber import RedisSubscriber
from rtserver.rooms.contract import RoomChange, Seat
from rtserver.rooms.memory import MemoryRooms
from rtserver.rooms.redis import RedisRooms
from rtserver.settings.model import PresenceSettings
from tests.rtserver.nodes import TIMES, Watched

# Seats that only show that what came before them has been told.
MARKERS = 1_000_000
LESSON = 3
TARAS, SOFIA, OLENA = Seat(LESSON, 5), Seat(LESSON, 4), Seat(LESSON, 2)
_numbers = itertools.count(1)


class Roomed(Watched):
    """One process's rooms; ``told`` lists every change as ("entered", seat)."""

    def __init__(self, rooms: Any, subscriber: Any = None) -> None:
        super().__init__()
        self.rooms = rooms
        self.subscriber = subscriber
        self.told: list[tuple[str, Any]] = []
        self.markers: set[Seat] = set()
        self.losses = 0
        self.join, self.leave, self.evict = rooms.join, rooms.leave, rooms.evict

    async def start(self) -> "Roomed":
        if self.subscriber is not None:
            await self.subscriber.start()
        await self.rooms.start(self)
        return self

    async def stop(self) -> None:
        await self.rooms.stop()
        if self.subscriber is not None:
            await self.subscriber.stop()

    async def die(self) -> None:
        """End as a killed process does: nobody is told anything."""
        self.rooms._replica._task.cancel()
        await self.subscriber.stop()

    async def until_told(self, *expected: tuple[str, Any]) -> None:
        await self.until(lambda: all(each in self.told for each in expected))

    async def entered(self, seat: Seat, connection_id: str) -> None:
        """Have somebody come in, and wait until that is told."""
        self.join(seat, connection_id)
        await self.until_told(("entered", seat))

    async def settled(self) -> None:
        """Wait until everything done so far has been told here."""
        marker = Seat(MARKERS, next(_numbers))
        self.join(marker, f"marker-{marker.user_id}")
        await self.until(lambda: marker in self.markers)

    def changed(self, change: RoomChange) -> None:
        self.markers |= {seat for seat in change.entered if seat[0] == MARKERS}
        told: list[tuple[str, Any]] = [("entered", seat) for seat in change.entered]
        told += [
            ("signalled", (seat, state.hand is not None, state.reaction))
            for seat, state in change.signalled.items()
        ]
        told += [("lead", lead) for lead in change.leads.items()]
        told += [("left", seat) for seat in change.left]
        self.told += [each for each in told if each[1][0] != MARKERS]
        self.happened()

    def lost(self) -> None:
        self.losses += 1
        self.happened()


def memory_rooms(clock: Clock | None = None, **times: Any) -> Roomed:
    grace = {**TIMES, **times}["leave_grace"]
    return Roomed(MemoryRooms(clock or Clock(), leave_grace=grace))


def redis_rooms(url: str, **times: Any) -> Roomed:
    clock = Clock()
    link = RedisLink(url, "school", clock)
    subscriber = RedisSubscriber(link, clock)
    settings = PresenceSettings(**{**TIMES, **times})
    node = f"node{next(_numbers)}"
    return Roomed(RedisRooms(link, subscriber, node, settings), subscriber)
