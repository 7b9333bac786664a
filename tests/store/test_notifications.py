"""Notifications, numbered per user, in both databases."""

from collections.abc import Iterable
from typing import Any

import peewee
import pytest

from store import notifications, outbox_leases
from store.chunks import CHUNK
from store.records import NotificationRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_mail, add_user


@pytest.fixture(autouse=True)
def people(tx: Transaction) -> None:
    for user in (1, 2, 3):
        add_user(tx, user)


def add(tx: Transaction, user: int, *seqs: int, **more: Any) -> list[int]:
    """Add notifications of a user; give their ids."""
    plain = {"event": "chat.message", "data": "{}", "created_at": TEN, "mail": None}
    rows = [plain | more | {"user": user, "seq": seq} for seq in seqs]
    made = {each.seq: each.id for each in notifications.insert_many(tx, rows)}
    return [made[seq] for seq in seqs]


def seqs(found: Iterable[NotificationRecord]) -> list[int]:
    return [each.seq for each in found]


def test_numbers_are_taken_without_holes_for_each_user(tx: Transaction) -> None:
    assert notifications.take_seqs(tx, {2: 3, 1: 1}) == {1: 1, 2: 3}
    assert notifications.take_seqs(tx, {1: 2, 99: 1}) == {1: 3}
    assert notifications.heads(tx, [1, 2, 3, 99]) == {1: 3, 2: 3, 3: 0}


def test_a_number_is_taken_once(tx: Transaction) -> None:
    add(tx, 1, 1)

    with pytest.raises(peewee.IntegrityError):
        add(tx, 1, 1)


def test_a_notification_is_read_back_as_it_was_stored(tx: Transaction) -> None:
    (id,) = add(tx, 1, 7, data='{"lesson_id": 3}')

    found = notifications.get(tx, id)

    assert found == NotificationRecord(
        id, 1, 7, "chat.message", '{"lesson_id": 3}', TEN, None
    )
    assert notifications.get(tx, id + 1) is None


def test_a_page_is_newest_first_and_may_leave_out_what_was_read(
    tx: Transaction,
) -> None:
    ids = add(tx, 1, 1, 2, 3, 4)
    add(tx, 2, 1)
    notifications.set_read(tx, [ids[2]], TEN)

    def page(*, unread: bool, before: int | None = None, limit: int = 9) -> list[int]:
        return seqs(
            notifications.page(tx, 1, unread=unread, before=before, limit=limit)
        )

    assert page(unread=False) == [4, 3, 2, 1]
    assert page(unread=True) == [4, 2, 1]
    assert page(unread=False, before=4, limit=2) == [3, 2]


def test_those_after_a_seq_come_in_order_up_to_a_limit(tx: Transaction) -> None:
    add(tx, 1, 3, 1, 2, 4)
    add(tx, 2, 5)

    assert seqs(notifications.since(tx, 1, 1, limit=2)) == [2, 3]
    assert seqs(notifications.since(tx, 1, 4, limit=2)) == []


def test_the_first_moment_of_reading_counts(tx: Transaction) -> None:
    (id,) = add(tx, 1, 1)

    marked = [notifications.set_read(tx, [id], at) for at in (TEN, TEN + DAY)]

    found = notifications.get(tx, id)
    assert found is not None
    assert (marked, found.read_at) == ([1, 0], TEN)


def test_all_of_one_user_are_marked_as_read(tx: Transaction) -> None:
    add(tx, 1, 1, 2)
    add(tx, 2, 1)

    notifications.set_all_read(tx, 1, TEN)

    unread: dict[str, Any] = {"unread": True, "before": None, "limit": 9}
    assert notifications.page(tx, 1, **unread) == []
    assert seqs(notifications.page(tx, 2, **unread)) == [1]


def test_a_mail_stands_for_its_unread_notifications_in_order(tx: Transaction) -> None:
    mail, other = add_mail(tx, 1, 1), add_mail(tx, 1, 2)
    _, read, _ = add(tx, 1, 3, 2, 1, mail=mail)
    add(tx, 1, 4, mail=other)
    notifications.set_read(tx, [read], TEN)

    assert seqs(notifications.of_mail(tx, mail)) == [1, 3]


def test_spans_detach_only_their_own_users_notifications(tx: Transaction) -> None:
    mails = {user: add_mail(tx, user, 1) for user in (1, 2)}
    for user, mail in mails.items():
        add(tx, user, 1, 2, 3, mail=mail)

    assert set(notifications.detach(tx, [(1, 2, 3)])) == {mails[1]}

    assert seqs(notifications.of_mail(tx, mails[1])) == [1]
    assert seqs(notifications.of_mail(tx, mails[2])) == [1, 2, 3]


def test_many_spans_are_no_deep_query(tx: Transaction) -> None:
    mail, many = add_mail(tx, 1, 1), range(1, 251)
    add(tx, 1, *many, mail=mail)

    assert set(notifications.detach(tx, [(1, seq, seq) for seq in many])) == {mail}

    assert notifications.of_mail(tx, mail) == []


def test_what_was_notified_of_a_chat_is_found_up_to_a_seq(tx: Transaction) -> None:
    for lesson in (1, 2):
        for seq in (5, 6, 7):
            add(tx, 1, 3 * lesson + seq, lesson_id=lesson, chat_seq=seq)
    add(tx, 1, 1, lesson_id=1)
    add(tx, 2, 1, lesson_id=1, chat_seq=5)

    found = notifications.unread_of_chat(tx, 1, 1, 6)
    ids = [record.id for record in found]

    assert seqs(found) == [8, 9]
    assert (notifications.set_read(tx, ids, TEN), notifications.unread(tx, 1)) == (2, 5)
    assert notifications.unread_by_user(tx, [1, 2, 3]) == {1: 5, 2: 1}
    assert notifications.unread_of_chat(tx, 1, 1, 6) == []


def test_a_mail_that_is_being_sent_keeps_its_notifications(tx: Transaction) -> None:
    mail = add_mail(tx, 1, 1)
    add(tx, 1, 1, mail=mail)
    assert outbox_leases.take(tx, node="n", now=TEN, until=TEN)

    assert set(notifications.detach(tx, [(1, 1, 1)])) == set()
    assert seqs(notifications.of_mail(tx, mail)) == [1]


def test_more_than_a_query_takes_are_stored_and_counted(tx: Transaction) -> None:
    many = range(1, 2 * CHUNK)

    add(tx, 1, *many)

    assert seqs(notifications.since(tx, 1, 0, limit=5000)) == list(many)
    assert notifications.heads(tx, many) == {1: 0, 2: 0, 3: 0}
