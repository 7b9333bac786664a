"""What one process knows of the shared presence: who is online, and what it missed."""

from collections.abc import Collection
from typing import NamedTuple

import msgspec


class Told(msgspec.Struct, frozen=True):
    """A change as every process is told it; ``at`` is in milliseconds since 1970."""

    epoch: str
    version: int
    at: int
    online: list[int]
    offline: list[int]


class Snapshot(NamedTuple):
    """Who is online at one version; for ``held`` ms some may still be missing."""

    epoch: str
    version: int
    held: int
    online: Collection[int]


class Mirror:
    """Follows the versions of one epoch, and notices those that are left out.

    ``hole`` says that something was missed, and is so until ``load`` has closed it.
    """

    def __init__(self) -> None:
        self.online: set[int] = set()
        self.hole = True
        self._epoch = ""
        self._version = 0

    def apply(self, told: Told) -> tuple[list[int], list[int]]:
        """Take a change; give those for whom it is one: come online, gone offline."""
        if told.epoch == self._epoch and told.version <= self._version:
            return [], []
        if (told.epoch, told.version) != (self._epoch, self._version + 1):
            self.hole = True
        self._epoch, self._version = told.epoch, told.version
        came = [user for user in told.online if user not in self.online]
        gone = [user for user in told.offline if user in self.online]
        self.online.update(came)
        self.online.difference_update(gone)
        return came, gone

    def reached(self, snapshot: Snapshot) -> bool:
        """Tell that nothing of what led to the snapshot was missed."""
        return (
            not self.hole
            and snapshot.epoch == self._epoch
            and snapshot.version <= self._version
        )

    def load(self, snapshot: Snapshot) -> bool:
        """Take over a snapshot; False if it is older than what is known already.

        While others may still be coming back, nobody is forgotten, and the hole stays.
        """
        if snapshot.epoch == self._epoch and snapshot.version < self._version:
            return False
        self._epoch, self._version = snapshot.epoch, snapshot.version
        if snapshot.held:
            self.online.update(snapshot.online)
            self.hole = True
        else:
            self.online = set(snapshot.online)
            self.hole = False
        return True
