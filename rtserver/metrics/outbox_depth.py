"""The depth of the outbox: read from the database, but not at each scrape."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.errors import log_unexpected
from store import outbox
from store.database import Database
from store.errors import StoreError
from store.outbox import Depth

log = logging.getLogger(__name__)

FRESH: Final = 5.0
KNOWN: Final = 60.0
PATIENCE: Final = 0.5


class OutboxDepth:
    """A cache of how full the outbox is.

    Asked often, it answers with what was read within the last five seconds. While the
    database fails, the last answer stands for a minute; then nothing is known.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._depth: Depth | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Read again if need be; a slow database is waited for half a second."""
        if self._depth is not None and self._age() < FRESH:
            return
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        await asyncio.wait([self._reading], timeout=PATIENCE)

    def waiting(self) -> Mapping[str, float]:
        """Return the number of mails by state."""
        known = self._known()
        return known.counts if known else {}

    def oldest_due(self) -> float | None:
        """Return the seconds since the oldest due mail became due; 0 if none is."""
        known = self._known()
        if known is None:
            return None
        if known.oldest_due is None:
            return 0.0
        return max(0.0, (self._clock.now() - known.oldest_due).total_seconds())

    async def close(self) -> None:
        """Cancel a reading that is under way."""
        if self._reading is not None:
            await tasks.cancel(self._reading)

    def _known(self) -> Depth | None:
        return self._depth if self._age() < KNOWN else None

    def _age(self) -> float:
        return self._clock.monotonic() - self._read_at

    async def _read(self) -> None:
        try:
            self._depth = await self._db.read(outbox.depth, self._clock.now())
            self._read_at = self._clock.monotonic()
        except StoreError:
            pass  # the database logs its own state
        except Exception as error:
            log_unexpected(log, error, "counting the mails that wait")
        finally:
            self._reading = None
