"""What somebody missed of a stream, and how much of it is replayed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rtserver.delivery.messages import Publication


class ReplayLimits(NamedTuple):
    """How much of a stream is replayed at the most (``limits.replay*``).

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
