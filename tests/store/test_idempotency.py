"""Answers that are given again, in both databases."""

import peewee
import pytest

from store import idempotency
from store.transaction import Transaction
from tests.store.rows import DAY, TEN


def test_an_answer_is_kept_per_owner_and_key(tx: Transaction) -> None:
    idempotency.keep(tx, "a", "k", "1", TEN)
    idempotency.keep(tx, "b", "k", "2", TEN)

    assert idempotency.answer(tx, "a", "k") == "1"
    assert idempotency.answer(tx, "b", "k") == "2"
    assert idempotency.answer(tx, "a", "other") is None


def test_a_key_is_answered_once(tx: Transaction) -> None:
    idempotency.keep(tx, "a", "k", "1", TEN)

    with pytest.raises(peewee.IntegrityError):
        idempotency.keep(tx, "a", "k", "2", TEN)


def test_answers_that_are_older_are_forgotten(tx: Transaction) -> None:
    idempotency.keep(tx, "a", "old", "1", TEN - DAY)
    idempotency.keep(tx, "a", "new", "2", TEN)

    assert idempotency.prune(tx, TEN) == 1

    assert idempotency.answer(tx, "a", "old") is None
    assert idempotency.answer(tx, "a", "new") == "2"
