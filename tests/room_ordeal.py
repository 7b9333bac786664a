"""People who come and go at random, on servers that are killed: is the room right?

Each has two devices, which reload as often as they like; one of them is a tutor who
watches all the time. Each screen has to end with the same room, be told of nobody's
coming or going twice, and the attendance has to be what the watcher has seen.
"""

import asyncio
import json
import random
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from tornado.httpclient import AsyncHTTPClient
from websockets.exceptions import WebSocketException

from rtserver.clock import Clock
from tests.client import Socket, open_socket
from tests.patience import PATIENCE
from tests.served import Lesson, Served

TIMES = {"presence_leave_grace": 1, "presence_heartbeat": 1, "presence_ttl": 3}
# How near the attendance has to be to what the watcher has seen.
NEAR = timedelta(seconds=1)
AWAY = (OSError, WebSocketException, TimeoutError, KeyError)


class Outcome(NamedTuple):
    """What became of it; ``faults`` are sentences."""

    visits: int
    told: int
    kills: int
    faults: list[str]


class Screen:
    """One device's view of a room: the ack, and what was told since."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.present: set[int] = set()
        self.log: list[tuple[str, int, str]] = []
        self.faults: list[str] = []
        self.socket: Socket | None = None

    async def open(self, served: Served, user_id: int, room: str) -> None:
        self.socket = await open_socket(served.url, served.token(user_id))
        await self.socket.next("welcome")
        await self.enter(room)

    async def enter(self, room: str) -> None:
        assert self.socket is not None
        ack = await self.socket.call("subscribe", room)
        self.present = {one["user_id"] for one in ack["present"]}
        first = [
            ("room.entered", o["user_id"], o["entered_at"]) for o in ack["present"]
        ]
        self.log += first if not self.log else []

    async def take(self, seconds: float) -> None:
        """Take what is told for a while."""
        assert self.socket is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    self._note(await self.socket.events.get())

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    def _note(self, event: dict[str, Any]) -> None:
        type, payload = event["type"], event.get("payload", {})
        if type not in ("room.entered", "room.left"):
            return
        user_id, entered = payload["user_id"], type == "room.entered"
        if (user_id in self.present) == entered:
            self.faults.append(f"{self.name}: {type} of {user_id} twice")
        (self.present.add if entered else self.present.discard)(user_id)
        self.log.append((type, user_id, payload["at"]))


class RoomOrdeal:
    """The ordeal of one lesson's room, over two servers of which the last is killed."""

    def __init__(self, servers: list[Served], lesson: Lesson, seed: int) -> None:
        self.servers = servers
        self.lesson = lesson
        self.room = f"room:lesson:{lesson.id}"
        self.random = random.Random(seed)
        self.visits = self.kills = 0
        self.faults: list[str] = []
        self.killed: list[datetime] = []

    async def run(self, seconds: float, kills: int) -> Outcome:
        tutor, *people = self.lesson.members
        watcher = Screen("watcher")
        await watcher.open(self.servers[0], tutor, self.room)
        watching = asyncio.create_task(watcher.take(seconds + 4 * PATIENCE))
        end = asyncio.get_running_loop().time() + seconds
        devices = [self._device(user, n, end) for user in people for n in range(2)]
        screens = await asyncio.gather(*devices, self._kill(seconds, kills))
        last: list[Screen] = [each for each in screens if each is not None]
        everybody = set(self.lesson.members)
        await self._until_alike([watcher, *last], everybody)
        for screen in (watcher, *last):
            self.faults += screen.faults
        await self._compare(watcher)
        for screen in last:
            await screen.close()
        watching.cancel()
        await watcher.close()
        return Outcome(self.visits, len(watcher.log), self.kills, self.faults)

    async def _device(self, user_id: int, number: int, end: float) -> Screen:
        """Come and go until the end, then stay."""
        loop, name = asyncio.get_running_loop(), f"{user_id}/{number}"
        while True:
            staying = loop.time() >= end
            screen = Screen(name)
            served = self.servers[0 if staying else self.random.randrange(2)]
            with suppress(*AWAY):
                await screen.open(served, user_id, self.room)
                self.visits += 1
                if staying:
                    return screen
                await screen.take(self.random.uniform(0.05, 1.5))
            self.faults += screen.faults
            with suppress(*AWAY):
                await screen.close()
            # Mostly a reload, now and then a break that is noticed.
            await asyncio.sleep(self.random.choice((0.05, 0.1, 0.3, 2.5)))

    async def _kill(self, seconds: float, kills: int) -> None:
        for _ in range(kills):
            await asyncio.sleep(seconds / (kills + 1))
            await asyncio.to_thread(self.servers[-1].kill)
            self.kills += 1
            self.killed.append(Clock().now())
            await asyncio.to_thread(self.servers[-1].start)

    async def _until_alike(self, screens: list[Screen], everybody: set[int]) -> None:
        end = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < end:
            await asyncio.gather(*(each.take(0.2) for each in screens[1:]))
            if all(each.present == everybody for each in screens):
                return
        self.faults += [
            f"{each.name} ends with {sorted(each.present)}"
            for each in screens
            if each.present != everybody
        ]

    async def _compare(self, watcher: Screen) -> None:
        """Compare the attendance with what the watcher has seen."""
        seen = _intervals(watcher.log)
        await asyncio.sleep(1.5)  # the last sign of life has been written by then
        for one in await self._attendance():
            stays = [_stay(stay) for stay in one["stays"]]
            self._check(one["user_id"], stays, seen.pop(one["user_id"], []))
        self.faults += [f"{user_id} isn't in the attendance" for user_id in seen]

    def _check(self, user_id: int, stays: list[Any], seen: list[Any]) -> None:
        if [end for _, end in stays].count(None) != 1:
            self.faults.append(f"{user_id} has not one open stay")
        for interval in seen:
            within = [stay for stay in stays if _overlap(stay, interval)]
            whole = len(within) == 1 and _alike(within[0], interval)
            if not whole and not self._cut(*interval):
                self.faults.append(f"{user_id}: {interval} is kept as {within}")
        for stay in stays:
            outside = not any(_overlap(stay, interval) for interval in seen)
            if outside and not self._cut(*stay):
                self.faults.append(f"{user_id}: {stay} wasn't seen")
        for (_, end), (begin, _) in pairwise(sorted(stays)):
            if end is None or end > begin:
                self.faults.append(f"{user_id} has stays that overlap")

    def _cut(self, begin: datetime, end: datetime | None) -> bool:
        """Return whether a kill may have cut a stay off, or joined it to another."""
        near = timedelta(seconds=5)
        return any(
            begin <= killed + near and (end is None or end >= killed - near)
            for killed in self.killed
        )

    async def _attendance(self) -> Any:
        served, tutor = self.servers[0], self.lesson.members[0]
        headers = {"Authorization": f"Bearer {served.token(tutor)}"}
        path = f"{served.url}/api/lessons/{self.lesson.id}/attendance/"
        reply = await AsyncHTTPClient().fetch(path, headers=headers)
        return json.loads(reply.body)["results"]


def _overlap(one: Any, other: Any) -> bool:
    """Return whether two times, without an end if they last, have more in common.

    More than half of what they may differ by: less is the neighbour's.
    """
    ends = [end for _, end in (one, other) if end is not None]
    begin = max(one[0], other[0])
    return not ends or min(ends) - begin > NEAR / 2


def _alike(one: Any, other: Any) -> bool:
    (begin, end), (another, last) = one, other
    if end is None or last is None:
        return end is last and abs(begin - another) <= NEAR
    return abs(begin - another) <= NEAR and abs(end - last) <= NEAR


def _intervals(log: list[tuple[str, int, str]]) -> dict[int, list[Any]]:
    """Return for each user when they were in, the last time without an end."""
    found: dict[int, list[Any]] = {}
    for type, user_id, at in log:
        moment = datetime.fromisoformat(at)
        if type == "room.entered":
            found.setdefault(user_id, []).append((moment, None))
        elif user_id in found:
            begin, _ = found[user_id][-1]
            found[user_id][-1] = (begin, moment)
    return found


def _stay(stay: dict[str, str | None]) -> tuple[datetime, datetime | None]:
    entered, left = stay["entered_at"], stay["left_at"]
    assert entered is not None
    end = datetime.fromisoformat(left) if left is not None else None
    return datetime.fromisoformat(entered), end
