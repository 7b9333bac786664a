"""A writer that is held, as by a slow disk, so that others gather behind it."""

import asyncio
import json
import threading
from typing import Any

from rtserver.delivery.pending_ack import EventWithAck
from store.transaction import Transaction
from store.writer import PendingWrite, Writer
from tests.drawing import Drawer
from tests.patience import PATIENCE
from tests.school import School, until


class Hold:
    """A change that keeps the writer from going on until told."""

    def __init__(self) -> None:
        self.entered, self.go_on = threading.Event(), threading.Event()

    def __call__(self, tx: Transaction) -> None:
        self.entered.set()
        self.go_on.wait(PATIENCE)


class HeldWriter:
    """A school's database that commits nothing until ``release``.

    ``commits``: how many changes of boards each transaction held since then.
    """

    def __init__(self, school: School) -> None:
        self.commits: list[int] = []
        self._db = school.services.db
        self._counters = school.services.figures.counters
        self._hold = Hold()
        self._holding: asyncio.Task[None] | None = None
        self._of_lessons = 0
        self._ids: list[str] = []

    async def hold(self) -> "HeldWriter":
        self._holding = asyncio.create_task(self._db.write(self._hold))
        await until(self._hold.entered.is_set)
        self._db._writer.submit = self._submit
        return self

    async def waiting(self, count: int) -> None:
        """Wait until so many writes to lessons wait; that of a mail is none."""
        await until(lambda: self._of_lessons >= count)

    async def send(
        self, drawer: Drawer, *payloads: Any, type: str = "board.patch"
    ) -> None:
        """Send commands to the board, until the server has received them."""
        texts = []
        for payload in payloads:
            self._ids.append(f"p{len(self._ids)}")
            frame = {"type": type, "channel": drawer.channel, "id": self._ids[-1]}
            texts.append(json.dumps({**frame, "payload": payload}))
        expected = self._counters.bytes_in + sum(map(len, texts))
        for text in texts:
            await drawer.socket.send(text)
        await until(lambda: self._counters.bytes_in >= expected)

    async def release(self, drawer: Drawer) -> list[dict[str, Any]]:
        """Let the writer go on; give the answers to what was sent, as they came."""
        assert self._holding is not None
        told = self._db.listeners.committed

        def committed(events: list[object]) -> None:
            changes = [each for each in events if isinstance(each, EventWithAck)]
            self.commits += [len(changes)] if changes else []
            told(events)

        self._db.listeners.committed = committed
        del self._db._writer.submit
        self._hold.go_on.set()
        await self._holding
        await until(lambda: len(self._answers(drawer)) == len(self._ids))
        self._db.listeners.committed = told
        answers = self._answers(drawer)
        assert [each["id"] for each in answers] == self._ids
        return answers

    def _submit(self, write: PendingWrite) -> None:
        Writer.submit(self._db._writer, write)
        self._of_lessons += bool(write.lessons)

    def _answers(self, drawer: Drawer) -> list[dict[str, Any]]:
        ids = set(self._ids)
        return [each for each in drawer.socket.received if each.get("id") in ids]
