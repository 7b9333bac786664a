"""A process's own copy of who is online, and how it notices what it missed."""

from collections.abc import Collection
from typing import NamedTuple

import msgspec


class PresenceDiff(msgspec.Struct, frozen=True):
    """A change as published to every process; ``at`` is in milliseconds since 1970.

    Each change of one ``epoch`` has the next ``version``.
    """

    epoch: str
    version: int
    at: int
    online: list[int]
    offline: list[int]


class PresenceSnapshot(NamedTuple):
    """All users online at one version; for ``held_ms`` some may still be missing."""

    epoch: str
    version: int
    held_ms: int
    online: Collection[int]


class Mirror:
    """A replica of who is online: a snapshot, and the diffs that came after it.

    ``has_gap`` says that a version was missed, and is so until ``load`` has closed it.
    """

    def __init__(self) -> None:
        self.online: set[int] = set()
        self.has_gap = True
        self._epoch = ""
        self._version = 0

    def apply(self, diff: PresenceDiff) -> tuple[list[int], list[int]]:
        """Take a diff; return those who came online by it, and who went offline."""
        if diff.epoch == self._epoch and diff.version <= self._version:
            return [], []
        if (diff.epoch, diff.version) != (self._epoch, self._version + 1):
            # Applied all the same: of the users that it names it is the latest news.
            self.has_gap = True
        self._epoch, self._version = diff.epoch, diff.version
        came = [user for user in diff.online if user not in self.online]
        gone = [user for user in diff.offline if user in self.online]
        self.online.update(came)
        self.online.difference_update(gone)
        return came, gone

    def includes(self, snapshot: PresenceSnapshot) -> bool:
        """Return whether every diff that led to a snapshot was applied."""
        return (
            not self.has_gap
            and snapshot.epoch == self._epoch
            and snapshot.version <= self._version
        )

    def load(self, snapshot: PresenceSnapshot) -> bool:
        """Replace all by a snapshot; False if it is older than what is here already.

        While others may still be coming back, nobody is forgotten and the gap stays:
        whoever is missing in the snapshot may just not be registered again yet.
        """
        if snapshot.epoch == self._epoch and snapshot.version < self._version:
            return False
        self._epoch, self._version = snapshot.epoch, snapshot.version
        if snapshot.held_ms:
            self.online.update(snapshot.online)
            self.has_gap = True
        else:
            self.online = set(snapshot.online)
            self.has_gap = False
        return True
