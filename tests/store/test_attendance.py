"""Stays in the rooms of lessons, in both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from peewee import IntegrityError

from store import attendance, members
from store.attendance import Leeway, OpenStay
from store.models_attendance import Stay
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_user

LEEWAY = Leeway(grace=timedelta(seconds=10), slack=timedelta(seconds=15))


def at(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def people(tx: Transaction) -> Iterator[None]:
    for user_id in (1, 2):
        add_user(tx, user_id)
    for lesson_id in (3, 4):
        add_lesson(tx, lesson_id)
        for user_id in (1, 2):
            add_member(tx, lesson_id, user_id)
    yield


def hold(tx: Transaction, since: float, now: float | None = None) -> None:
    now = since if now is None else now
    attendance.hold(tx, OpenStay(3, 1, at(since)), at(now), LEEWAY)


def stays(tx: Transaction, lesson_id: int = 3) -> list[tuple[float, float | None]]:
    found = attendance.of_lesson(tx, lesson_id)
    return [
        (
            (stay.entered_at - TEN).total_seconds(),
            (stay.left_at - TEN).total_seconds() if stay.left_at else None,
        )
        for stay in found
    ]


def test_a_stay_is_open_until_it_is_left(tx: Transaction) -> None:
    hold(tx, 0)
    during = stays(tx)

    attendance.leave(tx, 3, 1, at(60))
    attendance.leave(tx, 3, 1, at(90))

    assert (during, stays(tx)) == ([(0, None)], [(0, 60)])


def test_another_process_goes_on_with_the_open_stay(tx: Transaction) -> None:
    hold(tx, 0)
    hold(tx, 0.5)

    assert stays(tx) == [(0, None)]


def test_whoever_wrote_first_a_stay_begins_when_they_came(tx: Transaction) -> None:
    hold(tx, 0)
    attendance.leave(tx, 3, 1, at(60))
    hold(tx, 62)
    hold(tx, 61.5, now=62)

    assert stays(tx) == [(0, 60), (61.5, None)]


def test_what_is_written_late_of_a_device_is_part_of_the_same_stay(
    tx: Transaction,
) -> None:
    """Its process was slow: another one took them for cut off, and held them anew."""
    hold(tx, 0, now=30)
    hold(tx, 48)
    apart = stays(tx)
    hold(tx, 0, now=47)

    assert (apart, stays(tx)) == ([(0, 30), (48, None)], [(0, None)])
    attendance.leave(tx, 3, 1, at(60))
    assert stays(tx) == [(0, 60)]


def test_a_sign_of_life_joins_what_was_taken_for_two_stays(tx: Transaction) -> None:
    hold(tx, 0, now=30)
    hold(tx, 48)

    attendance.see(tx, [OpenStay(3, 1, at(0))], at(50), LEEWAY)

    assert stays(tx) == [(0, None)]


def test_what_is_written_late_of_an_earlier_visit_stays_apart(tx: Transaction) -> None:
    hold(tx, 0)
    attendance.leave(tx, 3, 1, at(60))
    hold(tx, 61)
    hold(tx, 0, now=50)

    assert stays(tx) == [(0, 60), (61, None)]


def test_a_visit_that_is_written_behind_the_next_one_is_kept(tx: Transaction) -> None:
    hold(tx, 61)
    for seconds in (0, 45):
        hold(tx, 0, now=seconds)
    attendance.leave(tx, 3, 1, at(55))

    assert stays(tx) == [(0, 45), (61, None)]


def test_whoever_is_back_within_the_slack_goes_on_over_a_restart(
    tx: Transaction,
) -> None:
    hold(tx, 0, now=30)
    hold(tx, 45)

    assert stays(tx) == [(0, None)]


def test_whoever_is_back_later_has_another_stay(tx: Transaction) -> None:
    hold(tx, 0, now=30)
    hold(tx, 46)

    assert stays(tx) == [(0, 30), (46, None)]


def test_who_left_and_comes_again_has_another_stay(tx: Transaction) -> None:
    hold(tx, 0)
    attendance.leave(tx, 3, 1, at(60))
    hold(tx, 61)

    assert stays(tx) == [(0, 60), (61, None)]


def test_who_comes_at_the_very_moment_of_leaving_has_another_stay(
    tx: Transaction,
) -> None:
    hold(tx, 0)
    attendance.leave(tx, 3, 1, at(60))
    hold(tx, 60)

    assert stays(tx) == [(0, 60), (60, None)]


@pytest.mark.parametrize("since", [12, 20])
def test_who_is_back_before_that_is_written_goes_on_with_what_was_cut_off(
    tx: Transaction, since: float
) -> None:
    hold(tx, 0, now=12)
    attendance.close_stale(tx, at(60))
    closed = stays(tx)

    hold(tx, since, now=21)

    assert (closed, stays(tx)) == ([(0, 12)], [(0, None)])


def test_leaving_that_is_told_late_closes_no_later_stay(tx: Transaction) -> None:
    hold(tx, 61)

    attendance.leave(tx, 3, 1, at(60))

    assert stays(tx) == [(61, None)]


def test_a_sign_of_life_opens_what_was_closed_meanwhile(tx: Transaction) -> None:
    hold(tx, 0, now=10)
    attendance.close_stale(tx, at(20))
    closed = stays(tx)

    attendance.see(tx, [OpenStay(3, 1, at(0))], at(30), LEEWAY)

    assert (closed, stays(tx)) == ([(0, 10)], [(0, None)])


def test_a_sign_of_life_of_whom_another_process_closed_is_a_new_stay(
    tx: Transaction,
) -> None:
    """They had left there and were back here before that was written."""
    hold(tx, 0, now=60)
    hold(tx, 62)
    attendance.leave(tx, 3, 1, at(61))

    attendance.see(tx, [OpenStay(3, 1, at(62))], at(70), LEEWAY)

    assert stays(tx) == [(0, 61), (62, None)]


def test_signs_of_life_of_many_keep_them_from_being_stale(tx: Transaction) -> None:
    for user_id in (1, 2):
        attendance.hold(tx, OpenStay(3, user_id, at(0)), at(0), LEEWAY)
    attendance.see(tx, [OpenStay(3, 1, at(0))], at(20), LEEWAY)

    assert attendance.has_stale(tx, at(10))
    assert attendance.close_stale(tx, at(10)) == 1
    assert not attendance.has_stale(tx, at(10))
    assert sorted(stays(tx), key=str) == [(0, 0), (0, None)]


def test_the_last_sign_of_life_is_never_put_back(tx: Transaction) -> None:
    hold(tx, 0, now=30)

    for seconds in (40, 35):
        hold(tx, 0, now=seconds)
    attendance.close_stale(tx, at(60))

    assert stays(tx) == [(0, 40)]


def test_nobody_has_two_open_stays_whoever_writes(tx: Transaction) -> None:
    hold(tx, 0)

    with pytest.raises(IntegrityError), tx.engine.savepoint():
        values = {"role": "student", "entered_at": at(1), "seen_at": at(1)}
        tx.insert(Stay.insert(lesson=3, user=1, **values))


def test_who_is_no_member_any_more_opens_none(tx: Transaction) -> None:
    members.delete(tx, 3, 1)

    hold(tx, 0)

    assert stays(tx) == []


def test_former_members_keep_the_role_that_they_had(tx: Transaction) -> None:
    hold(tx, 0)
    attendance.hold(tx, OpenStay(3, 2, at(5)), at(5), LEEWAY)
    members.delete(tx, 3, 1)
    tutor = members.get(tx, 3, 2)
    assert tutor is not None
    members.update(tx, tutor.__class__(3, 2, "", "tutor", "accepted", "draw", 0))

    found = attendance.of_lesson(tx, 3)

    assert [(stay.user_id, stay.role) for stay in found] == [
        (1, "student"),
        (2, "tutor"),
    ]


def test_old_stays_go_some_at_a_time_and_open_ones_stay(tx: Transaction) -> None:
    for seconds in (0, 100, 200):
        hold(tx, seconds)
        attendance.leave(tx, 3, 1, at(seconds + 10))
    hold(tx, 300)

    gone = [attendance.delete_older(tx, at(205), 1) for _ in range(3)]

    assert gone == [1, 1, 0]
    assert stays(tx) == [(200, 210), (300, None)]


def test_the_stays_of_one_person_go(tx: Transaction) -> None:
    hold(tx, 0)
    attendance.hold(tx, OpenStay(4, 2, at(0)), at(0), LEEWAY)

    assert attendance.delete_of_user(tx, 1, 9) == 1
    assert (stays(tx), stays(tx, 4)) == ([], [(0, None)])
