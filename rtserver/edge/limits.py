"""What one connection may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """Bounds for one connection; ``close_seconds`` is for the whole goodbye."""

    message_bytes: int
    queue_bytes: int
    stall_seconds: float = 30.0
    close_seconds: float = 2.0
    accept_binary: bool = False
