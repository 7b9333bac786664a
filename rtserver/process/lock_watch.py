"""The watch over the lock that keeps other servers off the database."""

import asyncio
import logging
from collections.abc import Callable

from store.errors import StoreError
from store.exclusive import AlreadyServed, ServerLock

log = logging.getLogger(__name__)

CHECK_SECONDS = 5.0

OnLost = Callable[[AlreadyServed], None]


class LockWatch:
    """A task that looks whether the lock is still held, and takes it again if not.

    Where another server was faster ``lost`` gets why: both write to one database then,
    and the one that came later believes that it is alone.
    """

    def __init__(
        self, lock: ServerLock, lost: OnLost, *, seconds: float = CHECK_SECONDS
    ) -> None:
        self._lock = lock
        self._lost = lost
        self._seconds = seconds

    async def run(self) -> None:
        """Look every few seconds, until it is lost."""
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await asyncio.to_thread(self._lock.held)
            except AlreadyServed as error:
                log.error("the lock on the database is lost: %s", error)
                self._lost(error)
                return
            except StoreError:
                continue  # the database logs its own state
