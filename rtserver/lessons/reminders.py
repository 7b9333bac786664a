"""Remind the members of lessons that begin soon (contract 4)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.lessons.notices import LessonChange, concerned, lesson_data
from rtserver.mail.events import REMINDER
from rtserver.notifications.notices import Notice, Notices
from store import lessons, members, reminders
from store.database import Database
from store.records import MemberRecord
from store.reminders import ReminderRecord
from store.transaction import Transaction

# So soon a clock that was set is noticed too, and what other processes have planned.
LOOK_SECONDS = 1.0
# So many are read at once.
PAGE = 100
# For so long after a lesson's start it is known which reminders went.
KEPT = timedelta(days=1)


class ReminderPlan:
    """The plan of reminders: so long before the start of each lesson."""

    def __init__(self, befores: Collection[float]) -> None:
        self.befores = [timedelta(seconds=before) for before in befores]

    def follow(self, tx: Transaction, change: LessonChange) -> None:
        """Plan anew where a lesson was made, moved or cancelled."""
        lesson, was = change.lesson, change.was
        if was and (was.starts_at, was.status) == (lesson.starts_at, lesson.status):
            return
        reminders.drop(tx, lesson.id)
        if lesson.status == "scheduled":
            ahead = lesson.starts_at - change.now
            coming = [before for before in self.befores if before < ahead]
            reminders.plan(tx, lesson.id, lesson.starts_at, coming)


class Reminders:
    """The task that sends the reminders which are due, each once.

    A reminder is noted as sent in the transaction that makes its notifications, so
    neither a crash nor another process doubles it.
    """

    def __init__(
        self, db: Database, clock: Clock, notices: Notices, plan: ReminderPlan
    ) -> None:
        self._db = db
        self._clock = clock
        self._notices = notices
        self._befores = plan.befores
        self._planned = False

    async def run(self) -> None:
        """Look for due reminders until cancelled."""
        await tasks.every(LOOK_SECONDS, self.look)

    async def look(self) -> None:
        """Send what is due; the first time plan what the settings have changed."""
        if not self._planned:
            now = self._clock.now()
            await self._db.write(reminders.plan_all, self._befores, now)
            self._planned = True
        while due := await self._db.read(reminders.due, self._clock.now(), PAGE):
            for reminder in due:
                await self._send(reminder)

    async def prune(self) -> None:
        """Forget what went for lessons of the past."""
        await self._db.write(reminders.prune, self._clock.now() - KEPT)

    async def _send(self, reminder: ReminderRecord) -> None:
        lesson_id = reminder.lesson_id
        people = await self._db.read(concerned, lesson_id)
        now = self._clock.now()
        await self._db.write(
            self._remind, reminder, now, lessons=[lesson_id], users=people
        )

    def _remind(self, tx: Transaction, reminder: ReminderRecord, now: datetime) -> None:
        if not reminders.take(tx, reminder):
            return
        lesson = lessons.get(tx, reminder.lesson_id)
        if lesson is None or lesson.status == "cancelled":
            return
        # One that was moved has reminders of its own; one that has begun needs none.
        if lesson.starts_at != reminder.starts_at or lesson.starts_at <= now:
            return
        data = {**lesson_data(lesson, None), "before": _seconds(reminder.before)}
        notices = [
            Notice(member.user_id, data, lesson)
            for member in members.of_lesson(tx, lesson.id)
            if _took_part(member, reminder.due_at)
        ]
        self._notices.dispatch(tx, REMINDER, notices, now=now)


def _took_part(member: MemberRecord, due_at: datetime) -> bool:
    """Return whether somebody had accepted before a reminder was due."""
    if member.state != "accepted":
        return False
    return member.accepted_at is None or member.accepted_at < due_at


def _seconds(before: timedelta) -> int | float:
    seconds = before.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
