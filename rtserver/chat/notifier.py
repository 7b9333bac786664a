"""Notify of chat messages, behind them and never in their way."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from rtserver.clock import Clock
from rtserver.delivery.channels import parse_stream
from rtserver.delivery.messages import Publication
from rtserver.errors import log_unexpected
from rtserver.mail.events import CHAT
from rtserver.notifications.notices import Notice, Notices
from store import held_messages, lessons, members, messages, read_marks
from store.database import Database
from store.errors import StoreError
from store.records import LessonRecord, MemberRecord, MessageRecord
from store.transaction import Transaction

log = logging.getLogger(__name__)

# So long messages gather, and so often lessons are looked for that others left behind.
GATHER_SECONDS = 0.25
SWEEP_SECONDS = 10.0
# What one transaction takes, so that no message waits long behind it.
MAX_LESSONS = 50
MAX_NOTICES = 200


class ChatNotifier:
    """The notifier of chats: it follows each by a mark (``notified_seq``)."""

    def __init__(self, db: Database, clock: Clock, notices: Notices) -> None:
        self._db = db
        self._clock = clock
        self._notices = notices
        self._waiting: dict[int, None] = {}
        self._wake = asyncio.Event()

    def published(self, event: Publication) -> None:
        """Note the lesson if something was said in it."""
        kind, lesson_id = parse_stream(event.stream)
        if kind == "chat" and event.type == "chat.message.new":
            self.wake(lesson_id)

    def delivered(self, event: Publication) -> None:
        """Do nothing: whom a message reached is told by their notification."""

    def wake(self, lesson_id: int) -> None:
        """Look soon for what was said in a lesson."""
        self._waiting[lesson_id] = None
        self._wake.set()

    async def run(self) -> None:
        """Notify until cancelled."""
        swept = -SWEEP_SECONDS
        while True:
            try:
                if self._clock.monotonic() - swept >= SWEEP_SECONDS:
                    swept = self._clock.monotonic()
                    await self._sweep()
                await self._next()
            except StoreError:
                await asyncio.sleep(1.0)
            except Exception as error:
                log_unexpected(log, error, "notifying of messages")
                await asyncio.sleep(1.0)

    async def _sweep(self) -> None:
        """Find what a process that died, or a command, has left behind."""
        for lesson_id in await self._db.read(lessons.unnotified, 1000):
            self._waiting.setdefault(lesson_id, None)
        if self._waiting:
            self._wake.set()

    async def _next(self) -> None:
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER_SECONDS)
        ids = list(self._waiting)[:MAX_LESSONS]
        people = await self._db.read(members.of_lessons, ids)
        # Not before: if that fails, it is to be tried again soon.
        self._wake.clear()
        for lesson_id in ids:
            self._waiting.pop(lesson_id, None)
        try:
            left = await self._db.write(
                self._notify,
                ids,
                self._clock.now(),
                lessons=ids,
                users={member.user_id for member in people},
            )
        except BaseException:
            left = ids
            raise
        finally:
            for lesson_id in left:
                self._waiting.setdefault(lesson_id, None)
            if self._waiting:
                self._wake.set()

    def _notify(self, tx: Transaction, ids: list[int], now: datetime) -> list[int]:
        """Notify of what was said; return the lessons for which there is more to do."""
        marks = lessons.notified_seqs(tx, ids)
        people: dict[int, list[MemberRecord]] = {}
        for member in members.of_lessons(tx, ids):
            if member.state == "accepted":
                people.setdefault(member.lesson_id, []).append(member)
        notices: list[Notice] = []
        left: list[int] = []
        for lesson in lessons.by_ids(tx, ids):
            here = people.get(lesson.id, [])
            room = (MAX_NOTICES - len(notices)) // max(1, len(here))
            if room < 1 and notices:
                left.append(lesson.id)
                continue
            mark, limit = marks[lesson.id], max(1, room)
            found = messages.created_since(tx, lesson.id, mark, limit=limit)
            more = len(found) == limit
            reached = found[-1].created_seq if more else lesson.chat_seq
            if reached > mark:
                lessons.set_notified_seq(tx, lesson.id, reached)
            told = held_messages.approvers(tx, [message.id for message in found])
            read = read_marks.of_lesson(tx, lesson.id)
            notices += _notices(lesson, found, here, told, read)
            if more:
                left.append(lesson.id)
        self._notices.dispatch(tx, CHAT, notices, now=now)
        return left


def _notices(
    lesson: LessonRecord,
    found: list[MessageRecord],
    people: list[MemberRecord],
    approvers: Mapping[int, int],
    marks: Mapping[int, int],
) -> Iterator[Notice]:
    """Tell each message to those who were there when it was said.

    But not to its author, nor to the tutor who has let it through.
    """
    for message in found:
        if message.deleted:
            continue
        # Without the text, which would outlive the message.
        data = {
            "lesson_id": lesson.id,
            "message_id": message.id,
            "seq": message.created_seq,
            "author": {"id": message.author_id, "name": message.author_name},
        }
        for member in people:
            present = member.chat_from < message.created_seq
            acted = (message.author_id, approvers.get(message.id))
            if present and member.user_id not in acted:
                is_read = marks.get(member.user_id, 0) >= message.created_seq
                yield Notice(member.user_id, data, lesson, message.created_seq, is_read)
