"""Readiness: whether this process can serve (contract 3.5)."""

from collections.abc import Callable
from typing import NamedTuple

from store import facts
from store.database import Database
from store.errors import StoreError


class Readiness(NamedTuple):
    """A process's state; ``failing`` names the parts that don't work."""

    ready: bool
    status: str
    failing: tuple[str, ...] = ()


class Health:
    """Asks the parts that the server can't do without, and Redis, which it can."""

    def __init__(
        self, db: Database, redis_failing: Callable[[], bool] = lambda: False
    ) -> None:
        self._db = db
        self._redis_failing = redis_failing

    async def readiness(self, *, draining: bool) -> Readiness:
        """Return whether new work should come here."""
        if draining:
            return Readiness(False, "draining")
        try:
            await self._db.read(facts.epoch)
        except StoreError:
            return Readiness(False, "failing", ("database",))
        # A full disk: everything can still be read, and another process has no other.
        failing = ("writes",) if self._db.failing else ()
        if self._redis_failing():
            failing = (*failing, "redis")
        return Readiness(True, "degraded" if failing else "ok", failing)
