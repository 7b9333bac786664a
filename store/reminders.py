"""Reminders of lessons (table ``reminders``), found by when they are due."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import Value

from store.fields import MICROSECOND, from_micros, to_micros
from store.models import Lesson
from store.models_schedule import Reminder
from store.transaction import Transaction


class ReminderRecord(NamedTuple):
    """A reminder that waits: of a lesson's start, ``before`` which it is due."""

    lesson_id: int
    starts_at: datetime
    before: timedelta
    due_at: datetime


def plan(
    tx: Transaction, lesson_id: int, starts_at: datetime, befores: Collection[timedelta]
) -> None:
    """Add a reminder for each interval, but for one that was sent already."""
    rows = [
        {
            "lesson": lesson_id,
            "starts_at": starts_at,
            "before": before // MICROSECOND,
            "due_at": starts_at - before,
        }
        for before in befores
    ]
    if rows:
        tx.insert(Reminder.insert_many(rows).on_conflict_ignore())


def drop(tx: Transaction, lesson_id: int) -> None:
    """Delete a lesson's reminders that wait."""
    waiting = Reminder.due_at.is_null(False)
    tx.write(Reminder.delete().where(Reminder.lesson == lesson_id, waiting))


def plan_all(tx: Transaction, befores: Collection[timedelta], now: datetime) -> None:
    """Bring the reminders of all lessons to come in line with these intervals.

    None is added for an interval that has begun.
    """
    wanted = [before // MICROSECOND for before in befores]
    waiting = Reminder.due_at.is_null(False)
    tx.write(Reminder.delete().where(waiting, Reminder.before.not_in(wanted)))
    for before in wanted:
        coming = Lesson.select(
            Lesson.id, Lesson.starts_at, Value(before), Lesson.starts_at - before
        ).where(
            Lesson.status == "scheduled",
            Lesson.starts_at > from_micros(to_micros(now) + before),
        )
        columns = [
            Reminder.lesson,
            Reminder.starts_at,
            Reminder.before,
            Reminder.due_at,
        ]
        tx.insert(Reminder.insert_from(coming, columns).on_conflict_ignore())


def due(tx: Transaction, now: datetime, limit: int) -> list[ReminderRecord]:
    """Return the reminders that are due first."""
    query = Reminder.select().where(Reminder.due_at <= now)
    rows = tx.rows(query.order_by(Reminder.due_at, Reminder.lesson).limit(limit))
    return [
        ReminderRecord(
            row["lesson"],
            row["starts_at"],
            row["before"] * MICROSECOND,
            row["due_at"],
        )
        for row in rows
    ]


def take(tx: Transaction, reminder: ReminderRecord) -> bool:
    """Note that a reminder is sent; False if it was already, or waits no more.

    The lesson's row is locked (``lessons=``).
    """
    change = Reminder.update(due_at=None).where(
        Reminder.lesson == reminder.lesson_id,
        Reminder.starts_at == reminder.starts_at,
        Reminder.before == reminder.before // MICROSECOND,
        Reminder.due_at.is_null(False),
    )
    return tx.write(change) > 0


def prune(tx: Transaction, before: datetime) -> None:
    """Forget the reminders of lessons that began before a moment."""
    tx.write(Reminder.delete().where(Reminder.starts_at < before))
