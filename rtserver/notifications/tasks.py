"""Tasks beside the server by which notifications are made, and mails sent."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Protocol

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.delivery.messages import Publication
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.mail.worker import OutboxWorker
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.held import HeldMails
from store import idempotency
from store.database import Database

KEPT_KEYS = timedelta(days=30)


class Follower(Protocol):
    """A notifier with a loop of its own; it judges which events concern it."""

    def published(self, event: Publication) -> None:
        """Take note of an event that was committed here."""

    def delivered(self, event: Publication) -> None:
        """Take note of an event that was queued for the connections here."""

    async def run(self) -> None:
        """Notify until cancelled."""


class NotificationTasks:
    """The tasks behind notifications and mails; ``followers`` hear of every event."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        feed: NotificationFeed,
        held: HeldMails,
        worker: OutboxWorker,
        followers: Sequence[Follower],
    ) -> None:
        self._db = db
        self._clock = clock
        self._feed = feed
        self._held = held
        self._worker = worker
        self._followers = followers

    def start(self, stack: AsyncExitStack) -> None:
        """Begin; all of it ends with the stack, the leases of mails given back."""
        self._held.listen()
        sending = asyncio.create_task(self._worker.run())
        stack.push_async_callback(self._worker.stop, sending)
        tasks.own(stack, self._held.run())
        for follower in self._followers:
            tasks.own(stack, follower.run())

    def published(self, events: Sequence[Any]) -> None:
        """Pass on what was committed here."""
        for event in events:
            if isinstance(event, EventWithAck):
                event = event.event
            if isinstance(event, Publication):
                for follower in self._followers:
                    follower.published(event)

    def delivered(self, event: Publication) -> None:
        """Pass on what was queued for the connections here."""
        self._feed.delivered(event)
        for follower in self._followers:
            follower.delivered(event)

    async def prune(self) -> None:
        """Forget old answers."""
        await self._db.write(idempotency.prune, self._clock.now() - KEPT_KEYS)
