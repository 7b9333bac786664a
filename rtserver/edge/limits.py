"""Limits of one connection, of either kind."""

from dataclasses import dataclass
from math import inf

# Of a body that won't be served so much is read all the same, so that its sender gets
# to read the answer.
DROPPED_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """Bounds for one WebSocket; ``close_seconds`` is for the whole goodbye.

    ``guest_bytes`` is for a message of who hasn't signed in.
    ``frame_rate`` a second, after ``frame_burst`` at once, is for frames that carry no
    command; ``over_seconds`` over it end the connection.
    """

    message_bytes: int
    queue_bytes: int
    guest_bytes: int = 16_384
    stall_seconds: float = 30.0
    close_seconds: float = 2.0
    frame_rate: float = inf
    frame_burst: float = inf
    over_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Bounds for one connection of HTTP: bytes of a request's head, and seconds.

    ``idle_seconds`` is for a head, from when the last answer was sent; ``body_seconds``
    for a body; ``stall_seconds`` for whoever takes nothing of an answer. Of who sends
    on though they were refused, ``dropped_bytes`` are read, for ``farewell_seconds``.
    """

    head_bytes: int = 16 * 1024
    idle_seconds: float = 75.0
    body_seconds: float = 30.0
    stall_seconds: float = 30.0
    dropped_bytes: int = DROPPED_BYTES
    farewell_seconds: float = 5.0
