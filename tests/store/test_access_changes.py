"""The journal of changes of rights, in both databases."""

from typing import Any

import pytest

from store import access_changes
from store.records import AccessChangeRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN


def record(tx: Transaction, user_id: int = 4, **more: Any) -> AccessChangeRecord:
    plain: dict[str, Any] = {"kind": "joined", "user_id": user_id, "at": TEN}
    return access_changes.record(tx, **plain | more)


def test_changes_are_numbered_one_after_the_other(tx: Transaction) -> None:
    before = access_changes.head(tx)

    seqs = [record(tx, user).seq for user in (4, 5, 4)]

    assert seqs == [before + 1, before + 2, before + 3]
    assert access_changes.head(tx) == before + 3


def test_changes_of_many_are_numbered_in_their_order(tx: Transaction) -> None:
    start = access_changes.head(tx)
    people: dict[int, dict[str, Any]] = {
        id: {"name": str(id)} for id in range(700, 0, -1)
    }

    made = access_changes.record_all(tx, "renamed", people, at=TEN)

    assert access_changes.since(tx, start, 1000) == made
    assert [one.seq for one in made] == list(range(start + 1, start + 701))
    assert {one.user_id: one.data for one in made} == people
    assert access_changes.record_all(tx, "renamed", {}, at=TEN) == []
    assert access_changes.head(tx) == start + 700


def test_whose_turn_it_is_records_the_next_change(tx: Transaction) -> None:
    before = access_changes.head(tx)

    access_changes.take_turn(tx)

    assert record(tx).seq == before + 1


def test_a_change_that_is_taken_back_leaves_no_hole(tx: Transaction) -> None:
    with pytest.raises(RuntimeError), tx.engine.savepoint():
        lost = record(tx)
        raise RuntimeError

    assert record(tx).seq == lost.seq


def test_a_change_is_read_back_as_it_was_recorded(tx: Transaction) -> None:
    start = access_changes.head(tx)
    about = record(tx, lesson_id=7, data={"name": "Олена", "recipients": [1, 2]})
    plain = record(tx, kind="user")

    assert access_changes.since(tx, start, 10) == [about, plain]
    assert (plain.lesson_id, plain.data) == (None, {})


def test_changes_come_in_order_behind_a_seq_up_to_a_limit(tx: Transaction) -> None:
    made = [record(tx) for _ in range(4)]

    assert access_changes.since(tx, made[0].seq, 2) == made[1:3]
    assert access_changes.since(tx, made[-1].seq, 2) == []


def test_pruning_takes_what_is_older_and_never_a_number(tx: Transaction) -> None:
    old, young = record(tx, at=TEN - DAY), record(tx, at=TEN)

    assert access_changes.prune(tx, TEN) == 1

    assert access_changes.since(tx, old.seq - 1, 10) == [young]
    assert record(tx).seq == young.seq + 1
