"""Whom one finds by a name, in both databases."""

import pytest

from store import people
from store.name_words import bounds
from store.transaction import Transaction
from tests.store.rows import add_lesson, add_member, add_user

TUTOR = 1
NAMES = {
    TUTOR: "Olena Tutor",
    2: "Olha Accepted",
    3: "Oleh Invited",
    4: "Олег Stranger",
    5: "Olya Past",
    6: "Bo Olsen",
}


@pytest.fixture(autouse=True)
def school(tx: Transaction) -> None:
    for user_id, name in NAMES.items():
        add_user(tx, user_id, name=name)
    add_user(tx, 7, name="Olga Gone", is_active=False)
    for lesson_id in (1, 2):
        add_lesson(tx, lesson_id)
        add_member(tx, lesson_id, TUTOR, role="tutor")
    add_member(tx, 1, 2)
    add_member(tx, 1, 3, state="invited")
    add_member(tx, 2, 5)
    add_member(tx, 2, 7)


def found(tx: Transaction, asked: str, **more: int) -> list[int]:
    wanted = bounds(asked)
    assert wanted is not None
    return [user.id for user in people.find(tx, wanted, **{"limit": 50, **more})]


def test_all_active_users_are_found_once_each(tx: Transaction) -> None:
    assert sorted(found(tx, "ol")) == [1, 2, 3, 5, 6]
    assert found(tx, "ОЛ") == [4]
    assert len(found(tx, "ol", limit=2)) == 2


def test_a_tutor_finds_those_with_whom_both_are_accepted(tx: Transaction) -> None:
    assert sorted(found(tx, "ol", fellows_of=TUTOR)) == [2, 5]
    assert found(tx, "ol", fellows_of=3) == []
