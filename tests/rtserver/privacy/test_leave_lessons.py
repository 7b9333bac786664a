"""Somebody who is erased leaves their lessons, but for one that needs them."""

import pytest

from rtserver.privacy.leave_lessons import leave
from store import erasure, lessons, members
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_user

ANN, TUTOR, STUDENT = 7, 8, 9
LESSON = 3


@pytest.fixture(autouse=True)
def people(tx: Transaction) -> None:
    for user_id in (ANN, TUTOR, STUDENT):
        add_user(tx, user_id)
    add_lesson(tx, LESSON)
    add_member(tx, LESSON, STUDENT)


def left_by(tx: Transaction, *lesson_ids: int) -> list[int]:
    return leave(tx, ANN, list(lesson_ids), TEN)


def test_a_student_leaves_and_all_who_take_part_hear_of_it(tx: Transaction) -> None:
    add_member(tx, LESSON, TUTOR, role="tutor")
    add_member(tx, LESSON, ANN)

    assert left_by(tx, LESSON) == []
    assert erasure.memberships(tx, ANN) == []
    event, lesson = tx.events
    assert (event.kind, event.user_id, event.lesson_id) == ("left", ANN, LESSON)
    assert set(event.data["recipients"]) == {ANN, TUTOR, STUDENT}
    stay = [member["user_id"] for member in lesson.data["lesson"]["members"]]
    assert stay == [TUTOR, STUDENT]
    # Nobody who is gone knows the room of the lesson's call.
    assert lessons.call_number(tx, LESSON) == 1


def test_the_last_tutor_stays(tx: Transaction) -> None:
    add_member(tx, LESSON, ANN, role="tutor")
    add_member(tx, LESSON, TUTOR, role="tutor", state="invited")

    assert left_by(tx, LESSON) == [LESSON]
    assert members.get(tx, LESSON, ANN) is not None
    assert tx.events == []


def test_one_of_two_tutors_leaves(tx: Transaction) -> None:
    for user_id in (ANN, TUTOR):
        add_member(tx, LESSON, user_id, role="tutor")

    assert left_by(tx, LESSON) == []
    assert [event.kind for event in tx.events] == ["left", "lesson"]


def test_an_invitation_ends_and_only_the_room_is_told(tx: Transaction) -> None:
    add_member(tx, LESSON, ANN, role="tutor", state="invited")

    assert left_by(tx, LESSON) == []
    assert erasure.memberships(tx, ANN) == []
    assert [event.kind for event in tx.events] == ["lesson"]


def test_a_lesson_that_was_left_meanwhile_is_passed_over(tx: Transaction) -> None:
    assert left_by(tx, LESSON, 99) == []
    assert tx.events == []
