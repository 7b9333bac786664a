"""One client's WebSocket on a raw socket: what comes in, and how it ends.

The socket comes from ``rtserver.edge.upgrade`` after the handshake; TLS is the proxy's.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Final, Protocol

from rtserver.edge import frames
from rtserver.edge.flusher import Flusher
from rtserver.edge.intake import Intake
from rtserver.edge.limits import EdgeLimits
from rtserver.edge.send_queue import SendQueue
from rtserver.edge.sender import Sender
from rtserver.edge.state import State
from rtserver.errors import CloseCode, Disconnect, log_unexpected

log = logging.getLogger(__name__)

_OPEN: Final = State.OPEN  # looked up with each frame, where a global is cheaper

ABNORMAL: Final = 1006  # ended without a close frame; never sent (RFC 6455 7.4.1)
INTERNAL_ERROR: Final = 1011


class Receiver(Protocol):
    """The receiver of a connection's frames."""

    def receive(self, text: bytes) -> None:
        """Take one text message; Disconnect closes with its code, others with 1011."""

    def closed(self, code: int) -> None:
        """End with the connection; called exactly once, from the loop."""


class Connection:
    """One WebSocket, from the handshake's end to that of TCP.

    Call ``start`` once; ``send`` and ``close`` never block, raise or call back.
    Whether it is ``paused`` is apart from the ``state``.
    """

    __slots__ = (
        "_clock",
        "_code",
        "_counters",
        "_deadline",
        "_drained",
        "_intake",
        "_limits",
        "_loop",
        "_queue",
        "_receiver",
        "_sender",
        "_sock",
        "id",
        "last_ping",
        "state",
    )

    def __init__(
        self,
        sock: socket.socket,
        loop: asyncio.AbstractEventLoop,
        flusher: Flusher,
        limits: EdgeLimits,
        receiver: Receiver,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = f"c_{secrets.token_hex(8)}"
        self.state = _OPEN
        self.last_ping = clock()
        self._sock = sock
        self._loop = loop
        self._limits = limits
        self._receiver: Receiver | None = receiver
        self._clock = clock
        self._counters = flusher.counters
        self._intake = Intake(sock, loop, flusher.counters, self, limits, clock)
        self._queue = SendQueue()
        self._sender = Sender(self._queue, sock, loop, flusher, self, limits, clock)
        self._code = ABNORMAL
        self._deadline: asyncio.TimerHandle | None = None
        self._drained: asyncio.Future[None] | None = None

    def start(self, received: bytes = b"") -> None:
        """Begin to read; ``received`` came along with the handshake."""
        self._sock.setblocking(False)
        with contextlib.suppress(OSError):  # not TCP, or gone already
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._intake.start(received)

    def send(self, frame: bytes) -> None:
        """Queue a frame that is never dropped while the connection lives."""
        if self.state is _OPEN:
            self._queue.push(frame)
            self._sender.wake()

    def send_latest(self, key: Hashable, frame: bytes) -> None:
        """Queue a frame that replaces an unsent older one of the same key."""
        if self.state is _OPEN:
            if self._queue.push_latest(key, frame):
                self._counters.replaced += 1
            self._sender.wake_later()

    def send_volatile(self, frame: bytes) -> None:
        """Queue a frame behind all that waits, or drop it where that is too much."""
        if self.state is _OPEN and not self._sender.offer(frame):
            self._counters.dropped += 1

    def send_stream(self, stream: Iterator[bytes], size: int) -> None:
        """Queue frames made as the socket drains, which hold ``size`` bytes."""
        if self.state is _OPEN:
            self._queue.push_stream(stream, size)
            self._sender.wake()

    def when_sent(self, callback: Callable[[], None]) -> None:
        """Call back once what is queued so far is with the kernel, if it ever is."""
        if self.state is _OPEN:
            self._queue.push_mark(callback)
            self._sender.wake()

    async def drained(self) -> None:
        """Wait until the streams queued so far are sent, or the connection is over.

        For one task at a time.
        """
        if self._queue.streaming:
            self._drained = self._loop.create_future()
            self.when_sent(self._tell_drained)
            await self._drained

    def ping(self) -> None:
        """Send a ping, ahead of waiting messages."""
        if self.state is _OPEN:
            self.last_ping = self._clock()
            self._counters.control += 1
            self._queue.push_control(frames.build_ping(b""))
            self._sender.wake()

    def close(self, code: int, reason: str = "") -> None:
        """Send what is queued, then a close frame, and end TCP soon after.

        With TOO_SLOW what is queued is dropped instead.
        """
        self._close(State.CLOSING, code, reason)

    def hang_up(self, code: int, reason: str) -> None:
        """Send a close frame and end TCP, without waiting for the peer's own."""
        self._close(State.PEER_CLOSED, code, reason)
        if self._sender.idle:  # closing already
            self._end()

    @property
    def closing(self) -> bool:
        """Return whether the connection is over, or about to be."""
        return self.state is not _OPEN

    @property
    def waiting_bytes(self) -> int:
        """Return how much waits to be sent, the largest stream left out."""
        return self._sender.waiting_bytes

    @property
    def paused(self) -> bool:
        """Return whether nothing is read just now."""
        return self._intake.paused

    @property
    def last_heard(self) -> float:
        """Return when the peer last gave a sign of life, or a pause ended."""
        return self._intake.last_heard

    def limit_messages(self, message_bytes: int) -> None:
        """Take messages of so many bytes at most from now on."""
        self._intake.limit(message_bytes)

    def pause_reading(self) -> None:
        """Stop reading, at once, until ``resume_reading``."""
        self._intake.pause()

    def resume_reading(self) -> None:
        """Read on, unless there is a rest."""
        self._intake.resume()

    def rest_reading(self, seconds: float) -> None:
        """Stop reading for so long, so that what the peer sends costs the peer."""
        self._intake.rest(seconds)

    def stalled(self, now: float) -> bool:
        """Return whether the peer took nothing for too long while something waits."""
        since = self._sender.stuck_since
        return since is not None and now - since >= self._limits.stall_seconds

    def all_sent(self) -> None:
        """Take the next step of the goodbye, for the sender."""
        if self.state is State.PEER_CLOSED:
            self._end()
        elif self.state is State.BROKEN:
            # Closing now, with bytes unread, would make the kernel throw our close
            # frame away on its journey; so let the peer hang up.
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_WR)

    def too_slow(self) -> None:
        """Close a reader that let too much wait, for the sender."""
        self.close(CloseCode.TOO_SLOW, "too slow: more is waiting than is kept")

    def stream_failed(self, error: Exception) -> None:
        """Close when a stream can't go on, for the sender."""
        self._fail("a stream of frames", error)
        if self._sender.idle:  # closing already, and the close frame was dropped too
            self._end()

    def lost(self) -> None:
        """End at once, for the sender and the intake."""
        self._end()

    def take(self, item: frames.Item) -> None:
        """Take what came, for the intake."""
        if isinstance(item, frames.Close):
            self._close(State.PEER_CLOSED, item.code)
            if self._sender.idle:
                self._end()
        elif self.state is not _OPEN:
            return
        elif isinstance(item, bytes):
            self._deliver(item)
        elif isinstance(item, frames.Ping):
            self._counters.control += 1
            self._queue.push_control(frames.build_pong(item.data))
            self._sender.wake()

    def broken(self, end: Disconnect) -> None:
        """Close when the peer breaks a rule, for the intake."""
        self._close(State.BROKEN, end.code, end.reason)

    def _tell_drained(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    def _deliver(self, text: bytes) -> None:
        if self._receiver is None:
            return
        try:
            self._receiver.receive(text)
        except Disconnect as end:
            self.close(end.code, end.reason)
        except Exception as error:
            self._fail("taking a message", error)

    def _fail(self, doing: str, error: Exception) -> None:
        log_unexpected(log, error, doing, connection=self.id)
        self.close(INTERNAL_ERROR, "something went wrong here")

    def _close(self, state: State, code: int, reason: str = "") -> None:
        """Take a step of the goodbye; the first one queues our close frame."""
        if self.state is not _OPEN:
            self.state = max(self.state, state)  # never back
            return
        self._intake.await_close()
        self.state, self._code = state, code
        self._sender.tells_owner = True
        self._deadline = self._loop.call_later(self._limits.close_seconds, self._end)
        if code == CloseCode.TOO_SLOW:
            self._queue.clear()
        self._counters.control += 1
        self._queue.push(frames.build_close(code, reason))
        self._sender.wake()

    def _end(self) -> None:
        """End TCP, forget everything and tell the receiver."""
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        self._sender.end()
        self._intake.end()
        self._sock.close()
        self._tell_drained()
        if self._deadline is not None:
            self._deadline.cancel()
        # Later, so that nobody is called back from within send() or close().
        if self._receiver is not None:
            self._loop.call_soon(self._receiver.closed, self._code)
            self._receiver = None  # which holds this connection in its turn
