"""The way from one connection's socket to what came over it."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final, Protocol

from rtserver.edge import frames
from rtserver.edge.control_frame_limit import FREE_PER_READ, ControlFrameLimit
from rtserver.edge.counters import Counters
from rtserver.edge.limits import EdgeLimits
from rtserver.errors import Disconnect

# One read per readiness, this large at most, so that no client starves the others.
_READ_BYTES: Final = 65536


class IntakeOwner(Protocol):
    """The connection as its intake sees it; each is called from within the intake."""

    def take(self, item: frames.Item) -> None:
        """Take the next message or control frame; may pause the intake."""

    def broken(self, end: Disconnect) -> None:
        """Handle what breaks a rule; what follows it is ignored."""

    def lost(self) -> None:
        """Nothing more will come."""


class Intake:
    """The reader of a socket: one ``recv`` per readiness, cut into frames.

    A pause takes effect at once, also in the middle of what was read. What isn't read
    waits at the sender, whom alone it costs.
    """

    __slots__ = (
        "_clock",
        "_closing",
        "_counters",
        "_cut_short",
        "_frames",
        "_limit",
        "_limits",
        "_loop",
        "_owner",
        "_paused",
        "_reading",
        "_rest",
        "_sock",
        "last_heard",
    )

    def __init__(
        self,
        sock: socket.socket,
        loop: asyncio.AbstractEventLoop,
        counters: Counters,
        owner: IntakeOwner,
        limits: EdgeLimits,
        clock: Callable[[], float],
    ) -> None:
        self.last_heard = clock()
        self._sock = sock
        self._loop = loop
        self._counters = counters
        self._owner: IntakeOwner | None = owner
        self._clock = clock
        self._limits = limits
        self._limit: ControlFrameLimit | None = None  # seldom needed
        self._frames = frames.FrameReader(limits.message_bytes)
        self._paused = False
        self._closing = False  # what comes but a close frame is nothing now
        self._rest: asyncio.TimerHandle | None = None
        self._reading = True  # unless paused, at rest or over
        self._cut_short = False  # what was read isn't taken to its end yet

    @property
    def paused(self) -> bool:
        """Return whether reading stops, for a while or until it is resumed."""
        return self._paused or self._rest is not None

    def start(self, received: bytes) -> None:
        """Begin to read; ``received`` came before."""
        self._loop.add_reader(self._sock, self._readable)
        if received:
            self._counters.bytes_in += len(received)
            self._take_in(received)

    def limit(self, message_bytes: int) -> None:
        """Take messages of so many bytes at most from now on."""
        self._frames.max_bytes = message_bytes

    def pause(self) -> None:
        """Stop until ``resume``."""
        if not self._closing:
            self._paused = True
            self._stop()

    def resume(self) -> None:
        """End a pause; a rest goes on."""
        self._paused = False
        self._go_on()

    def rest(self, seconds: float) -> None:
        """Stop for so long; of several rests the one that ends last counts."""
        if self._owner is None:
            return
        if self._rest is not None:
            if self._rest.when() >= self._loop.time() + seconds:
                return
            self._rest.cancel()
        self._rest = self._loop.call_later(seconds, self._rested)
        self._stop()

    def await_close(self) -> None:
        """End all pauses: from now on it is the peer's close frame that is wanted."""
        self._closing = True
        self._end_rest()
        self.resume()

    def end(self) -> None:
        """Stop for good and forget everything; the socket is the owner's to close."""
        self._owner = None
        self._end_rest()
        self._stop()

    def _stop(self) -> None:
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._sock)

    def _go_on(self) -> None:
        """Read on; silence during a pause isn't held against the peer."""
        if self._reading or self.paused or self._owner is None:
            return
        self._reading = True
        self.last_heard = self._clock()
        if self._cut_short:  # that comes first, so that it doesn't become ever more
            self._loop.call_soon(self._take_kept)
        else:
            self._loop.add_reader(self._sock, self._readable)

    def _rested(self) -> None:
        self._rest = None
        self._go_on()

    def _end_rest(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _take_kept(self) -> None:
        if self._reading and self._cut_short:
            self._take_in(b"")
        if self._reading and not self._cut_short:
            self._loop.add_reader(self._sock, self._readable)

    def _count_idle(self) -> None:
        """Count a frame that carries nothing, and rest once they are too many."""
        if self._limit is None:
            self._limit = ControlFrameLimit(self._limits, self._clock)
        if seconds := self._limit.count():
            self.rest(seconds)

    def _readable(self) -> None:
        try:
            data = self._sock.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            if self._owner is not None:
                self._owner.lost()
            return
        self.last_heard = self._clock()
        self._counters.bytes_in += len(data)
        self._take_in(data)

    def _take_in(self, data: bytes) -> None:
        owner = self._owner
        if owner is None:
            return
        self._cut_short = False
        free = FREE_PER_READ
        self._frames.feed(data)
        try:
            while (item := self._frames.next_item()) is not None:
                owner.take(item)
                if type(item) is not bytes or self._closing:
                    free -= 1
                    if free < 0:
                        self._count_idle()
                if not self._reading:
                    self._cut_short = True
                    break
        except Disconnect as end:
            owner.broken(end)
