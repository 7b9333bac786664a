"""Drawers on one board of a server that is killed, and what is left afterwards."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from rtserver.boards import verify
from store import board_marks
from store.database import Database
from tests.drawing import Copy, Element, board, element, live, order
from tests.served import Lesson, Served

LANES = 3  # patches of one drawer under way at once
SHARED = 5  # elements that all change against each other
AWAY = 0.01
PATIENCE = 30.0


@dataclass
class BoardVerdict:
    """What was found at the end; from ``lost`` to ``differences`` it has to be 0."""

    acked: int
    resent: int
    seq: int
    lost: int
    unseen: int
    holes: int
    unlike: int
    differences: int
    reloads: int
    merged: int

    @property
    def good(self) -> bool:
        wrong = self.lost, self.unseen, self.holes, self.unlike, self.differences
        return not any(wrong)


class BoardRound(NamedTuple):
    """One kill: what was acked before it, where the board stood, how long it took."""

    acked: int
    seq: int
    away: float


class OrdealDrawer:
    """Draws patch after patch, each until it is acked, and follows the board."""

    def __init__(
        self, served: Served, lesson: Lesson, number: int, rng: random.Random
    ) -> None:
        self.copy = Copy()
        self.acked: list[Element] = []
        self.position = self.holes = self.resent = self.reloads = 0
        self.stopped = self._resetting = self._behind = False
        self.heard = asyncio.Event()
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


class BoardOrdeal:
    """Drawers on one board, over a server that is killed meanwhile."""

    def __init__(
        self,
        served: Served,
        lesson: Lesson,
        rng: random.Random,
        beside: Callable[["BoardOrdeal"], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._served = served
        self._lesson_id = lesson.id
        self._beside = beside
        self.ending = False
        self._rng = rng
        self._drawers = [
            OrdealDrawer(served, lesson, number, rng)
            for number in range(len(lesson.members))
        ]

    @property
    def position(self) -> int:
        """Return how far the board is, as far as anybody knows."""
        return max(drawer.position for drawer in self._drawers)

    async def run(
        self, rounds: int, tell: Callable[[BoardRound], None] = lambda _: None
    ) -> BoardVerdict:
        """Kill the server so many times, at random moments; then see what is left.

        Before every other kill, and after the last, each drawer was acked something.
        """
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(drawer.run()) for drawer in self._drawers]
            if self._beside is not None:
                beside = group.create_task(self._beside(self))
            for number in range(rounds):
                # Not each time, so that it is also killed while they come back.
                if number % 2 == 0:
                    await self._all_acked()
                await self._moment()
                tell(await self._kill())
            await self._all_acked()
            if self._beside is not None:
                self.ending = True
                await beside
            for drawer in self._drawers:
                drawer.stopped = True
            async with asyncio.timeout(PATIENCE):
                while not self._settled():
                    await asyncio.sleep(AWAY)
            for task in tasks:
                task.cancel()
        self._served.kill()
        return await self._judge()

    def _settled(self) -> bool:
        positions = {drawer.position for drawer in self._drawers}
        return len(positions) == 1 and all(drawer.done for drawer in self._drawers)

    async def _all_acked(self) -> None:
        """Wait until something more was acked to each drawer, however slow that is."""
        before = [(drawer, len(drawer.acked)) for drawer in self._drawers]
        async with asyncio.timeout(PATIENCE):
            while any(len(drawer.acked) == acked for drawer, acked in before):
                await asyncio.sleep(AWAY)

    async def _moment(self) -> None:
        """Wait for some moment, or for the one when somebody has just heard."""
        await asyncio.sleep(self._rng.uniform(0.05, 0.6))
        drawer = self._rng.choice(self._drawers)
        drawer.heard.clear()
        await asyncio.wait_for(drawer.heard.wait(), PATIENCE)

    async def _kill(self) -> BoardRound:
        acked = sum(len(drawer.acked) for drawer in self._drawers)
        seq = self.position
        killed = time.monotonic()
        self._served.kill()
        await asyncio.to_thread(self._served.start)
        return BoardRound(acked, seq, time.monotonic() - killed)

    async def _judge(self) -> BoardVerdict:
        database = Database(self._served.settings.database_url.reveal())
        await database.open()
        verdict = await database.read(
            verify.verify, self._lesson_id, timedelta(days=30)
        )
        loaded = await database.read(verify.load, self._lesson_id)
        marks = await database.read(board_marks.get, self._lesson_id)
        await database.close()
        kept = {each["id"]: each for each in map(json.loads, loaded.canvas.visible(0))}
        return BoardVerdict(
            acked=sum(len(drawer.acked) for drawer in self._drawers),
            resent=sum(drawer.resent for drawer in self._drawers),
            seq=verdict.seq,
            lost=sum(
                missing(each, kept) for drawer in self._drawers for each in drawer.acked
            ),
            unseen=sum(drawer.position != verdict.seq for drawer in self._drawers),
            holes=sum(drawer.holes for drawer in self._drawers),
            unlike=sum(
                drawer.copy.live() != live(kept.values()) for drawer in self._drawers
            ),
            differences=len(verdict.differences),
            reloads=sum(drawer.reloads for drawer in self._drawers),
            merged=marks.merged,
        )


def missing(acked: Element, kept: dict[str, Element]) -> bool:
    """Return whether neither an acked element is there nor one that wins over it."""
    held = kept.get(acked["id"])
    return held is None or order(held) < order(acked)
