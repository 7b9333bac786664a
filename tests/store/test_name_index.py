"""The words of names follow the names, in both databases."""

from store import erasure, name_index, users
from store.models_accounts import NameWord
from store.transaction import Transaction
from tests.store.rows import add_user


def words(tx: Transaction) -> list[tuple[int, bytes]]:
    rows = tx.rows(NameWord.select().order_by(NameWord.user, NameWord.word))
    return [(row["user"], bytes(row["word"])) for row in rows]


def test_a_new_user_and_a_new_name_are_found(tx: Transaction) -> None:
    add_user(tx, 1, name="Ann Lee")
    add_user(tx, 2, name="Bo")
    users.update(tx, 1, {"name": "Ann Moe"})

    assert words(tx) == [(1, b"ann moe"), (1, b"moe"), (2, b"bo")]


def test_a_name_that_stays_writes_nothing(tx: Transaction) -> None:
    add_user(tx, 1, name="Ann Lee")
    before = tx.writes
    name_index.put(tx, {1: "ANN  Lee"})

    assert tx.writes == before


def test_many_are_put_at_once(tx: Transaction) -> None:
    for user_id in range(1, 8):
        add_user(tx, user_id)
    name_index.put(tx, {id: f"New {id}" for id in range(1, 8)})

    assert [id for id, word in words(tx) if word.startswith(b"new")] == [*range(1, 8)]


def test_nothing_is_left_of_who_is_erased(tx: Transaction) -> None:
    add_user(tx, 1, name="Ann Lee")
    erasure.forget_account(tx, 1, {"name": "Deleted user", "is_active": False})

    assert words(tx) == []
