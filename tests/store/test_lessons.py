"""Lessons, in both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import peewee
import pytest

from store import lessons
from store.chunks import CHUNK
from store.records import LessonRecord
from store.transaction import Transaction
from tests.store.rows import (
    HOUR,
    TEN,
    add_lesson,
    add_member,
    add_user,
    restart_ids,
)

ELEVEN, NOON = TEN + HOUR, TEN + 2 * HOUR


def insert(tx: Transaction, **more: Any) -> LessonRecord:
    """Add a lesson under the next id."""
    plain: dict[str, Any] = {"title": "Fractions", "starts_at": TEN}
    return lessons.insert(tx, **plain | {"ends_at": ELEVEN, "at": TEN} | more)


def page(tx: Transaction, **wanted: Any) -> list[int]:
    """Read a page, everything on it unless said otherwise; give the ids."""
    plain = {"user_id": None, "since": None, "until": None, "after": None, "limit": 50}
    return [lesson.id for lesson in lessons.page(tx, **plain | wanted)]


def test_a_lesson_is_read_back_as_it_was_stored(tx: Transaction) -> None:
    odd = TEN + timedelta(microseconds=1)

    lesson = insert(tx, starts_at=odd)

    assert lesson == LessonRecord(
        lesson.id, "Fractions", odd, ELEVEN, "scheduled", chat_seq=0, board_seq=0
    )
    assert lessons.get(tx, lesson.id) == lesson
    assert lessons.get(tx, lesson.id + 1) is None


def test_by_ids_gives_those_that_exist(tx: Transaction) -> None:
    made = insert(tx)

    assert lessons.by_ids(tx, {made.id, made.id + 1}) == [made]


@pytest.mark.parametrize("chosen", [1, 2, 40])
def test_ids_go_on_behind_a_chosen_one(tx: Transaction, chosen: int) -> None:
    restart_ids(tx, "lessons")

    add_lesson(tx, chosen)

    assert [insert(tx).id for _ in range(2)] == [chosen + 1, chosen + 2]


def test_a_lower_chosen_id_never_takes_the_next_ones_back(tx: Transaction) -> None:
    restart_ids(tx, "lessons")
    add_lesson(tx, 40)
    add_lesson(tx, 7)

    assert insert(tx).id == 41


def test_the_largest_id_leaves_the_next_ones_countable(tx: Transaction) -> None:
    restart_ids(tx, "lessons")
    add_lesson(tx, 2**53 - 1)

    assert insert(tx).id == 1


def test_a_chosen_id_is_taken_once(tx: Transaction) -> None:
    add_lesson(tx, 7)

    with pytest.raises(peewee.IntegrityError):
        add_lesson(tx, 7)


def test_update_and_cancel_change_that_lesson_alone(tx: Transaction) -> None:
    first, second = insert(tx), insert(tx)
    new: dict[str, Any] = {"title": "Roots", "starts_at": ELEVEN, "ends_at": NOON}

    lessons.update(tx, second.id, **new)
    lessons.cancel(tx, second.id)

    assert lessons.get(tx, first.id) == first
    expected = replace(second, **new, status="cancelled", sequence=2)
    assert lessons.get(tx, second.id) == expected


@pytest.mark.parametrize("change", [lessons.cancel, lessons.raise_sequence])
def test_whatever_a_calendar_shows_raises_its_sequence(
    tx: Transaction, change: Callable[[Transaction, int], LessonRecord]
) -> None:
    made = insert(tx)

    assert [change(tx, made.id).sequence for _ in range(2)] == [1, 2]


def test_chat_seqs_are_taken_without_holes(tx: Transaction) -> None:
    made, other = insert(tx).id, insert(tx).id

    taken = [lessons.take_chat_seq(tx, made, count) for count in (1, 3, 1)]

    assert taken == [1, 4, 5]
    assert lessons.chat_seqs(tx, [made, other]) == {made: 5, other: 0}


def test_chat_seqs_of_many_lessons_are_taken_at_once(tx: Transaction) -> None:
    one, two, three = (insert(tx).id for _ in range(3))
    before = tx.writes

    assert lessons.take_chat_seqs(tx, {one: 2, three: 1}) == {one: 2, three: 1}

    assert tx.writes == before + 1
    assert lessons.chat_seqs(tx, [two]) == {two: 0}


def test_a_lessons_board_stands_where_it_was_set(tx: Transaction) -> None:
    made = insert(tx)
    lessons.take_chat_seq(tx, made.id, 9)

    lessons.set_board_seq(tx, made.id, 41)

    expected = replace(made, board_seq=41, chat_seq=9)
    assert lessons.get(tx, made.id) == expected
    many = [made.id, *range(10**6, 10**6 + 2 * CHUNK)]
    assert lessons.board_seqs(tx, many) == {made.id: 41}


def test_a_lesson_is_unnotified_as_long_as_its_chat_is_ahead(tx: Transaction) -> None:
    made, quiet = insert(tx).id, insert(tx).id
    lessons.take_chat_seq(tx, made, 3)
    lessons.set_notified_seq(tx, made, 2)

    assert lessons.unnotified(tx, 9) == [made]
    assert lessons.notified_seqs(tx, [made, quiet]) == {made: 2, quiet: 0}
    lessons.set_notified_seq(tx, made, 3)
    assert lessons.unnotified(tx, 9) == []


def test_pages_go_by_start_then_id_and_continue_behind_the_last(
    tx: Transaction,
) -> None:
    for id, start in enumerate((NOON, TEN, ELEVEN, TEN), 1):
        add_lesson(tx, id, starts_at=start)
    ten = int(TEN.timestamp()) * 1_000_000

    assert page(tx) == [2, 4, 3, 1]
    assert page(tx, limit=2) == [2, 4]
    assert page(tx, after=(ten, 2)) == [4, 3, 1]
    assert page(tx, after=(ten, 4), limit=1) == [3]


def test_a_page_holds_one_users_lessons_whether_invited_or_accepted(
    tx: Transaction,
) -> None:
    add_user(tx, 1)
    for id in (1, 2, 3):
        add_lesson(tx, id)
    add_member(tx, 1, 1, state="invited")
    add_member(tx, 3, 1)

    assert page(tx, user_id=1) == [1, 3]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (TEN, ELEVEN, [1]),
        (ELEVEN, NOON, [2]),
        (TEN, NOON, [1, 2]),
        (TEN.replace(minute=59), ELEVEN.replace(minute=1), [1, 2]),
        (NOON, None, []),
        (None, TEN, []),
    ],
)
def test_filters_find_what_overlaps(
    tx: Transaction, since: datetime | None, until: datetime | None, found: list[int]
) -> None:
    add_lesson(tx, 1)
    add_lesson(tx, 2, starts_at=ELEVEN, ends_at=NOON)

    assert page(tx, since=since, until=until) == found
