"""What runs beside the server so that notifications are made, and mails sent."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

from rtserver import tasks
from rtserver.boards.notifier import PREFIX as BOARD
from rtserver.boards.notifier import BoardNotifier
from rtserver.chat.notifier import ChatNotifier
from rtserver.clock import Clock
from rtserver.delivery.channels import chat_stream
from rtserver.delivery.publication import Publication, Receipted
from rtserver.mail.worker import OutboxWorker
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.held import HeldMails
from rtserver.notifications.notices import Notices
from store import idempotency
from store.database import Database

_CHAT = chat_stream(0)[:-1]
KEPT_KEYS = timedelta(days=30)


class MailTasks:
    """Follows what is published here, and owns the tasks that come of it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        notices: Notices,
        feed: NotificationFeed,
        held: HeldMails,
        chat: ChatNotifier,
        boards: BoardNotifier,
        worker: OutboxWorker,
    ) -> None:
        self._db = db
        self._clock = clock
        self._notices = notices
        self._feed = feed
        self._held = held
        self._chat = chat
        self._boards = boards
        self._worker = worker

    def start(self, stack: AsyncExitStack) -> None:
        """Begin; all of it ends with the stack, the leases of mails given back."""
        self._hear_of_mails(asyncio.get_running_loop())
        sending = asyncio.create_task(self._worker.run())
        stack.push_async_callback(self._worker.stop, sending)
        tasks.own(stack, self._held.run())
        tasks.own(stack, self._chat.run())
        tasks.own(stack, self._boards.run())

    def published(self, events: Sequence[Any]) -> None:
        """Learn what was committed here."""
        for event in events:
            if isinstance(event, Receipted):
                event = event.event
            if not isinstance(event, Publication):
                continue
            if event.type == "chat.message.new":
                self._chat.wake(int(event.stream[len(_CHAT) :]))
            elif event.stream.startswith(BOARD):
                self._boards.changed(event)

    def delivered(self, event: Publication) -> None:
        """Learn what has gone to the connections here."""
        if event.stream:
            self._feed.delivered(event)
            self._boards.delivered(event)

    async def prune(self) -> None:
        """Forget old answers."""
        await self._db.write(idempotency.prune, self._clock.now() - KEPT_KEYS)

    def _hear_of_mails(self, loop: asyncio.AbstractEventLoop) -> None:
        def heard(user_ids: Collection[int]) -> None:
            with suppress(RuntimeError):  # the loop is closed: others will see to them
                loop.call_soon_threadsafe(self._held.noticed, user_ids)

        self._notices.on_mail = heard
