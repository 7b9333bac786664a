"""Backpressure on commands: how fast a connection is read, and what more costs it."""

from typing import Protocol

from rtserver.access.allowances import Allowances
from rtserver.limits import MAX_REST, BadFrameCounter, Overrun

OVER_RATE_SECONDS = 10.0
# What is wrong with a frame is dear to find, and such frames are rare.
BAD_BYTES_PER_SECOND = 128 * 1024


class Resting(Protocol):
    """A connection whose reading can rest."""

    def rest_reading(self, seconds: float) -> None:
        """Read nothing for so long."""


class Pace:
    """The limits of one connection, which shares its user's allowance with others.

    Where it rests, what comes meanwhile waits at the sender, and costs nobody else.
    """

    __slots__ = ("_allowance", "_allowances", "_bad", "_connection", "_overrun")

    def __init__(self, allowances: Allowances, connection: Resting) -> None:
        self._allowances = allowances
        self._connection = connection
        self._allowance = allowances.of_nobody()
        self._overrun: Overrun | None = None
        self._bad: BadFrameCounter | None = None

    def signed_in(self, user_id: int, now: float) -> None:
        """Share the allowance of the user, who has sent all that came so far."""
        self._allowance = self._allowances.of_user(user_id, self._allowance, now)

    def take(self, now: float, size: int) -> float:
        """Count a frame; return 0, or after how many seconds it would pass."""
        allowance = self._allowance
        retry_after = allowance.take(now)
        self._pause(allowance.read(now, size))
        if retry_after:
            self._pause(allowance.refuse(now, size))
        return retry_after

    def refuse(self, came: float) -> bool:
        """Count a refusal; tell whether there was no let-up for too long."""
        if self._overrun is None:
            self._overrun = Overrun()
        return self._overrun.refuse(came) >= OVER_RATE_SECONDS

    def unreadable(self, size: int) -> None:
        """Rest after a frame that is no command."""
        self._pause(size / BAD_BYTES_PER_SECOND)

    def bad_request(self, now: float) -> bool:
        """Count a bad request; tell whether they are too many."""
        if self._bad is None:
            self._bad = BadFrameCounter(self._allowances.bad_frames)
        return self._bad.hit(now)

    def _pause(self, seconds: float) -> None:
        if seconds:
            self._connection.rest_reading(min(seconds, MAX_REST))
