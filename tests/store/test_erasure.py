"""One person is taken out of the tables, and nobody else is touched."""

from typing import Any

import pytest

from store import (
    access_changes,
    board_journal,
    erasure,
    idempotency,
    lessons,
    logins,
    messages,
    notifications,
    outbox_leases,
    preferences,
    read_marks,
    users,
)
from store.erasure import NOBODY, Quote
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


@pytest.fixture(autouse=True)
def two_people(tx: Transaction) -> None:
    """Users 1 and 2 are in lessons 1 and 2."""
    for number in (1, 2):
        add_user(tx, number)
        add_lesson(tx, number)
    for lesson in (1, 2):
        for user in (1, 2):
            add_member(tx, lesson, user)


def notify(tx: Transaction, user: int, *seqs: int, mail: int | None = None) -> None:
    row = {"event": "x", "data": f"{{'of': {user}}}", "created_at": TEN, "mail": mail}
    notifications.insert_many(tx, [row | {"user": user, "seq": n} for n in seqs])


def test_an_account_keeps_its_id_and_loses_what_belongs_to_it(tx: Transaction) -> None:
    for user in (1, 2):
        logins.add(tx, f"s{user}", user_id=user, at=TEN)
        preferences.put(tx, user, {"chat.message": False})
        read_marks.put(tx, 1, user, 5)
        idempotency.keep(tx, f"user:{user}", "k", "answer", TEN)

    erasure.forget_account(tx, 1, {"name": "", "is_active": False})

    gone = users.get(tx, 1)
    assert gone is not None and (gone.name, gone.is_active) == ("", False)
    assert [logins.revoke(tx, sid, at=TEN) for sid in ("s1", "s2")] == [False, True]
    assert [bool(preferences.of_user(tx, user)) for user in (1, 2)] == [False, True]
    assert read_marks.of_lesson(tx, 1) == {2: 5}
    answers = [idempotency.answer(tx, f"user:{user}", "k") for user in (1, 2)]
    assert answers == [None, "answer"]


def test_changes_of_rights_keep_their_place_without_the_name(tx: Transaction) -> None:
    mine, others = (
        access_changes.record(tx, kind="joined", user_id=user, at=TEN, data={"n": user})
        for user in (1, 2)
    )

    assert erasure.access_data(tx, 1) == {mine.seq: '{"n": 1}'}
    erasure.set_access_data(tx, mine.seq, "{}")

    found = access_changes.since(tx, mine.seq - 1, 9)
    assert [(one.seq, one.data) for one in found] == [
        (mine.seq, {}),
        (others.seq, {"n": 2}),
    ]


def test_changed_lessons_that_show_somebody_name_them(tx: Transaction) -> None:
    shown, others = (
        access_changes.record(
            tx,
            kind="lesson",
            user_id=0,
            at=TEN,
            data={"lesson": {"id": 3, "members": [{"user_id": user, "name": "Ann"}]}},
        )
        for user in (1, 11)
    )

    assert set(erasure.access_data(tx, 1)) == {shown.seq}
    assert set(erasure.access_data(tx, 11)) == {others.seq}


def test_notifications_go_some_at_a_time(tx: Transaction) -> None:
    notify(tx, 1, 1, 2, 3)
    notify(tx, 2, 1)

    assert [erasure.delete_notifications(tx, 1, 2) for _ in range(3)] == [2, 1, 0]
    assert len(notifications.since(tx, 2, 0, limit=9)) == 1


def test_a_mail_that_is_being_sent_stays_until_its_lease_is_over(
    tx: Transaction,
) -> None:
    sending, waiting = add_mail(tx, 1, 1, due_at=TEN - DAY), add_mail(tx, 1, 2)
    others = add_mail(tx, 2, 1)
    outbox_leases.take(tx, node="n", now=TEN, until=TEN + DAY)

    assert erasure.mail_ids(tx, 1) == [sending, waiting]
    assert erasure.mails_being_sent(tx, 1, TEN) == 1
    assert [erasure.delete_mails(tx, 1, TEN, 9) for _ in range(2)] == [1, 0]
    later = TEN + 2 * DAY
    assert erasure.mails_being_sent(tx, 1, later) == 0
    assert erasure.delete_mails(tx, 1, later, 9) == 1
    assert erasure.mail_ids(tx, 2) == [others]


def test_messages_are_found_in_portions_until_nothing_is_left_of_them(
    tx: Transaction,
) -> None:
    lessons.take_chat_seqs(tx, {1: 3, 2: 1})
    mine = [draft(1, 1, 1), draft(2, 1, 1, client_id="c"), draft(1, 1, 3)]
    first, second, third = add_messages(tx, *mine)
    add_messages(tx, draft(1, 2, 2))

    def found(after: int, limit: int) -> list[tuple[int, int]]:
        rows = erasure.written(tx, 1, after, limit)
        return [(row["id"], row["lesson"]) for row in rows]

    assert found(0, 2) == [(first, 1), (second, 2)]
    assert found(second, 2) == [(third, 1)]
    erasure.bury_messages(tx, [first, second, third])
    assert found(0, 9) == [(second, 2)]  # the client chose its id
    erasure.drop_client_ids(tx, [second])
    assert found(0, 9) == []


def test_buried_messages_take_the_next_seqs_of_their_lessons(tx: Transaction) -> None:
    lessons.take_chat_seqs(tx, {1: 3, 2: 1})
    drafts = [draft(1, 1, 1), draft(1, 1, 2), draft(2, 1, 1), draft(1, 1, 3)]
    ids = add_messages(tx, *drafts)
    messages.set_deleted(tx, ids[1], seq=2)

    assert erasure.bury_messages(tx, ids) == 3
    assert erasure.bury_messages(tx, ids) == 0

    left = [messages.get(tx, id) for id in ids]
    assert [one and (one.seq, one.text) for one in left] == [
        *((4, ""), (2, "")),
        *((2, ""), (5, "")),
    ]
    assert lessons.chat_seqs(tx, [1, 2]) == {1: 5, 2: 2}


def test_a_journal_names_nobody_in_the_place_of_somebody(tx: Transaction) -> None:
    drawers = {1: 1, 2: 2, 3: 1, 4: 1}
    entries = [BoardEntryRecord(1, n, "patch", by, TEN) for n, by in drawers.items()]
    board_journal.append(tx, [*entries, BoardEntryRecord(2, 1, "patch", 1, TEN)])

    assert [erasure.drawn(tx, 1, 1, 2) for _ in range(3)] == [2, 1, 0]

    named = [entry.user_id for entry in board_journal.after(tx, 1, 0)]
    assert named == [NOBODY, 2, NOBODY, NOBODY]
    assert [entry.user_id for entry in board_journal.after(tx, 2, 0)] == [1]


def test_lessons_are_listed_with_their_titles_in_portions(tx: Transaction) -> None:
    assert erasure.memberships(tx, 1) == [1, 2]
    assert erasure.titles(tx, 0, 1) == {1: "Lesson 1"}
    assert erasure.titles(tx, 1, 9) == {2: "Lesson 2"}


def test_quotes_are_found_whoever_they_are_for_and_written_back(
    tx: Transaction,
) -> None:
    mail = add_mail(tx, 1, 1, data='{"name": "O"}', lesson='{"title": "T"}')
    notify(tx, 1, 1, mail=mail)
    notify(tx, 2, 1)
    first, second = erasure.notification_quotes(tx, 0, 9)
    (quoted,) = erasure.mail_quotes(tx, mail - 1, 9)

    assert (first.mail_id, second.mail_id) == (mail, None)
    assert erasure.notification_quotes(tx, first.id, 9) == [second]
    assert quoted == Quote(mail, '{"name": "O"}', '{"title": "T"}', mail)

    erasure.set_notification_quotes(tx, [first._replace(data="{}")])
    clean: Any = quoted._replace(data="{}", lesson=None)
    erasure.set_mail_quotes(tx, [clean])
    assert erasure.notification_quotes(tx, 0, 9) == [first._replace(data="{}"), second]
    assert erasure.mail_quotes(tx, 0, 9) == [clean]
