"""Presence within one process."""

import asyncio
from collections.abc import Collection, Iterable, Set

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.presence.contract import PresenceChange, PresenceListener, sweep_seconds


class MemoryPresence:
    """Presence for a process that is alone: nothing is shared, nothing missed."""

    def __init__(self, clock: Clock, *, leave_grace: float) -> None:
        self._clock = clock
        self._grace = leave_grace
        self._connections: dict[int, set[str]] = {}
        # When each user's grace ends. All are equally long, so the dict is in the order
        # of their ends, and a sweep stops at the first that isn't over.
        self._leaving: dict[int, float] = {}
        self._online: set[int] = set()
        self._came: list[int] = []
        self._task: asyncio.Task[None] | None = None
        self._listener: PresenceListener | None = None

    def join(self, user_id: int, connection_id: str) -> None:
        known = user_id in self._connections or user_id in self._leaving
        self._leaving.pop(user_id, None)
        self._connections.setdefault(user_id, set()).add(connection_id)
        if not known:
            if not self._came:
                # Told together with all others who come in this turn of the loop.
                asyncio.get_running_loop().call_soon(self._tell_came)
            self._came.append(user_id)

    def leave(self, user_id: int, connection_id: str) -> None:
        connections = self._connections.get(user_id)
        if connections is None:
            return
        connections.discard(connection_id)
        if not connections:
            del self._connections[user_id]
            self._leaving[user_id] = self._clock.monotonic() + self._grace

    def everyone(self) -> Set[int]:
        return self._online

    def online(self, user_ids: Iterable[int]) -> set[int]:
        return self._online.intersection(user_ids)

    async def connected(self, user_ids: Collection[int]) -> set[int] | None:
        return self._connections.keys() & set(user_ids)

    async def settle(self, user_id: int) -> None:
        if user_id not in self._online:
            await asyncio.sleep(0)  # whoever came is told of in this turn of the loop

    def sweep(self) -> None:
        """Tell of those whose grace is over."""
        now = self._clock.monotonic()
        gone: list[int] = []
        for user_id, deadline in self._leaving.items():
            if deadline > now:
                break
            gone.append(user_id)
        if not gone:
            return
        for user_id in gone:
            del self._leaving[user_id]
        self._online.difference_update(gone)
        self._tell([], gone)

    async def start(self, listener: PresenceListener) -> None:
        self._listener = listener
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            await tasks.cancel(self._task)

    def _tell_came(self) -> None:
        came, self._came = self._came, []
        self._online.update(came)
        self._tell(came, [])

    def _tell(self, came: list[int], gone: list[int]) -> None:
        if self._listener is not None:
            self._listener.changed(PresenceChange(came, gone, self._clock.now()))

    async def _run(self) -> None:
        pause = sweep_seconds(self._grace, self._grace)
        while True:
            await asyncio.sleep(pause)
            self.sweep()
