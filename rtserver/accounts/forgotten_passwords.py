"""Whoever forgot their password asks for a link by mail (contract 3.1).

Nobody is to learn whether an address is known here, not by how long an answer takes
either: what depends on that happens behind the answer.
"""

import asyncio
import logging
from collections import deque
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta

from rtserver import tasks
from rtserver.accounts import account_mails
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.requests import lookup_key
from rtserver.clock import Clock
from rtserver.errors import RateLimited, log_unexpected
from store import outbox, users
from store.database import Database
from store.errors import StoreError
from store.password_links import FORGOTTEN
from store.transaction import Transaction

log = logging.getLogger(__name__)

MAX_WAITING = 1000
RETRY_AFTER = 3.0
# While the database is away.
PAUSE_SECONDS = 1.0


class ForgottenPasswords:
    """The queue of those who ask; ``start`` begins to serve it.

    At most one mail an account in ``pause`` seconds.
    """

    def __init__(
        self, db: Database, clock: Clock, limiter: LoginLimiter, *, pause: float
    ) -> None:
        self._db = db
        self._clock = clock
        self._limiter = limiter
        self._pause = timedelta(seconds=pause)
        self._keys: deque[str | None] = deque()
        self._asked = asyncio.Event()

    @property
    def limited(self) -> int:
        """Return how many were refused because there were too many."""
        return self._limiter.refused

    def ask(self, email: str, address: str) -> None:
        """Take note of an address that somebody typed; RateLimited if too many do.

        ``address`` is that on the network.
        """
        self._limiter.check(address, email)
        if len(self._keys) >= MAX_WAITING:
            raise RateLimited(RETRY_AFTER, "Too many people ask just now: wait.")
        self._keys.append(lookup_key(email))
        self._asked.set()

    def start(self, stack: AsyncExitStack) -> None:
        """Serve the queue until the stack is left, and then what is left in it."""
        running = asyncio.create_task(self._run())
        stack.push_async_callback(self._stop, running)

    async def _run(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self._serve()
            except StoreError:
                await asyncio.sleep(PAUSE_SECONDS)
                self._asked.set()

    async def _stop(self, running: "asyncio.Task[None]") -> None:
        await tasks.cancel(running)
        with suppress(StoreError):
            await self._serve()

    async def _serve(self) -> None:
        """Put the mails of all who wait into the outbox."""
        while self._keys:
            # Taken out once that is done: so none is lost while the database is away.
            try:
                await self._remind(self._keys[0])
            except StoreError:
                raise
            except Exception as error:
                # Not to be tried again and again: all others would wait behind it.
                log_unexpected(log, error, "mailing a link to choose a password")
            self._keys.popleft()

    async def _remind(self, key: str | None) -> None:
        user = await self._db.read(users.by_email, key) if key else None
        if user is not None and user.is_active:
            now = self._clock.now()
            await self._db.write(
                _remind, user.id, now, now - self._pause, users=[user.id]
            )


def _remind(tx: Transaction, user_id: int, now: datetime, since: datetime) -> None:
    """Mail a link, unless one was asked for after ``since``, or they are locked out."""
    user = users.get(tx, user_id)
    last = outbox.last_made(tx, user_id, FORGOTTEN)
    if user is None or not user.is_active or (last is not None and last > since):
        return
    account_mails.remind(tx, user_id, now)
