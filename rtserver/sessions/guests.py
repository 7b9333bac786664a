"""Connections that haven't signed in: they may not fill the places of those who do."""

from typing import Protocol


class Guest(Protocol):
    """A connection whose token hasn't come yet."""

    def make_way(self) -> None:
        """End at once."""


class Guests:
    """The guests of this process, in the order in which they came.

    Who has a token sends it at once, so whoever waits longest makes way for others.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[Guest, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, guest: Guest) -> None:
        """Let one more in; over the limit the first makes way."""
        if len(self._waiting) >= self._most:
            self.make_room()
        self._waiting[guest] = None

    def discard(self, guest: Guest) -> None:
        """Forget one that is a guest no longer; harmless when it isn't there."""
        self._waiting.pop(guest, None)

    def make_room(self) -> bool:
        """Have the first make way; tell whether there was one."""
        first = next(iter(self._waiting), None)
        if first is None:
            return False
        self.discard(first)
        first.make_way()
        return True
