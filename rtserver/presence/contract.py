"""The contract of presence: who is online, counted over all their connections.

- Online is who has a live connection anywhere, or left less than the grace ago.
- ``join`` and ``leave`` never wait. What they lead to is told by ``changed``, once
  to every process, whoever noticed it; changes of one moment are told together.
- The users of a process that dies go offline when their TTL ends.
- While the shared state can't be reached, the last one known stands, and nothing is
  told. Once it can be again, ``lost`` says if changes may have been missed.
"""

from collections.abc import Collection, Iterable, Set
from datetime import datetime
from typing import NamedTuple, Protocol


class PresenceChange(NamedTuple):
    """A change of who is online: users who came, users who went, and when."""

    online: Collection[int]
    offline: Collection[int]
    at: datetime


class PresenceListener(Protocol):
    """A listener to presence; neither may raise."""

    def changed(self, change: PresenceChange) -> None:
        """Handle who came and who went."""

    def lost(self) -> None:
        """Handle that changes may have been missed."""


class Presence(Protocol):
    """Presence, as one process sees and changes it."""

    def join(self, user_id: int, connection_id: str) -> None:
        """Count a connection of this process."""

    def leave(self, user_id: int, connection_id: str) -> None:
        """Count a connection no more; a second time changes nothing."""

    def everyone(self) -> Set[int]:
        """Return all who are online, as far as is known here; don't keep the set."""

    def online(self, user_ids: Iterable[int]) -> set[int]:
        """Return those of some users who are online, as far as is known here."""

    async def connected(self, user_ids: Collection[int]) -> set[int] | None:
        """Return those with a live connection, unlike users in their grace.

        None where the shared state can't be asked.
        """

    async def settle(self, user_id: int) -> None:
        """Wait, for a moment at most, until a user with a connection here is online."""

    async def start(self, listener: PresenceListener) -> None:
        """Begin, and wait a moment for the shared state to be known here."""

    async def stop(self) -> None:
        """Register what is pending, if that can be done soon, and end."""


def sweep_seconds(ttl: float, leave_grace: float) -> float:
    """Return the interval at which to look for those whose time is over."""
    return min(1.0, max(0.05, min(ttl, leave_grace) / 10))
