"""Who is in which lesson, in both databases."""

import peewee
import pytest

from store import lessons, members, users
from store.models import Lesson, User
from store.records import MemberRecord
from store.transaction import Transaction
from tests.store.rows import add_lesson, add_member, add_user


@pytest.fixture(autouse=True)
def school(tx: Transaction) -> None:
    """Users 1 to 4, and lessons 1 and 2."""
    for user in (1, 2, 3, 4):
        add_user(tx, user)
    for lesson in (1, 2):
        add_lesson(tx, lesson)


def test_a_member_is_read_back_with_their_name(tx: Transaction) -> None:
    added = add_member(tx, 1, 2, role="tutor", state="invited", chat_from=3)

    assert members.get(tx, 1, 2) == added
    assert added.name == "User2"
    assert members.get(tx, 1, 3) is None
    assert members.get(tx, 2, 2) is None


def test_nobody_is_in_a_lesson_twice(tx: Transaction) -> None:
    add_member(tx, 1, 2)

    with pytest.raises(peewee.IntegrityError):
        add_member(tx, 1, 2)


def test_who_was_deactivated_acts_no_more(tx: Transaction) -> None:
    added = add_member(tx, 1, 2)
    other = add_member(tx, 1, 3)
    assert members.acting(tx, 1, 2) == added
    assert members.acting_among(tx, 1, {2, 3, 4}) == {2: added, 3: other}

    users.update(tx, 2, {"is_active": False})

    assert members.acting(tx, 1, 2) is None
    assert members.acting_among(tx, 1, {2, 3, 4}) == {3: other}
    assert members.get(tx, 1, 2) == added


def test_members_come_by_user_id(tx: Transaction) -> None:
    third = add_member(tx, 1, 3)
    second = add_member(tx, 1, 2, state="invited")
    other = add_member(tx, 2, 1)

    assert members.of_lesson(tx, 1) == [second, third]
    assert members.of_lessons(tx, {1, 2}) == [second, third, other]
    assert members.of_lessons(tx, []) == []


def test_only_accepted_members_take_part(tx: Transaction) -> None:
    for user, state in ((4, "accepted"), (2, "accepted"), (3, "invited")):
        add_member(tx, 1, user, state=state)

    assert members.accepted_ids(tx, 1) == [2, 4]
    assert members.accepted_ids(tx, 2) == []


def test_a_users_lessons_name_both_positions(tx: Transaction) -> None:
    add_member(tx, 2, 1, chat_from=5)
    add_member(tx, 1, 1)
    add_member(tx, 1, 2, state="invited")
    lessons.take_chat_seq(tx, 2, 9)

    assert members.lessons_of_users(tx, {1, 2}) == {1: [(1, 0, 0), (2, 9, 5)]}


def test_companions_have_both_accepted_in_a_lesson_that_goes_on(
    tx: Transaction,
) -> None:
    for lesson, user, state in (
        *((1, 1, "accepted"), (1, 2, "accepted"), (1, 3, "invited")),
        *((2, 1, "accepted"), (2, 4, "accepted")),
    ):
        add_member(tx, lesson, user, state=state)
    lessons.cancel(tx, 2)

    found = members.companions(tx, range(1, 2000))

    assert found == {1: {1, 2}, 2: {1, 2}}
    assert members.companions(tx, [2]) == {2: {1, 2}}


def test_update_changes_one_member(tx: Transaction) -> None:
    add_member(tx, 1, 3)
    others = add_member(tx, 1, 2), add_member(tx, 2, 3)
    changed = MemberRecord(1, 3, "User3", "tutor", "invited", "view", 4)

    members.update(tx, changed)

    assert members.of_lessons(tx, [1, 2]) == [others[0], changed, others[1]]


def test_delete_removes_one_member(tx: Transaction) -> None:
    add_member(tx, 1, 3)
    left = [add_member(tx, 1, 2), add_member(tx, 2, 3)]

    members.delete(tx, 1, 3)

    assert members.of_lessons(tx, [1, 2]) == left


def test_members_go_with_their_lesson_and_their_account(tx: Transaction) -> None:
    add_member(tx, 1, 1)
    add_member(tx, 2, 2)
    left = add_member(tx, 2, 1)

    tx.write(Lesson.delete().where(Lesson.id == 1))
    tx.write(User.delete().where(User.id == 2))

    assert members.of_lessons(tx, [1, 2]) == [left]
