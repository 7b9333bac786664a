"""The way from one connection's send queue to its socket."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final, Protocol

from rtserver.edge.flusher import Flusher
from rtserver.edge.limits import EdgeLimits
from rtserver.edge.send_queue import SendQueue

# What one write takes at most, so that no client starves the others. What is taken
# can't be replaced or dropped any more.
_WRITE_BYTES: Final = 65536
# Behind more than this a volatile frame would come too late to be of use.
VOLATILE_BYTES: Final = 65536


class SenderOwner(Protocol):
    """The connection as its sender sees it; each is called from within the sender."""

    def all_sent(self) -> None:
        """Nothing waits any more; told while the sender ``tells_owner``."""

    def too_slow(self) -> None:
        """More waits than may, and the socket takes no more."""

    def stream_failed(self, error: Exception) -> None:
        """A stream raised, and all that waited was dropped."""

    def lost(self) -> None:
        """The socket is broken."""


class Sender:
    """The writer of a send queue to its socket: one ``send`` per tick of the loop."""

    __slots__ = (
        "_clock",
        "_flusher",
        "_flushing",
        "_flushing_later",
        "_loop",
        "_owner",
        "_queue",
        "_queue_bytes",
        "_sock",
        "_unsent",
        "_waiting",
        "stuck_since",
        "tells_owner",
    )

    def __init__(
        self,
        queue: SendQueue,
        sock: socket.socket,
        loop: asyncio.AbstractEventLoop,
        flusher: Flusher,
        owner: SenderOwner,
        limits: EdgeLimits,
        clock: Callable[[], float],
    ) -> None:
        self._queue = queue
        self._sock = sock
        self._loop = loop
        self._flusher = flusher
        self._owner: SenderOwner | None = owner
        self._queue_bytes = limits.queue_bytes
        self._clock = clock
        self._unsent: memoryview | None = None  # the rest of a partly sent chunk
        self._waiting = False  # the loop tells when the socket takes more
        self._flushing = self._flushing_later = False
        self.stuck_since: float | None = None  # the peer has taken nothing since
        self.tells_owner = False  # nobody wants to know after each frame

    @property
    def waiting_bytes(self) -> int:
        """Return how much isn't with the kernel yet, the largest stream left out."""
        unsent = 0 if self._unsent is None else len(self._unsent)
        return unsent + self._queue.queued_bytes

    @property
    def idle(self) -> bool:
        """Return whether everything is with the kernel."""
        return self._unsent is None and self._queue.empty

    def offer(self, frame: bytes) -> bool:
        """Put a frame in its place in the queue, unless too much waits already."""
        unsent = 0 if self._unsent is None else len(self._unsent)
        waiting = unsent + self._queue.backlog
        # What may be left out makes nobody too slow, either.
        if waiting > VOLATILE_BYTES or waiting + len(frame) > self._queue_bytes:
            return False
        self._queue.push(frame)
        self.wake_later()
        return True

    def wake(self) -> None:
        """Send, in this tick of the loop, what was put into the queue."""
        if self._queue.queued_bytes > self._queue_bytes:
            self._relieve()
        # Once per tick: a hundred frames of one moment make one write.
        if not self._flushing:
            self._flushing = True
            self._flusher.add(self)

    def wake_later(self) -> None:
        """Send it within a few milliseconds, with what comes meanwhile."""
        if self._queue.queued_bytes > self._queue_bytes:
            self._relieve()
        if not self._flushing_later:
            self._flushing_later = True
            self._flusher.add_later(self)

    def flush(self) -> None:
        """Send what waits, unless the loop is going to call for it anyway."""
        self._flushing = self._flushing_later = False
        if not self._waiting:
            self._write()

    def end(self) -> None:
        """Stop and forget everything; the socket is the owner's to close."""
        self._owner = self._unsent = self.stuck_since = None
        self._queue.clear()
        if self._waiting:
            self._loop.remove_writer(self._sock)

    def _relieve(self) -> None:
        """Distinguish a slow reader from one that was sent much within one tick."""
        while self._queue.queued_bytes > self._queue_bytes:
            self._write()
            if self._unsent is not None:
                if self._owner is not None:
                    self._owner.too_slow()
                return

    def _write(self) -> None:
        if self._owner is None:
            return
        # A frame that has begun is finished before anything else, even a ping.
        chunk = self._unsent or self._next_chunk(self._owner)
        owner = self._owner
        if owner is None:  # a stream failed while closing
            return
        try:
            sent = self._sock.send(chunk) if chunk else 0
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            owner.lost()
            return
        self._flusher.counters.bytes_out += sent
        if sent < len(chunk):
            self._unsent = memoryview(chunk)[sent:]
        else:
            self._unsent = None
            if self._queue.reached:
                self._call_reached()
        self._go_on(owner)

    def _next_chunk(self, owner: SenderOwner) -> bytes:
        try:
            return self._queue.take(_WRITE_BYTES)
        except Exception as error:
            # Half a message may be out: nothing sent behind it would be understood.
            self._queue.clear()
            owner.stream_failed(error)
            return b""

    def _go_on(self, owner: SenderOwner) -> None:
        """Have the loop call when the socket takes more, as long as something waits."""
        if not self.idle:
            # From its last write on: whoever takes a little at a time isn't stuck.
            self.stuck_since = self._clock()
            if not self._waiting:
                self._waiting = True
                self._loop.add_writer(self._sock, self._write)
            return
        self.stuck_since = None
        if self._waiting:
            self._waiting = False
            self._loop.remove_writer(self._sock)
        if self.tells_owner:
            owner.all_sent()

    def _call_reached(self) -> None:
        # Not from in here: they may send, or close.
        for reached in self._queue.take_reached():
            self._loop.call_soon(reached)
