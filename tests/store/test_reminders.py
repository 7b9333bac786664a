"""Reminders of lessons, in both databases."""

from datetime import datetime, timedelta
from typing import Any

from store import lessons, reminders
from store.reminders import ReminderRecord
from store.transaction import Transaction
from tests.store.rows import DAY, HOUR, TEN, add_lesson

MINUTE = timedelta(minutes=1)


def due(tx: Transaction, now: datetime = TEN, limit: int = 10) -> list[Any]:
    return [(one.lesson_id, one.before) for one in reminders.due(tx, now, limit)]


def test_a_reminder_is_due_so_long_before_the_start(tx: Transaction) -> None:
    add_lesson(tx, 1)
    odd = timedelta(seconds=90.5)

    reminders.plan(tx, 1, TEN, [DAY, odd])

    assert due(tx, TEN - DAY - MINUTE) == []
    assert due(tx, TEN - DAY) == [(1, DAY)]
    assert due(tx, TEN) == [(1, DAY), (1, odd)]
    assert due(tx, TEN, limit=1) == [(1, DAY)]
    assert reminders.due(tx, TEN, 1) == [ReminderRecord(1, TEN, DAY, TEN - DAY)]


def test_a_reminder_is_taken_once_and_never_planned_again(tx: Transaction) -> None:
    add_lesson(tx, 1)
    reminders.plan(tx, 1, TEN, [DAY, HOUR])
    first, _ = reminders.due(tx, TEN, 10)

    assert reminders.take(tx, first)

    assert not reminders.take(tx, first)
    reminders.drop(tx, 1)
    reminders.plan(tx, 1, TEN, [DAY, HOUR])
    assert due(tx) == [(1, HOUR)]


def test_what_waits_is_dropped_for_one_lesson_alone(tx: Transaction) -> None:
    for lesson_id in (1, 2):
        add_lesson(tx, lesson_id)
        reminders.plan(tx, lesson_id, TEN, [HOUR])

    reminders.drop(tx, 1)

    assert due(tx) == [(2, HOUR)]


def test_other_intervals_hold_for_all_lessons_to_come(tx: Transaction) -> None:
    for lesson_id, start in enumerate((TEN, TEN + DAY, TEN + 2 * DAY), 1):
        add_lesson(tx, lesson_id, starts_at=start, ends_at=start + HOUR)
    add_lesson(tx, 4, starts_at=TEN + DAY, ends_at=TEN + DAY + HOUR)
    lessons.cancel(tx, 4)
    reminders.plan(tx, 2, TEN + DAY, [HOUR])
    reminders.plan(tx, 3, TEN + 2 * DAY, [DAY])

    # Twice, as two processes do that start.
    for _ in range(2):
        reminders.plan_all(tx, [DAY, MINUTE], TEN)

    later = TEN + 3 * DAY
    assert due(tx, later) == [(2, MINUTE), (3, DAY), (3, MINUTE)]
    reminders.plan_all(tx, [], TEN)
    assert due(tx, later) == []


def test_what_went_long_ago_is_forgotten(tx: Transaction) -> None:
    add_lesson(tx, 1)
    reminders.plan(tx, 1, TEN, [HOUR])
    [one] = reminders.due(tx, TEN, 10)
    reminders.take(tx, one)

    reminders.prune(tx, TEN)
    reminders.plan(tx, 1, TEN, [HOUR])
    assert due(tx) == []

    reminders.prune(tx, TEN + MINUTE)
    reminders.plan(tx, 1, TEN, [HOUR])
    assert due(tx) == [(1, HOUR)]


def test_reminders_go_with_their_lesson(tx: Transaction) -> None:
    add_lesson(tx, 1)
    reminders.plan(tx, 1, TEN, [HOUR])

    tx.engine.execute_sql("DELETE FROM lessons")

    assert due(tx) == []
