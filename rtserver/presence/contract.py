"""The contract of presence: who is online, counted over all their connections.

- Online is who has a live connection anywhere, or left less than the grace ago.
- ``join`` and ``leave`` never wait. What they lead to is told by ``on_change``, once
  to every process, whoever noticed it; changes of one moment are told together.
- A process that dies takes its users offline when their TTL ends.
- While the shared state is away, the last one known stands, and nothing is told. If
  something may have been missed, ``on_lost`` says so once it is known again.
"""

from collections.abc import Callable, Collection, Iterable, Set
from datetime import datetime
from typing import NamedTuple, Protocol


class Change(NamedTuple):
    """Users who came online or went offline, and when."""

    online: Collection[int]
    offline: Collection[int]
    at: datetime


class Presence(Protocol):
    """``on_change`` and ``on_lost`` are set before the start, and must not raise."""

    on_change: Callable[[Change], None]
    on_lost: Callable[[], None]

    def join(self, user_id: int, connection_id: str) -> None:
        """Count a connection of this process."""

    def leave(self, user_id: int, connection_id: str) -> None:
        """Count a connection no more; a second time changes nothing."""

    def everyone(self) -> Set[int]:
        """Return all who are online, as far as was told here; don't keep the set."""

    def online(self, user_ids: Iterable[int]) -> set[int]:
        """Return those of some users who are online, as far as was told here."""

    async def connected(self, user_ids: Collection[int]) -> set[int] | None:
        """Return those with a live connection (grace isn't one); None: not known."""

    async def settle(self, user_id: int) -> None:
        """Wait a moment until the coming of somebody who is here has been told."""

    async def start(self) -> None:
        """Begin; what is known already is there when this returns, if it's quick."""

    async def stop(self) -> None:
        """Pass on what waits, if that can be done soon, and end."""


def sweep_seconds(ttl: float, leave_grace: float) -> float:
    """Return how often to look for those whose time is over, in seconds."""
    return min(1.0, max(0.05, min(ttl, leave_grace) / 10))
