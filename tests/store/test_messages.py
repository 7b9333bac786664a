"""Chat messages, in both databases."""

from collections.abc import Iterable
from typing import Any

import peewee
import pytest

from store import messages
from store.chunks import CHUNK
from store.records import MessageRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_lesson, add_messages, add_user, draft


@pytest.fixture(autouse=True)
def lessons(tx: Transaction) -> None:
    """Lessons 1 and 2, whose chats users 1 and 2 write in."""
    for number in (1, 2):
        add_user(tx, number)
        add_lesson(tx, number)


def add(tx: Transaction, *seqs: int, lesson: int = 1, **more: Any) -> list[int]:
    """Add user 1's messages of a lesson; give their ids."""
    return add_messages(tx, *(draft(lesson, 1, seq, **more) for seq in seqs))


def seqs(found: Iterable[MessageRecord]) -> list[int]:
    return [message.seq for message in found]


def test_ids_come_in_the_order_of_the_drafts(tx: Transaction) -> None:
    drafts = [draft(2, 1, 2), draft(1, 2, 1), draft(2, 2, 1)]

    ids = add_messages(tx, *drafts)

    found = [messages.get(tx, id) for id in ids]
    stored = [(m.lesson_id, m.author_id, m.created_seq) for m in found if m]
    assert stored == [(2, 1, 2), (1, 2, 1), (2, 2, 1)]


def test_a_message_is_read_back_with_its_authors_name(tx: Transaction) -> None:
    (id,) = add(tx, 3, text="½ + ⅓?", client_id="c", sent_digest="d")

    assert messages.get(tx, id) == MessageRecord(
        *(id, 1, 3, 3, 1, "User1", "½ + ⅓?", TEN, None, False, "c", "d")
    )
    assert messages.get(tx, id + 1) is None


@pytest.mark.parametrize("same", [{"seq": 1}, {"client_id": "c"}])
def test_a_seq_and_a_client_id_are_taken_once(
    tx: Transaction, same: dict[str, Any]
) -> None:
    add(tx, 1, client_id="c")

    with pytest.raises(peewee.IntegrityError):
        add_messages(tx, draft(1, 1, 2, client_id="d") | same)


def test_what_a_client_id_made_is_found_by_the_exact_pair(tx: Transaction) -> None:
    add_messages(tx, draft(1, 1, 1, client_id="a"), draft(1, 2, 2, client_id="b"))
    keys = [(1, "a"), (1, "b"), (2, "a"), (9, "a")]

    found = messages.by_client_ids(tx, keys)

    assert {key: message.seq for key, message in found.items()} == {(1, "a"): 1}
    assert messages.by_client_ids(tx, []) == {}


def test_by_ids_gives_each_that_exists_once_and_in_order(tx: Transaction) -> None:
    ids = add(tx, *range(1, CHUNK + 3))

    found = messages.by_ids(tx, {*reversed(ids), ids[-1] + 1})

    assert [message.id for message in found] == sorted(ids)


def test_an_edit_moves_a_message_to_its_new_seq(tx: Transaction) -> None:
    first, second = add(tx, 1, 2)

    messages.set_text(tx, first, seq=3, text="better", at=TEN + DAY)

    edited = messages.get(tx, first)
    assert edited is not None
    assert (edited.text, edited.edited_at) == ("better", TEN + DAY)
    assert (edited.seq, edited.created_seq) == (3, 1)
    changed = messages.changed_since(tx, 1, 1, limit=9)
    assert [message.id for message in changed] == [second, first]


def test_a_tombstone_holds_neither_the_text_nor_its_digest(tx: Transaction) -> None:
    (id,) = add(tx, 1, text="gone", client_id="c", sent_digest="d")

    messages.set_deleted(tx, id, seq=2, by=7)

    left = messages.get(tx, id)
    assert left is not None
    assert (left.deleted, left.text, left.sent_digest) == (True, "", None)
    assert (left.seq, left.client_id) == (2, "c")


def test_history_is_newest_first_without_deleted_ones(tx: Transaction) -> None:
    ids = add(tx, 1, 2, 3, 4)
    add(tx, 1, lesson=2)
    messages.set_deleted(tx, ids[2], seq=5)

    def history(before: int | None, limit: int) -> list[int]:
        return seqs(messages.history(tx, 1, before=before, limit=limit))

    assert history(None, 9) == [4, 2, 1]
    assert history(ids[3], 1) == [2]
    assert history(ids[0], 9) == []


def test_changes_come_by_their_latest_seq_up_to_a_limit(tx: Transaction) -> None:
    ids = add(tx, 1, 2, 3)
    messages.set_text(tx, ids[0], seq=4, text="x", at=TEN)
    messages.set_deleted(tx, ids[1], seq=5)

    assert seqs(messages.changed_since(tx, 1, 0, limit=9)) == [3, 4, 5]
    assert seqs(messages.changed_since(tx, 1, 3, limit=1)) == [4]


def test_new_ones_are_those_made_behind_a_seq_whatever_became_of_them(
    tx: Transaction,
) -> None:
    ids = add(tx, 1, 2, 3)
    messages.set_text(tx, ids[0], seq=4, text="x", at=TEN)
    messages.set_deleted(tx, ids[1], seq=5)

    made = messages.created_since(tx, 1, 1, limit=9)

    assert [message.created_seq for message in made] == [2, 3]
    assert seqs(messages.created_since(tx, 1, 1, limit=1)) == [5]
