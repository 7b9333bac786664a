"""Drawers on one board of a server that is killed, and what is left afterwards."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from rtserver.boards import verify
from store import board_marks
from store.database import Database
from tests.drawing import Element, live, order
from tests.ordeal_drawer import AWAY, OrdealDrawer
from tests.patience import PATIENCE
from tests.served import Lesson, Served


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


class BoardOrdeal:
    """Drawers on one board, over a server that is killed meanwhile.

    ``late`` is what the last of them waits for after the first kill.
    """

    def __init__(
        self,
        served: Served,
        lesson: Lesson,
        rng: random.Random,
        beside: Callable[["BoardOrdeal"], Coroutine[Any, Any, None]] | None = None,
        late: Callable[[int], Awaitable[None]] | None = None,
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
        self._drawers[-1].late = late

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
