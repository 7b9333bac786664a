"""Presence within one process."""

import asyncio
from collections.abc import Collection, Iterable, Set

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.presence.connections import GracedConnections
from rtserver.presence.contract import PresenceChange, PresenceListener, sweep_seconds


class MemoryPresence:
    """Presence for a process that is alone: nothing is shared, nothing missed."""

    def __init__(self, clock: Clock, *, leave_grace: float) -> None:
        self._clock = clock
        self._grace = leave_grace
        self._connections = GracedConnections[int](clock, leave_grace)
        self._online: set[int] = set()
        self._came: list[int] = []
        self._task: asyncio.Task[None] | None = None
        self._listener: PresenceListener | None = None

    def join(self, user_id: int, connection_id: str) -> None:
        if self._connections.add(user_id, connection_id):
            if not self._came:
                # Told together with all others who come in this turn of the loop.
                asyncio.get_running_loop().call_soon(self._tell_came)
            self._came.append(user_id)

    def leave(self, user_id: int, connection_id: str) -> None:
        self._connections.discard(user_id, connection_id)

    def everyone(self) -> Set[int]:
        return self._online

    def online(self, user_ids: Iterable[int]) -> set[int]:
        return self._online.intersection(user_ids)

    async def connected(self, user_ids: Collection[int]) -> set[int] | None:
        return self._connections.connected() & set(user_ids)

    async def settle(self, user_id: int) -> None:
        if user_id not in self._online:
            await asyncio.sleep(0)  # whoever came is told of in this turn of the loop

    def sweep(self) -> None:
        """Tell of those whose grace is over."""
        if gone := self._connections.take_due():
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
