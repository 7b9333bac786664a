"""Changes of rights are one stream, the same to this process and to all others."""

import msgspec

from rtserver.access.changes import STREAM, Membership, announce, event_of
from store import access_changes
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_user


def test_what_is_published_here_is_what_others_read_back(tx: Transaction) -> None:
    head = access_changes.head(tx)
    add_user(tx, 7)
    add_lesson(tx, 3)

    announce(tx, "board", 7, now=TEN, lesson_id=3, data={"board": "view"})
    announce(tx, "user", 7, now=TEN)

    read = access_changes.since(tx, head, 9)
    assert tx.events == [event_of(record, TEN) for record in read]
    assert [record.data for record in read] == [{"board": "view"}, {}]


def test_each_takes_the_next_number_of_the_one_stream(tx: Transaction) -> None:
    head = access_changes.head(tx)
    for user_id in (7, 8):
        add_user(tx, user_id)
        announce(tx, "user", user_id, now=TEN)

    told = [(event.stream, event.seq) for event in tx.events]
    assert told == [(STREAM, head + 1), (STREAM, head + 2)]
    assert access_changes.head(tx) == head + 2


def test_who_joined_is_known_from_what_is_stored(tx: Transaction) -> None:
    head = access_changes.head(tx)
    add_user(tx, 7)
    joined = Membership("Olena", "tutor", None, 9, (7, 8))

    announce(tx, "joined", 7, now=TEN, data=msgspec.to_builtins(joined))

    [record] = access_changes.since(tx, head, 9)
    assert msgspec.convert(record.data, Membership) == joined
