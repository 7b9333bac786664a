"""Mails that wait to see whether the notification arrives otherwise (contract 4).

Who is away gets theirs at once. A mail is dropped once its notification was flushed to
an open connection and the client gave a sign of life after it: so neither a closed
laptop nor a half-open socket swallows a message.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from rtserver.clock import Clock
from rtserver.errors import log_unexpected
from store import notifications, outbox
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)

TICK = 0.1
RETRY = 1.0


class Connected(Protocol):
    """One who knows which users have a live connection anywhere.

    None: nobody knows.
    """

    async def connected(self, user_ids: Collection[int]) -> set[int] | None: ...


class LiveConnection(Protocol):
    """A connection, as far as it is needed here."""

    @property
    def last_heard(self) -> float: ...

    @property
    def closing(self) -> bool: ...

    def when_sent(self, callback: Callable[[], None]) -> None: ...
    def ping(self) -> None: ...


class Span(NamedTuple):
    """Notifications of one user, by their seqs."""

    user_id: int
    first: int
    last: int


@dataclass(slots=True, eq=False)
class _Flushed:
    """A span that was flushed to a connection.

    ``asked_at`` is when it was then pinged.
    """

    connection: LiveConnection
    span: Span
    asked_at: float | None = None


class HeldMails:
    """The mails that are held: made due, or dropped.

    ``on_due`` is called when some are due.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        presence: Connected,
        on_due: Callable[[], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._presence = presence
        self._on_due = on_due
        self._noticed: set[int] = set()
        self._flushed: list[_Flushed] = []
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self) -> None:
        """Hear of mails from now on; ``run`` sees to them.

        A task begins a turn of the loop later, and the writer's thread is quicker.
        """
        self._loop = asyncio.get_running_loop()

    def mailed(self, user_ids: Collection[int]) -> None:
        """Look soon at users whose mails have just been held; called in any thread."""
        if self._loop is not None:
            # It may be closed by now: others will see to them.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self.noticed, user_ids)

    def noticed(self, user_ids: Collection[int]) -> None:
        """Look at them soon; called on the loop."""
        self._noticed.update(user_ids)
        self._wake.set()

    def queued(self, connection: LiveConnection, span: Span) -> None:
        """Watch notifications that wait to be flushed to a subscribed connection."""
        connection.when_sent(partial(self._sent, _Flushed(connection, span)))

    async def run(self) -> None:
        """See to it all, until cancelled."""
        self.listen()
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._release_away()
                await self._drop_arrived()
            except StoreError:
                await asyncio.sleep(RETRY)
                self._wake.set()
            except Exception as error:
                log_unexpected(log, error, "held mails")
            # A sign of life is seen by its time alone, and wakes nobody.
            if self._flushed:
                await asyncio.sleep(TICK)
                self._wake.set()

    def _sent(self, flushed: _Flushed) -> None:
        self._flushed.append(flushed)
        self._wake.set()

    async def _release_away(self) -> None:
        asked, self._noticed = self._noticed, set()
        if not asked:
            return
        try:
            here = await self._presence.connected(asked)
            # Where nobody knows who is here, mails go out as their hold ends.
            if here is not None and (away := asked - here):
                await self._db.write(outbox.release_held, away)
                self._on_due()
        except StoreError:
            # Nobody tells of them again.
            self._noticed |= asked
            raise

    async def _drop_arrived(self) -> None:
        arrived = self._take_arrived()
        if not arrived:
            return
        spans = [flushed.span for flushed in arrived]
        people = {span.user_id for span in spans}
        try:
            await self._db.write(_drop, spans, self._clock.now(), users=people)
        except StoreError:
            self._flushed += arrived
            raise

    def _take_arrived(self) -> list[_Flushed]:
        """Sort what was flushed: arrived, to be asked about, or lost."""
        arrived: list[_Flushed] = []
        still: list[_Flushed] = []
        pinged = set[LiveConnection]()
        for flushed in self._flushed:
            connection = flushed.connection
            if (
                flushed.asked_at is not None
                and connection.last_heard > flushed.asked_at
            ):
                # Not the kernel but the client was there, after the flush.
                arrived.append(flushed)
            # What a connection takes along as it ends is lost: its mail goes out.
            elif not connection.closing:
                if flushed.asked_at is None:
                    self._ask(flushed, pinged)
                still.append(flushed)
        self._flushed = still
        return arrived

    def _ask(self, flushed: _Flushed, pinged: set[LiveConnection]) -> None:
        flushed.asked_at = self._clock.monotonic()
        if flushed.connection not in pinged:
            pinged.add(flushed.connection)
            flushed.connection.ping()


def _drop(tx: Transaction, arrived: Sequence[Span], now: datetime) -> None:
    mails = notifications.detach(tx, arrived)
    outbox.drop_unneeded(tx, mails, at=now, detail="arrived")
