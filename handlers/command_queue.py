"""The commands that wait for the one that is being served."""

from collections import deque
from typing import NamedTuple

MAX_WAITING = 64
MAX_WAITING_BYTES = 512 * 1024
_SHORT = 4096


class Received(NamedTuple):
    """A frame, when it came, and if it came too soon, after how long it would pass."""

    frame: bytes
    at: float
    retry_after: float

    @property
    def long(self) -> bool:
        """Whether others should have their turn once this one is served."""
        return len(self.frame) > _SHORT


class CommandQueue:
    """The frames of one connection that wait, in their order.

    Once it is ``full`` its owner reads no more.
    """

    __slots__ = ("_bytes", "_frames")

    def __init__(self) -> None:
        self._frames: deque[Received] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def full(self) -> bool:
        """Whether so many wait, or such long ones, that no more should come."""
        return len(self._frames) >= MAX_WAITING or self._bytes >= MAX_WAITING_BYTES

    def push(self, received: Received) -> None:
        """Add a frame behind the others."""
        self._frames.append(received)
        self._bytes += len(received.frame)

    def pop(self) -> Received:
        """Remove and return the first."""
        received = self._frames.popleft()
        self._bytes -= len(received.frame)
        return received
