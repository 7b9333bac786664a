"""Replay: what somebody missed of a stream, and the limits of that."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from rtserver.delivery.messages import Publication
from rtserver.delivery.wire import MAX_PIECE, event_frame


class ReplayLimits(NamedTuple):
    """Limits of what is replayed of a stream (``limits.replay*``).

    ``message_bytes`` is how long one event may be.
    """

    events: int
    bytes: int
    message_bytes: int = 262_144


class Replay(NamedTuple):
    """The events after a position; or ``reason`` says why they aren't replayed.

    ``too_many``, ``trimmed``, ``ahead`` or ``epoch``, as the protocol has it.
    """

    events: Sequence[Publication] = ()
    reason: str = ""

    @property
    def recovery(self) -> dict[str, Any]:
        """Return what an ack says of it."""
        if self.reason:
            return {"recovered": False, "reason": self.reason}
        return {"recovered": True}


class Missed:
    """The events of one channel that somebody missed, as they go over the wire.

    Whoever missed the same may get the same one: then its frames are built once,
    unless they are so many that they are built as each socket drains.
    """

    __slots__ = ("_channel", "_frames", "events", "size")

    def __init__(self, channel: str, events: Sequence[Publication]) -> None:
        self.events = events
        # About how many bytes are held until all of it is sent.
        self.size = sum(len(event.payload) for event in events)
        self._channel = channel
        self._frames: list[bytes] | None = None

    def frames(self) -> Iterator[bytes]:
        """Return the frames, in order."""
        if self.size > MAX_PIECE:
            return self._built()
        if self._frames is None:
            self._frames = list(self._built())
        return iter(self._frames)

    def _built(self) -> Iterator[bytes]:
        return (event_frame(event, self._channel) for event in self.events)


NOTHING: Final = Missed("", ())
