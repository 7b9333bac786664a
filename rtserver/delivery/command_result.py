"""The result of a command, for the one who sent it."""

from collections.abc import Callable
from typing import Any


class CommandResult:
    """A command's ack, and what has to follow it before anything newer, if anything.

    Made for each cursor: a named tuple would take twice as long.
    """

    __slots__ = ("payload", "then")

    def __init__(self, payload: Any, then: Callable[[], None] | None = None) -> None:
        self.payload = payload
        self.then = then
