"""Ids that are made here, beside those that platforms choose."""

import pytest

from store.ids import MADE_BELOW, next_id
from store.models import Lesson
from store.transaction import Transaction
from tests.store.rows import add_lesson


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        ([], 1),
        ([7, 3], 8),
        ([7, MADE_BELOW, 2**53 - 1], 8),
        ([MADE_BELOW - 1], MADE_BELOW),
    ],
)
def test_the_next_id_is_behind_the_highest_that_was_made_here(
    tx: Transaction, taken: list[int], following: int
) -> None:
    for lesson_id in taken:
        add_lesson(tx, lesson_id)

    assert next_id(tx, Lesson) == following
