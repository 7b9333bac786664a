"""One who draws on a board, over a server that is killed, and follows it."""

import asyncio
import itertools
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.drawing import Copy, Element, board, element
from tests.served import Lesson, Served

LANES = 3  # patches of one drawer under way at once
SHARED = 5  # elements that all change against each other
AWAY = 0.01


class OrdealDrawer:
    """Draws patch after patch, each until it is acked, and follows the board.

    ``late`` is what it waits for, given its position, before it first comes back.
    """

    def __init__(
        self, served: Served, lesson: Lesson, number: int, rng: random.Random
    ) -> None:
        self.copy = Copy()
        self.acked: list[Element] = []
        self.position = self.holes = self.resent = self.reloads = 0
        self.stopped = self._resetting = self._behind = False
        self.heard = asyncio.Event()
        self.late: Callable[[int], Awaitable[None]] | None = None
        self._served = served
        self._user_id = lesson.members[number]
        self._channel = board(lesson.id)
        self._is_tutor = number == 0
        self._rng = rng
        self._names = (f"d{number}-{each}" for each in itertools.count())
        self._waiting: dict[str, list[Element]] = {}
        self._epoch: str | None = None

    @property
    def done(self) -> bool:
        return self.stopped and not self._waiting and not self._resetting

    async def run(self) -> None:
        while True:
            with suppress(OSError, WebSocketException):
                await self._follow()
            await asyncio.sleep(AWAY)
            if self.late is not None and self.position:
                late, self.late = self.late, None
                await late(self.position)

    async def _follow(self) -> None:
        headers = {"Authorization": f"Bearer {self._served.token(self._user_id)}"}
        async with connect(
            self._served.url.replace("http", "ws", 1) + "/ws",
            additional_headers=headers,
            compression=None,
            max_size=None,
            proxy=None,
        ) as socket:
            await self._subscribe(socket, "subscribe")
            async for text in socket:
                await self._take(socket, json.loads(text))

    async def _subscribe(self, socket: ClientConnection, id: str) -> None:
        # Also the first time with since: others may have drawn already.
        since: dict[str, Any] = {"since": self.position}
        known = {"epoch": self._epoch} if self._epoch else {}
        await self._send(socket, id, "subscribe", since | known)

    async def _reload(self, socket: ClientConnection, ack: dict[str, Any]) -> None:
        """Load the board anew: what was missed is merged, or too long."""
        assert ack["reason"] in ("trimmed", "too_many"), ack
        self._behind = True
        self.reloads += 1
        await self._send(socket, "snapshot", "board.snapshot.request", {})

    async def _take(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "ack":
            await self._take_ack(socket, frame["id"], frame["payload"])
        elif frame["type"] == "resync":
            self._behind = True
            await self._subscribe(socket, "again")
        elif frame["type"] != "welcome":
            assert frame["type"].startswith("board."), frame
            self._pass(frame["seq"])
            self.copy.take(frame)
            self.heard.set()

    async def _take_ack(
        self, socket: ClientConnection, id: str, ack: dict[str, Any]
    ) -> None:
        if id in ("subscribe", "again"):
            self._epoch = ack["epoch"]
            self._behind = False
            if not ack["recovered"]:
                await self._reload(socket, ack)
        if id == "subscribe":
            self._resetting = False  # an unanswered one isn't repeated
            self.resent += len(self._waiting)
            for name, patch in self._waiting.items():
                await self._send(socket, name, "board.patch", {"elements": patch})
        elif id == "snapshot":
            self.position, self._behind = ack["seq"], False
            self.copy.elements = {each["id"]: each for each in ack["elements"]}
        elif id == "reset":
            self._resetting = False
            self._pass(ack["seq"])
            self.copy.clear()
        elif id != "again":
            self._count(self._waiting.pop(id), ack)
        await self._draw(socket)

    def _count(self, patch: list[Element], ack: dict[str, Any]) -> None:
        if ack["seq"] is not None:
            self._pass(ack["seq"])
        accepted = [each for each in patch if each["id"] in ack["accepted"]]
        self.acked += accepted
        self.copy.merge([*accepted, *ack["current"]])
        self.heard.set()

    def _pass(self, seq: int) -> None:
        if self._behind:  # it isn't held up to there
            return
        self.holes += seq != self.position + 1
        self.position = seq

    async def _draw(self, socket: ClientConnection) -> None:
        if self._is_tutor and not self.stopped and self._rng.random() < 0.01:
            self._resetting = True
            await self._send(socket, "reset", "board.reset", {})
        while len(self._waiting) < LANES and not self.stopped:
            name, patch = next(self._names), [self._contested()]
            patch.append(element(name, 1, text=f"Ґ {name}"))
            self._waiting[name] = patch
            await self._send(socket, name, "board.patch", {"elements": patch})

    def _contested(self) -> Element:
        id = f"shared{self._rng.randrange(SHARED)}"
        held = self.copy.elements.get(id, {"version": 0})
        changed = element(id, held["version"] + 1, self._rng.randrange(2**31))
        return changed | {"isDeleted": self._rng.random() < 0.1}

    async def _send(
        self, socket: ClientConnection, id: str, type: str, payload: Any
    ) -> None:
        frame = {"type": type, "id": id, "channel": self._channel, "payload": payload}
        await socket.send(json.dumps(frame))
