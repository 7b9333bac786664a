"""Everything that is kept about one person, and no secret of theirs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from store import (
    access_changes,
    attendance,
    board_journal,
    idempotency,
    logins,
    messages,
    notifications,
    outbox_leases,
    person,
    preferences,
    read_marks,
    users,
)
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import (
    DAY,
    TEN,
    add_lesson,
    add_mail,
    add_member,
    add_messages,
    add_user,
    draft,
)

NOUNS: list[Callable[[Transaction, int], Iterator[Any]]] = [
    person.logins,
    person.lessons,
    person.messages,
    person.read_marks,
    person.attendance,
    person.board_changes,
    person.notifications,
    person.preferences,
    person.mails,
    person.access_changes,
    person.idempotency_keys,
]


@pytest.fixture(autouse=True)
def two_people(tx: Transaction) -> None:
    """Users 1 and 2 have two of everything each, and user 3 has nothing."""
    for number in (1, 2, 3):
        add_user(tx, number, password_hash="a-secret")
        add_lesson(tx, number)
    for user in (1, 2):
        for lesson in (2, 1):
            fill(tx, user, lesson)
        for event in ("b", "a"):
            preferences.put(tx, user, {event: False})


def fill(tx: Transaction, user: int, lesson: int) -> None:
    """Add one of each noun, which belongs to a lesson where it can."""
    name = f"{user}-{lesson}"
    logins.add(tx, name, user_id=user, at=TEN)
    until = TEN + DAY
    logins.add_token(tx, f"a-secret{name}", login_id=name, expires_at=until)
    add_member(tx, lesson, user)
    seq = {1: 10, 2: 20}[user]
    secret = {"client_id": name, "sent_digest": "a-secret"}
    add_messages(tx, draft(lesson, user, seq, **secret))
    read_marks.put(tx, lesson, user, lesson)
    leeway = attendance.Leeway(DAY, DAY)
    attendance.hold(tx, attendance.OpenStay(lesson, user, TEN), TEN, leeway)
    board_journal.append(tx, [BoardEntryRecord(lesson, user, "patch", user, TEN)])
    row = {"event": "x", "data": "{}", "created_at": TEN, "mail": None}
    notifications.insert_many(tx, [row | {"user": user, "seq": lesson}])
    mail = add_mail(tx, user, lesson)
    outbox_leases.note(tx, mail, at=TEN, outcome="sent", reply="250 ok")
    access_changes.record(tx, kind="user", user_id=user, at=TEN)
    idempotency.keep(tx, f"user:{user}", f"k{lesson}", "answer", TEN)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_each_noun_is_ones_own_and_holds_no_secret(
    tx: Transaction, noun: Callable[[Transaction, int], Iterator[Any]]
) -> None:
    assert (len(list(noun(tx, 1))), list(noun(tx, 3))) == (2, [])
    assert "a-secret" not in str(list(noun(tx, 1)))


def test_an_account_says_that_there_is_a_password_and_not_which(
    tx: Transaction,
) -> None:
    add_user(tx, 4)

    found, without = person.account(tx, 1), person.account(tx, 4)

    assert found is not None and without is not None
    assert (found["has_password"], without["has_password"]) == (True, False)
    assert "a-secret" not in str(found)
    assert person.account(tx, 99) is None


def test_a_login_tells_when_its_tokens_counted(tx: Transaction) -> None:
    first = next(person.logins(tx, 1))

    assert first == {
        "signed_in_at": TEN,
        "ended_at": None,
        "cookie": None,
        "tokens": [{"expires_at": TEN + DAY, "spent_at": None}],
    }


def test_lessons_come_by_id_with_what_they_are(tx: Transaction) -> None:
    found = list(person.lessons(tx, 1))

    assert [(row["lesson_id"], row["title"]) for row in found] == [
        (1, "Lesson 1"),
        (2, "Lesson 2"),
    ]


def test_of_a_deleted_message_its_place_is_told(tx: Transaction) -> None:
    (last, _) = person.messages(tx, 1)
    messages.set_deleted(tx, last["id"], seq=30)

    (row, _) = person.messages(tx, 1)

    assert (row["deleted"], row["text"], row["seq"]) == (True, "", 30)
    assert (row["created_seq"], row["lesson_title"]) == (10, "Lesson 2")


def test_boards_are_told_lesson_by_lesson_in_bytes(tx: Transaction) -> None:
    found = list(person.board_changes(tx, 1))

    assert person.drawn_in(tx, 1) == [1, 2]
    assert [(row["lesson_id"], row["elements"]) for row in found] == [
        (1, b"[]"),
        (2, b"[]"),
    ]


def test_a_mail_has_its_tries(tx: Transaction) -> None:
    (mail, _) = person.mails(tx, 1)

    assert mail["tries"] == [{"at": TEN, "outcome": "sent", "reply": "250 ok"}]


def test_everything_is_read_however_many_pages_that_takes(tx: Transaction) -> None:
    total = 2 * person.PAGE + 1
    add_messages(tx, *(draft(3, 3, seq) for seq in range(1, total + 1)))
    users.update(tx, 3, {"name": "Busy"})

    found = [row["seq"] for row in person.messages(tx, 3)]

    assert found == list(range(1, total + 1))
