"""The commands that wait for the one that is being served."""

from collections import deque

from rtserver.delivery.messages import Envelope
from rtserver.input import decode
from rtserver.input.decode import BadFrame

MAX_WAITING = 64
MAX_WAITING_BYTES = 512 * 1024
_SHORT = 4096


class Received:
    """A frame, when it came, and if it came too soon, after how long it would pass."""

    __slots__ = ("_read", "at", "frame", "retry_after")

    def __init__(self, frame: bytes, at: float, retry_after: float) -> None:
        self.frame = frame
        self.at = at
        self.retry_after = retry_after
        self._read: Envelope | BadFrame | None = None

    @property
    def long(self) -> bool:
        """Return whether others should have a turn once this one is served."""
        return len(self.frame) > _SHORT

    def read(self, *, known: bool = True) -> Envelope:
        """Return the command in it, or raise BadFrame; it is decoded once.

        ``known``: by somebody who has signed in.
        """
        if self._read is None:
            try:
                self._read = decode.read_envelope(self.frame, known=known)
            except BadFrame as bad:
                self._read = bad
        if isinstance(self._read, BadFrame):
            raise self._read
        return self._read


class CommandQueue:
    """The frames of one connection that wait, in their order.

    Once it is ``full`` its owner reads no more.
    """

    __slots__ = ("_bytes", "_frames")

    def __init__(self) -> None:
        self._frames: deque[Received] = deque()
        self._bytes = 0

    @property
    def empty(self) -> bool:
        return not self._frames

    @property
    def full(self) -> bool:
        """Return whether so many wait, or such long ones, that no more should come."""
        return len(self._frames) >= MAX_WAITING or self._bytes >= MAX_WAITING_BYTES

    @property
    def first(self) -> Received | None:
        """The first, which is the next to be popped; None if there is none."""
        return self._frames[0] if self._frames else None

    def push(self, received: Received) -> None:
        """Add a frame behind the others."""
        self._frames.append(received)
        self._bytes += len(received.frame)

    def pop(self) -> Received:
        """Remove and return the first."""
        received = self._frames.popleft()
        self._bytes -= len(received.frame)
        return received
