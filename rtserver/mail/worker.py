"""Sends the mails that are due, one after the other, each by one process only."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from rtserver import tasks
from rtserver.callbacks import ignore
from rtserver.clock import Clock
from rtserver.errors import log_unexpected
from rtserver.mail.composer import Composer, Content, Unwanted
from rtserver.mail.draft import Unsendable
from rtserver.mail.outcomes import Outcome, dropped, failed, sent, unsendable
from rtserver.mail.templates import TemplateFailed
from rtserver.mail.transport import SendingFailed, Transport
from rtserver.mail.unquoted import unquoted
from store import outbox, outbox_leases
from store.database import Database
from store.errors import StoreError
from store.records import MailRecord
from store.transaction import Transaction

log = logging.getLogger(__name__)

# Others wait so long before they take over what a process that died was sending.
LEASE_SECONDS = 30.0
# Mails that other processes or commands make due are found by looking.
POLL_SECONDS = 1.0
RECLAIM_SECONDS = 10.0
# What a mail that is being sent gets to end as the process stops.
GRACE_SECONDS = 3.0
# While the mail server itself fails, so long at the most between two tries.
MAX_PAUSE = 30.0


class OutboxWorker:
    """The sender of due mails: takes them from the outbox, one lease at a time.

    ``alone``: no other process works on this database. ``tried`` hears the name of
    each mail's outcome.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        composer: Composer,
        transport: Transport,
        *,
        alone: bool,
        tried: Callable[[str], None] = ignore,
    ) -> None:
        self._db = db
        self._clock = clock
        self._composer = composer
        self._transport = transport
        self._alone = alone
        self._node = secrets.token_hex(8)
        self._tried = tried
        # Whether the present mail's last dot may have been sent.
        self._begun = False
        # Ends the try that is under way, when the process stops.
        self._deadline: asyncio.Timeout | None = None
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._pause = 0.0
        self._reclaimed = 0.0

    def wake(self) -> None:
        """Look for due mails now."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due until ``stop``."""
        if self._alone:
            # Nobody else sends, so whatever is leased was abandoned.
            await self._until_stored(self._reclaim_all)
        while not self._stopped.is_set():
            try:
                await self._reclaim()
                mail = await self._take()
                if mail is not None:
                    await self._serve(mail)
                else:
                    await self._rest()
            except StoreError:
                await self._sleep(POLL_SECONDS)
            except Exception as error:
                log_unexpected(log, error, "sending mails")
                await self._sleep(POLL_SECONDS)

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """Finish the mail that is being sent, soon, and give back the others."""
        self._stopped.set()
        self._wake.set()
        if self._deadline is not None:
            loop = asyncio.get_running_loop()
            self._deadline.reschedule(loop.time() + GRACE_SECONDS)
        await asyncio.wait([running], timeout=2 * GRACE_SECONDS)
        await tasks.cancel(running)
        self._transport.close()
        with suppress(StoreError):
            await self._db.write(outbox_leases.give_back, self._node)

    async def _reclaim_all(self) -> None:
        await self._db.write(outbox_leases.reclaim_all, self._clock.now())

    async def _reclaim(self) -> None:
        now = self._clock.monotonic()
        if now - self._reclaimed >= RECLAIM_SECONDS:
            self._reclaimed = now
            await self._db.write(outbox_leases.reclaim_late, self._clock.now())

    async def _take(self) -> MailRecord | None:
        due_at = await self._db.read(outbox.next_due)
        if due_at is None or due_at > self._clock.now():
            return None
        return await self._db.write(_take, self._node, self._clock)

    async def _serve(self, mail: MailRecord) -> None:
        """Send one leased mail, and keep what became of it."""
        renewing = asyncio.create_task(self._renew(mail.id))
        try:
            outcome = await self._send(mail)
        except StoreError:
            raise
        except Exception as error:
            # Else its lease would end, and it would be tried again without an end.
            log_unexpected(log, error, f"mail {mail.id}")
            failure = SendingFailed(
                "an error of the server's own: see its log", doubtful=self._begun
            )
            outcome = failed(mail, failure, self._clock.now())
        finally:
            await tasks.cancel(renewing)
        if outcome is None:
            return  # stop() gives it back, as if it hadn't been tried
        await self._until_stored(lambda: self._db.write(outcome.store, self._node))
        log.info("mail %d: %s", mail.id, outcome.name)
        self._tried(outcome.name)
        await self._be_patient(outcome)

    async def _send(self, mail: MailRecord) -> Outcome | None:
        """Try to send a mail; None if the process stopped before anything was sent."""
        self._begun = False
        # Behind whoever adds to it just now, having seen it wait (``users=``).
        now = self._clock.now
        content = await self._db.write(
            self._composer.read, mail, now(), users=[mail.user_id]
        )
        if isinstance(content, Unwanted):
            return dropped(mail, content.why, now())
        try:
            async with asyncio.timeout(self._grace()) as self._deadline:
                reply = await self._hand_over(content)
        except SendingFailed as failure:
            failure.reply = unquoted(failure.reply, content.secret)
            return failed(mail, failure, now())
        except Unsendable as error:
            return unsendable(mail, str(error), now())
        except TemplateFailed:
            return failed(mail, SendingFailed("its template fails"), now())
        except TimeoutError:  # of stop(): every step has its own, inside
            if not self._begun:
                return None
            late = SendingFailed("no answer before the server stopped", doubtful=True)
            return failed(mail, late, now())
        finally:
            self._deadline = None
        return sent(mail, unquoted(reply, content.secret), now())

    async def _hand_over(self, content: Content) -> str:
        """Write the mail and send it; return the mail server's answer."""
        mail = content.mail
        # In a thread: templates, which may be anybody's, would hold everybody up.
        write = self._composer.write
        written = await asyncio.to_thread(write, content, self._clock.now())
        name = f"{mail.created_at:%Y%m%d-%H%M%S}-{content.school}-{mail.id}"
        return await self._transport.send(written, name, lambda: self._begin(mail))

    async def _begin(self, mail: MailRecord) -> None:
        """Keep that the mail is sent now, so that it isn't again after a kill."""
        # From the first moment, since a write that fails may have been committed.
        self._begun = True
        try:
            ours = await self._db.write(_begin, mail.id, self._node, self._clock)
        except StoreError:
            raise SendingFailed("the database doesn't answer") from None
        if not ours:
            # Others may send it by now: this process stood still for too long.
            raise SendingFailed("the lease has ended")

    def _grace(self) -> float | None:
        """Return how long sending a mail may take, in seconds; None: for ever."""
        return GRACE_SECONDS if self._stopped.is_set() else None

    async def _renew(self, mail_id: int) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            until = self._clock.now() + timedelta(seconds=LEASE_SECONDS)
            with suppress(StoreError):
                await self._db.write(_renew, mail_id, self._node, until)

    async def _be_patient(self, outcome: Outcome) -> None:
        """Wait, longer each time, before another mail meets a server that fails."""
        if not outcome.about_server:
            self._pause = 0.0
            return
        self._pause = min(MAX_PAUSE, max(1.0, 2 * self._pause))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause):
                await self._stopped.wait()

    async def _rest(self) -> None:
        self._transport.rest()
        await self._sleep(POLL_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        """Wait until there may be something to do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()

    async def _until_stored(self, write: Callable[[], Any]) -> None:
        """Repeat a write until it is committed: a mail sent has to be known as sent."""
        while True:
            try:
                await write()
                return
            except StoreError:
                await asyncio.sleep(0.5)


def _take(tx: Transaction, node: str, clock: Clock) -> MailRecord | None:
    now = clock.now()
    until = now + timedelta(seconds=LEASE_SECONDS)
    return outbox_leases.take(tx, node=node, now=now, until=until)


def _begin(tx: Transaction, mail_id: int, node: str, clock: Clock) -> bool:
    return outbox_leases.begin(tx, mail_id, node=node, at=clock.now())


def _renew(tx: Transaction, mail_id: int, node: str, until: datetime) -> None:
    outbox_leases.renew(tx, mail_id, node=node, until=until)
