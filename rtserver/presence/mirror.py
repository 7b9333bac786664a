"""A process's own copy of what is shared in Redis, and how it notices what it missed.

Each change of one ``epoch`` has the next ``version``.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec


class Versioned(Protocol):
    """A change, or a state, of an epoch and a version."""

    @property
    def epoch(self) -> str: ...
    @property
    def version(self) -> int: ...


class VersionedState(Versioned, Protocol):
    """A whole state; for ``held_ms`` some that belong to it may still be missing."""

    @property
    def held_ms(self) -> int: ...


D = TypeVar("D", bound=Versioned)
S = TypeVar("S", bound=VersionedState)
C = TypeVar("C")


class Mirror(ABC, Generic[D, S, C]):
    """A replica: a snapshot, and the diffs that came after it.

    ``has_gap`` says that a version was missed, and is so until ``load`` has closed it.
    """

    def __init__(self) -> None:
        self.has_gap = True
        self._epoch = ""
        self._version = 0

    def apply(self, diff: D) -> C | None:
        """Take a diff; return what it changes here, None if nothing."""
        if diff.epoch == self._epoch and diff.version <= self._version:
            return None
        if (diff.epoch, diff.version) != (self._epoch, self._version + 1):
            # Applied all the same: of those that it names it is the latest news.
            self.has_gap = True
        self._epoch, self._version = diff.epoch, diff.version
        return self._take(diff)

    def includes(self, snapshot: S) -> bool:
        """Return whether every diff that led to a snapshot was applied."""
        return (
            not self.has_gap
            and snapshot.epoch == self._epoch
            and snapshot.version <= self._version
        )

    def load(self, snapshot: S) -> bool:
        """Replace all by a snapshot; False if it is older than what is here already.

        While others may still be coming back, nobody is forgotten and the gap stays:
        whoever is missing in the snapshot may just not be registered again yet.
        """
        if snapshot.epoch == self._epoch and snapshot.version < self._version:
            return False
        self._epoch, self._version = snapshot.epoch, snapshot.version
        self.has_gap = bool(snapshot.held_ms)
        self._put(snapshot, forget=not snapshot.held_ms)
        return True

    @abstractmethod
    def decode(self, message: bytes) -> D:
        """Read a published diff; raises ``msgspec.DecodeError``."""

    @abstractmethod
    def snapshot(self, reply: Sequence[Any]) -> S:
        """Read what the script of snapshots replied."""

    @abstractmethod
    def _take(self, diff: D) -> C | None:
        """Apply a diff; return what it changes, None if nothing."""

    @abstractmethod
    def _put(self, snapshot: S, *, forget: bool) -> None:
        """Put a snapshot in the place of all, or beside what isn't in it."""


class PresenceDiff(msgspec.Struct, frozen=True):
    """A change as published to every process; ``at`` is in milliseconds since 1970."""

    epoch: str
    version: int
    at: int
    online: list[int]
    offline: list[int]


class PresenceSnapshot(NamedTuple):
    """All users online at one version."""

    epoch: str
    version: int
    held_ms: int
    online: Collection[int]


_decode = msgspec.json.Decoder(PresenceDiff).decode


class PresenceMirror(
    Mirror[PresenceDiff, PresenceSnapshot, tuple[list[int], list[int]]]
):
    """A replica of who is online; a diff changes who came, and who went."""

    def __init__(self) -> None:
        super().__init__()
        self.online: set[int] = set()

    def decode(self, message: bytes) -> PresenceDiff:
        return _decode(message)

    def snapshot(self, reply: Sequence[Any]) -> PresenceSnapshot:
        epoch, version, held_ms, online = reply
        user_ids = [int(user_id) for user_id in online]
        return PresenceSnapshot(epoch.decode(), version, held_ms, user_ids)

    def _take(self, diff: PresenceDiff) -> tuple[list[int], list[int]] | None:
        came = [user for user in diff.online if user not in self.online]
        gone = [user for user in diff.offline if user in self.online]
        self.online.update(came)
        self.online.difference_update(gone)
        return (came, gone) if came or gone else None

    def _put(self, snapshot: PresenceSnapshot, *, forget: bool) -> None:
        if forget:
            self.online = set(snapshot.online)
        else:
            self.online.update(snapshot.online)
