"""What is deleted once it has been kept long enough, and what never yet."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from store import (
    board_journal,
    board_snapshots,
    lessons,
    messages,
    notifications,
    outbox,
    outbox_leases,
    retention,
)
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import (
    DAY,
    TEN,
    add_lesson,
    add_mail,
    add_messages,
    add_user,
    draft,
)

YEAR = 365 * DAY


@pytest.fixture(autouse=True)
def person(tx: Transaction) -> None:
    add_user(tx, 1)


def notify(tx: Transaction, seq: int, **more: Any) -> int:
    """Add a notification of user 1; give its id."""
    plain = {"event": "x", "data": "{}", "created_at": TEN, "mail": None}
    row = plain | more | {"user": 1, "seq": seq}
    return notifications.insert_many(tx, [row])[0].id


def left(tx: Transaction) -> Sequence[int]:
    return [each.seq for each in notifications.since(tx, 1, 0, limit=99)]


def ended(tx: Transaction, state: str) -> int:
    """Add a mail that ended at ten."""
    made = add_mail(tx, 1, 1)
    outbox_leases.take(tx, node="n", now=TEN, until=TEN)
    outbox_leases.note(tx, made, at=TEN, outcome=state, reply="x")
    outbox_leases.end(tx, made, node="n", state=state, at=TEN, detail="")
    return made


def test_notifications_go_in_the_order_in_which_they_were_made(
    tx: Transaction,
) -> None:
    for seq, at in ((1, TEN), (2, TEN), (3, TEN + DAY), (4, TEN)):
        notify(tx, seq, created_at=at)

    deleted = [retention.delete_notifications(tx, TEN + DAY, 1) for _ in range(3)]

    assert deleted == [1, 1, 0]
    assert left(tx) == [3, 4]


def test_a_notification_stays_until_its_mail_has_ended(tx: Transaction) -> None:
    notify(tx, 1)
    mail = add_mail(tx, 1, 1)
    notify(tx, 2, mail=mail)
    notify(tx, 3)

    assert retention.delete_notifications(tx, TEN + YEAR, 9) == 1
    outbox_leases.take(tx, node="n", now=TEN, until=TEN)
    assert retention.delete_notifications(tx, TEN + YEAR, 9) == 0
    outbox_leases.end(tx, mail, node="n", state="dead", at=TEN, detail="")
    assert retention.delete_notifications(tx, TEN + YEAR, 9) == 2


def test_mails_that_ended_long_ago_go_with_their_tries(tx: Transaction) -> None:
    gone = [ended(tx, state) for state in ("sent", "dropped", "dead")]
    waiting = add_mail(tx, 1, 2)
    seq = notify(tx, 1, mail=gone[0])

    deleted = [
        retention.delete_mails(tx, TEN, 9),
        *(retention.delete_mails(tx, TEN + DAY, 2) for _ in range(3)),
    ]

    assert deleted == [0, 2, 1, 0]
    states = ("waiting", "sent", "dropped", "dead")
    found = outbox.page(tx, states=states, after=0, limit=9)
    assert [each.id for each in found] == [waiting]
    assert outbox_leases.attempts(tx, gone[0]) == []
    assert notifications.get(tx, seq) is not None


def test_old_messages_are_those_before_the_first_that_is_young(
    tx: Transaction,
) -> None:
    add_lesson(tx, 1)
    moments = (TEN, TEN, TEN + DAY, TEN)
    ids = add_messages(
        tx, *(draft(1, 1, n + 1, created_at=at) for n, at in enumerate(moments))
    )
    messages.set_deleted(tx, ids[0], seq=9)

    found = retention.old_messages(tx, ids[0] - 1, TEN + DAY, 9)
    part = retention.old_messages(tx, ids[0] - 1, TEN + DAY, 1)

    assert found == ([(ids[1], 1)], ids[1], False)
    assert part == ([], ids[0], True)


def drawn(tx: Transaction, lesson_id: int, *, kind: str = "patch") -> None:
    """Make a lesson with a change of its board."""
    add_lesson(tx, lesson_id)
    lessons.set_board_seq(tx, lesson_id, 1)
    board_journal.append(tx, [BoardEntryRecord(lesson_id, 1, kind, 1, TEN)])


SNAPSHOT: dict[str, Any] = {
    "seq": 1,
    "taken_at": TEN,
    "checksum": "c",
    "data": b"",
    "elements": 3,
}


def test_boards_of_lessons_that_ended_are_found_unless_they_are_empty(
    tx: Transaction,
) -> None:
    drawn(tx, 1)
    drawn(tx, 2, kind="reset")
    drawn(tx, 3, kind="reset")
    board_snapshots.add(tx, lesson_id=3, kind="regular", **SNAPSHOT)
    add_lesson(tx, 4)

    assert retention.boards_left(tx, 0, TEN + YEAR, 9) == [1, 3]
    assert retention.boards_left(tx, 1, TEN + YEAR, 9) == [3]
    assert retention.boards_left(tx, 0, TEN + YEAR, 1) == [1]
    assert retention.boards_left(tx, 0, TEN, 9) == []


def test_one_snapshot_takes_the_place_of_all_that_a_board_has(
    tx: Transaction,
) -> None:
    for lesson in (1, 2):
        add_lesson(tx, lesson)
        for kind, seq in (("regular", 1), ("cleared", 2)):
            fields = SNAPSHOT | {"seq": seq, "kind": kind}
            board_snapshots.add(tx, lesson_id=lesson, **fields)

    retention.replace_snapshots(tx, 1, **SNAPSHOT | {"seq": 3, "elements": 0})

    assert [one.seq for one in board_snapshots.of_lesson(tx, 1)] == [3]
    assert [one.seq for one in board_snapshots.of_lesson(tx, 2)] == [2, 1]


def test_only_one_process_of_several_prunes_at_a_time(
    tx: Transaction, engine: Any
) -> None:
    def ask() -> bool:
        with engine.connection_context():
            return retention.alone(Transaction(engine))

    first = retention.alone(tx)
    with ThreadPoolExecutor(1) as other:
        second = other.submit(ask).result(10)

    assert (first, second) == (True, not tx.is_postgres)
