"""The state of one stream in this process: how far it is, and who waits for it."""

import asyncio
from typing import Protocol


class Numbered(Protocol):
    """An event of a stream."""

    @property
    def stream(self) -> str: ...
    @property
    def seq(self) -> int: ...


class Gate:
    """Delivery state of one stream in this process.

    ``floor``: from this seq on nothing was skipped, so a subscriber may resume here.
    ``highest_known``: the highest seq known to exist. ``early``: events that wait for
    their predecessors, by seq; none while nobody follows. ``waiters``: who waits for a
    seq to be delivered.
    """

    __slots__ = (
        "early",
        "filler",
        "floor",
        "followers",
        "highest_known",
        "last_delivered",
        "stream",
        "touched",
        "waiters",
    )

    def __init__(self, stream: str, floor: int, now: float) -> None:
        self.stream = stream
        self.floor = self.last_delivered = self.highest_known = floor
        self.followers = 0
        self.early: dict[int, Numbered] = {}
        self.waiters: list[tuple[int, asyncio.Future[None]]] = []
        self.filler: asyncio.Task[None] | None = None
        self.touched = now

    def wait_for(self, seq: int) -> asyncio.Future[None]:
        """Return what is done once ``seq`` is delivered."""
        delivered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiters.append((seq, delivered))
        return delivered

    def wake_waiters(self) -> None:
        """Let those go on whose seq is delivered; whoever gave up is forgotten."""
        if not self.waiters:
            return
        still: list[tuple[int, asyncio.Future[None]]] = []
        for seq, delivered in self.waiters:
            if delivered.done():
                continue
            if seq > self.last_delivered:
                still.append((seq, delivered))
            else:
                delivered.set_result(None)
        self.waiters = still

    def settle(self, expected: int) -> None:
        """Forget what isn't in a gap that was read to its head.

        ``expected`` is the ``highest_known`` of before the read.
        """
        # What was announced beyond the head was never committed: unless that was while
        # the gap was read, so that the head may be older.
        if self.highest_known == expected:
            self.highest_known = max(self.last_delivered, max(self.early, default=0))
        for seq in [seq for seq in self.early if seq <= self.last_delivered]:
            del self.early[seq]
