"""Whom to tell of a board that has changed, in both databases."""

from collections.abc import Collection

import pytest

from store import board_notices
from store.transaction import Transaction
from tests.store.rows import HOUR, TEN, add_lesson, add_member, add_user

Place = tuple[int, int]


@pytest.fixture(autouse=True)
def two_lessons(tx: Transaction) -> None:
    """Users 1 and 2 are in lessons 1 and 2, user 3 is invited into lesson 1."""
    for user in (1, 2, 3):
        add_user(tx, user)
    for lesson in (1, 2):
        add_lesson(tx, lesson)
        for user in (2, 1):
            add_member(tx, lesson, user)
    add_member(tx, 1, 3, state="invited")


def untold(tx: Transaction, lessons: Collection[int] = (1,)) -> list[Place]:
    """Return whom to tell, a moment being long ago an hour after it."""
    return board_notices.untold(
        tx, lessons, told_before=TEN - HOUR, seen_before=TEN - HOUR
    )


def test_accepted_members_who_never_heard_of_it_are_untold(tx: Transaction) -> None:
    assert untold(tx) == [(1, 1), (1, 2)]
    assert untold(tx, [2, 1]) == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_who_was_told_lately_is_told_again_after_the_whole_time(
    tx: Transaction,
) -> None:
    board_notices.set_told(tx, 1, [1], TEN - HOUR)
    board_notices.set_told(tx, 1, [2], TEN)

    assert untold(tx) == [(1, 1)]


def test_who_was_seen_on_the_board_lately_is_not_told(tx: Transaction) -> None:
    board_notices.set_seen(tx, 1, [1], TEN - HOUR)
    board_notices.set_seen(tx, 1, [2], TEN - 2 * HOUR)

    assert untold(tx) == [(1, 2)]


def test_marks_are_of_one_lesson(tx: Transaction) -> None:
    board_notices.set_told(tx, 1, [1, 2], TEN)
    board_notices.set_seen(tx, 1, [1, 2], TEN)

    assert untold(tx, [1, 2]) == [(2, 1), (2, 2)]
