"""Delete what has been kept long enough (``keep_days`` and ``mail_days``)."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVarTuple

from rtserver import tasks
from rtserver.chat.held import refuse
from rtserver.clock import Clock
from rtserver.privacy import empty_boards, mail_files
from rtserver.privacy.empty_boards import Empty
from rtserver.settings.model import Settings
from store import (
    attendance,
    board_journal,
    erasure,
    files,
    held_messages,
    password_links,
    retention,
)
from store.database import Database
from store.transaction import Transaction

log = logging.getLogger(__name__)

Args = TypeVarTuple("Args")
# What deletes some rows of a kind: older than a moment, and so many at most.
Delete = Callable[[Transaction, datetime, int], int]

INTERVAL = 3600.0
SLICE = 200
BOARDS = 50
# A board that is drawn on just now may change while it is read.
TRIES = 5
# Between two slices, so that everybody else's changes get their turn.
PAUSE = 0.05
_FOR_EVER = 0.0


class Retention:
    """The task that deletes every hour what has been kept long enough.

    In slices; of several processes one does each. ``count`` gets the kind and the
    number of what was deleted.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        count: Callable[[str, int], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._count = count
        # Up to here all messages are deleted, or were found so.
        self._messages_to = 0

    async def run(self) -> None:
        """Prune every hour, until cancelled."""
        await tasks.every(INTERVAL, self.prune)

    async def prune(self) -> None:
        """Delete all that is due."""
        settings = self._settings
        notifications = settings.notifications
        delete_links = password_links.delete_expired
        await self._delete("password_links", delete_links, self._clock.now())
        if before := self._before(settings.chat.keep_days):
            await self._bury_messages(before)
            await self._refuse_held(before)
        if before := self._before(settings.boards.keep_days):
            await self._empty_boards(before)
            await self._delete("board_files", files.discard_of_old_boards, before)
        if before := self._before(settings.presence.attendance_days):
            await self._delete("attendance", attendance.delete_older, before)
        if before := self._before(notifications.keep_days):
            delete = retention.delete_notifications
            await self._delete("notifications", delete, before)
        if before := self._before(notifications.mail_days):
            await self._delete("mails", retention.delete_mails, before)
            await self._delete_files(settings.outbox_dir, before)

    def _before(self, days: float) -> datetime | None:
        """Return the moment before which things are old; None: nothing ever is."""
        if days == _FOR_EVER:
            return None
        return self._clock.now() - timedelta(days=days)

    async def _bury_messages(self, before: datetime) -> None:
        more = True
        while more:
            old = await self._db.read(
                retention.old_messages, self._messages_to, before, SLICE
            )
            ids = [id for id, _ in old.written]
            lesson_ids = {lesson for _, lesson in old.written}
            if ids and not await self._change(
                "messages", _bury, ids, lessons=lesson_ids
            ):
                return
            self._messages_to, more = old.reached, old.more

    async def _refuse_held(self, before: datetime) -> None:
        """Have nothing wait longer than messages are kept."""
        while old := await self._db.read(held_messages.older, before, SLICE):
            ids = [held.id for held in old]
            lesson_ids = {held.lesson_id for held in old}
            now = self._clock.now()
            if not await self._change(
                "held_messages", _refuse, ids, now, lessons=lesson_ids
            ):
                return

    async def _empty_boards(self, before: datetime) -> None:
        after, more = 0, True
        while more:
            found = await self._db.read(retention.boards_left, after, before, BOARDS)
            more = len(found) == BOARDS
            for after in found:
                await self._empty_board(after, before)

    async def _empty_board(self, lesson_id: int, before: datetime) -> None:
        now = self._clock.now()
        for _ in range(TRIES):
            empty = await self._db.read(empty_boards.prepare, lesson_id, before, now)
            if await self._change("boards", _empty, empty, lessons=[lesson_id]):
                break
        else:
            return
        pruned = 1
        while pruned:
            await asyncio.sleep(PAUSE)
            pruned = await self._db.write(
                board_journal.sweep, lesson_id, lessons=[lesson_id]
            )

    async def _delete(self, kind: str, delete: Delete, before: datetime) -> None:
        while await self._change(kind, _delete, delete, before):
            continue

    async def _delete_files(self, folder: Path, before: datetime) -> None:
        deleted = await asyncio.to_thread(mail_files.delete_older, folder, before)
        self._count("mail_files", deleted)

    async def _change(
        self,
        kind: str,
        change: Callable[[Transaction, *Args], int],
        *args: *Args,
        lessons: Iterable[int] = (),
    ) -> int:
        """Make one slice's change; return how much was pruned."""
        pruned = await self._db.write(change, *args, lessons=lessons)
        if pruned:
            self._count(kind, pruned)
            log.info("pruned %d %s", pruned, kind)
            self._db.forgetting.soon()
            await asyncio.sleep(PAUSE)
        return pruned


def _bury(tx: Transaction, message_ids: list[int]) -> int:
    return erasure.bury_messages(tx, message_ids) if retention.alone(tx) else 0


def _refuse(tx: Transaction, held_ids: list[int], now: datetime) -> int:
    return refuse(tx, held_ids, "rejected", now) if retention.alone(tx) else 0


def _empty(tx: Transaction, empty: Empty) -> int:
    return int(retention.alone(tx) and empty_boards.store(tx, empty))


def _delete(tx: Transaction, delete: Delete, before: datetime) -> int:
    return delete(tx, before, SLICE) if retention.alone(tx) else 0
