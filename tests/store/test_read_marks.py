"""How far a chat was read, in both databases."""

import pytest

from store import members, read_marks
from store.transaction import Transaction
from tests.store.rows import add_lesson, add_member, add_user


@pytest.fixture(autouse=True)
def lesson(tx: Transaction) -> None:
    """A lesson with users 1 and 2, and user 3 invited."""
    add_lesson(tx, 1)
    for user in (1, 2, 3):
        add_user(tx, user)
        add_member(tx, 1, user, state="invited" if user == 3 else "accepted")


def test_a_mark_is_zero_until_it_is_set_and_then_replaced(tx: Transaction) -> None:
    assert read_marks.get(tx, 1, 1) == 0

    for seq in (7, 5):
        read_marks.put(tx, 1, 1, seq)

    assert (read_marks.get(tx, 1, 1), read_marks.get(tx, 1, 2)) == (5, 0)


def test_a_lesson_has_the_marks_of_its_accepted_members(tx: Transaction) -> None:
    for user in (1, 3):
        read_marks.put(tx, 1, user, user)

    assert read_marks.of_lesson(tx, 1) == {1: 1}


def test_who_returns_finds_the_mark_that_they_left(tx: Transaction) -> None:
    read_marks.put(tx, 1, 2, 9)

    members.delete(tx, 1, 2)
    assert read_marks.of_lesson(tx, 1) == {}
    add_member(tx, 1, 2)

    assert read_marks.of_lesson(tx, 1) == {2: 9}
