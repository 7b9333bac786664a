"""Held messages, in both databases."""

from typing import Any

import peewee
import pytest

from store import held_messages
from store.records import HeldMessageRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_lesson, add_user


@pytest.fixture(autouse=True)
def lessons(tx: Transaction) -> None:
    """Lessons 1 and 2, in which users 1 and 2 want to say something."""
    for number in (1, 2):
        add_user(tx, number)
        add_lesson(tx, number)


def hold(tx: Transaction, text: str = "May I?", **more: Any) -> HeldMessageRecord:
    plain = {"lesson_id": 1, "author_id": 1, "client_id": None, "sent_digest": None}
    return held_messages.insert(tx, **plain | {"text": text, "at": TEN} | more)


def waiting(tx: Transaction, **more: Any) -> list[int]:
    wanted = {"author_id": None, "after": 0, "limit": 9} | more
    return [one.id for one in held_messages.undecided(tx, 1, **wanted)]


def test_what_waits_is_read_back_with_its_authors_name(tx: Transaction) -> None:
    made = hold(tx, client_id="c", sent_digest="d")

    assert made == HeldMessageRecord(
        *(made.id, 1, 1, "User1", "May I?", "c", "d", "held", TEN, None)
    )
    assert held_messages.get(tx, made.id) == made
    assert held_messages.get(tx, made.id + 1) is None
    assert held_messages.by_ids(tx, {made.id, made.id + 1}) == [made]


def test_what_waits_is_listed_per_lesson_and_author_oldest_first(
    tx: Transaction,
) -> None:
    ids = [hold(tx, author_id=author).id for author in (1, 2, 1)]
    hold(tx, lesson_id=2)

    assert waiting(tx) == ids
    assert waiting(tx, author_id=1) == [ids[0], ids[2]]
    assert waiting(tx, after=ids[0], limit=1) == [ids[1]]
    assert held_messages.count(tx, 1, 1) == 2


@pytest.mark.parametrize("state", ["approved", "rejected", "withdrawn"])
def test_once_decided_no_text_is_left_and_it_is_decided_once(
    tx: Transaction, state: str
) -> None:
    made = hold(tx, client_id="c", sent_digest="d")

    first = held_messages.decide(tx, [made.id], state, by=2, at=TEN, message_id=7)
    second = held_messages.decide(tx, [made.id], "other", by=2, at=TEN)

    left = held_messages.get(tx, made.id)
    assert left is not None and (first, second) == (1, 0)
    assert (left.state, left.text, left.sent_digest) == (state, "", None)
    assert (left.client_id, left.message_id, waiting(tx)) == ("c", 7, [])
    assert held_messages.approvers(tx, [7, 8]) == {7: 2}


def test_a_client_id_is_taken_once_and_found_by_the_exact_pair(
    tx: Transaction,
) -> None:
    made = hold(tx, client_id="a")
    hold(tx, author_id=2, client_id="b")

    keys = [(1, "a"), (1, "b"), (2, "a")]
    assert held_messages.by_client_ids(tx, keys) == {(1, "a"): made}
    assert held_messages.by_client_ids(tx, []) == {}
    with pytest.raises(peewee.IntegrityError):
        hold(tx, client_id="a", lesson_id=2)


def test_what_waits_too_long_is_found(tx: Transaction) -> None:
    old, decided = hold(tx), hold(tx)
    hold(tx, at=TEN + DAY)
    held_messages.decide(tx, [decided.id], "rejected", by=2, at=TEN)

    assert held_messages.older(tx, TEN + DAY, 9) == [old]


def test_traces_of_an_author_are_texts_and_client_ids(tx: Transaction) -> None:
    waits, named, bare = hold(tx), hold(tx, client_id="c"), hold(tx)
    hold(tx, author_id=2)
    for one in (named, bare):
        held_messages.decide(tx, [one.id], "rejected", by=2, at=TEN)

    found = [one.id for one in held_messages.written(tx, 1, 0, 9)]
    held_messages.drop_client_ids(tx, [named.id])

    assert found == [waits.id, named.id]
    assert [one.id for one in held_messages.written(tx, 1, 0, 9)] == [waits.id]
