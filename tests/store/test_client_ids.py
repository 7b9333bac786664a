"""The keys of what people send."""

from store import client_ids
from store.models import Message
from store.transaction import Transaction
from tests.store.rows import add_lesson, add_messages, add_user, draft


def test_those_are_found_that_have_both_of_a_key(tx: Transaction) -> None:
    add_user(tx, 1)
    add_user(tx, 2)
    add_lesson(tx, 1)
    sent = [(1, 1, "a"), (2, 1, "b"), (3, 2, "a"), (4, 2, "b")]
    drafts = [draft(1, who, seq, client_id=key) for seq, who, key in sent]
    add_messages(tx, *drafts)

    keys = (1, "a", 2, "b", 2, "c", 9, "a")
    query = client_ids.having(Message, Message.select(Message.seq), keys)

    assert {row["seq"] for row in tx.rows(query)} == {1, 4}
