"""The result of a command, for the one who sent it."""

from collections.abc import Callable
from typing import Any, Final


class CommandResult:
    """A command's ack, and what has to follow it before anything newer, if anything.

    A named tuple would take twice as long to make.
    """

    __slots__ = ("payload", "then")

    def __init__(self, payload: Any, then: Callable[[], None] | None = None) -> None:
        self.payload = payload
        self.then = then


# Of a command that tells no more than that it worked; one for all, as cursors are many.
DONE: Final = CommandResult({})
