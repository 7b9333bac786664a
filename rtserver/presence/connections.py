"""Connections counted per owner, with a grace after the last one is gone."""

from collections.abc import Hashable, KeysView
from typing import Generic, TypeVar

from rtserver.clock import Clock

K = TypeVar("K", bound=Hashable)


class GracedConnections(Generic[K]):
    """The connections of each owner, and whose grace runs since they have none.

    An owner is a user, or a user in one room.
    """

    def __init__(self, clock: Clock, grace: float) -> None:
        self._clock = clock
        self._grace = grace
        self._connections: dict[K, set[str]] = {}
        # When each owner's grace ends. All are equally long, so the dict is in the
        # order of their ends, and ``take_due`` stops at the first that isn't over.
        self._leaving: dict[K, float] = {}

    def add(self, owner: K, connection_id: str) -> bool:
        """Count a connection; return whether its owner has come by it."""
        known = owner in self._connections or owner in self._leaving
        self._leaving.pop(owner, None)
        self._connections.setdefault(owner, set()).add(connection_id)
        return not known

    def discard(self, owner: K, connection_id: str) -> None:
        """Count a connection no more; a second time changes nothing."""
        connections = self._connections.get(owner)
        if connections is None:
            return
        connections.discard(connection_id)
        if not connections:
            del self._connections[owner]
            self._leaving[owner] = self._clock.monotonic() + self._grace

    def has(self, owner: K, connection_id: str) -> bool:
        """Return whether a connection is counted."""
        return connection_id in self._connections.get(owner, ())

    def end(self, owner: K) -> None:
        """Forget an owner at once, with all connections and without a grace."""
        self._connections.pop(owner, None)
        self._leaving.pop(owner, None)

    def connected(self) -> KeysView[K]:
        """Return those who have a connection."""
        return self._connections.keys()

    def take_due(self) -> list[K]:
        """Forget those whose grace is over, and return them."""
        now = self._clock.monotonic()
        due: list[K] = []
        for owner, deadline in self._leaving.items():
            if deadline > now:
                break
            due.append(owner)
        for owner in due:
            del self._leaving[owner]
        return due
