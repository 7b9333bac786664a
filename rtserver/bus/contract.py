"""The contract of the bus: how processes tell each other of what they publish.

- ``publish`` never waits, and never fails: while the bus is down, messages are dropped.
- A message reaches every other process that follows its topic, at most once, in the
  order in which one process published it; never the process that published it.
- Messages may be lost at any time. ``subscribed`` tells of topics from which nothing
  is lost from now on; compare with the database what may have been before.
"""

from collections.abc import Sequence
from typing import Protocol


class BusListener(Protocol):
    """A listener to a bus; neither may raise."""

    def received(self, topic: str, message: bytes) -> None:
        """Take a message of another process."""

    def subscribed(self, topics: Sequence[str]) -> None:
        """Take note of topics from which nothing is lost from now on."""


class Bus(Protocol):
    """One process's way to the others, for the messages of many topics."""

    @property
    def alone(self) -> bool:
        """Return whether there is nobody to publish to, now or ever."""

    def publish(self, topic: str, message: bytes) -> None:
        """Send a message to the other processes that follow the topic."""

    def follow(self, topic: str) -> None:
        """Receive what others publish on a topic; a second time changes nothing."""

    def unfollow(self, topic: str) -> None:
        """Receive nothing more on a topic."""

    async def start(self, listener: BusListener) -> None:
        """Connect, in the background: it may take as long as it likes."""

    async def stop(self) -> None:
        """Send what waits, if that can be done soon, and disconnect."""
