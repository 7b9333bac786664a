"""The steps of a connection's life."""

from enum import IntEnum


class State(IntEnum):
    """A connection's state: it only ever goes forward, and may leave out steps."""

    OPEN = 0  # messages come and go
    CLOSING = 1  # our close frame is queued or sent; the peer's is waited for
    BROKEN = 2  # likewise, but the peer broke the protocol: its bytes mean nothing now
    PEER_CLOSED = 3  # the peer's close frame came: TCP ends once ours is sent
    CLOSED = 4  # TCP has ended, and the receiver is told
