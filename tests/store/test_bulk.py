"""Many rows go in as they would one by one, in both databases."""

from datetime import timedelta

from store import bulk, users
from store.models import User
from store.transaction import Transaction
from tests.store.rows import TEN


def person(number: int) -> dict[str, object]:
    email = f"u{number}@x.example"
    return {
        "id": number,
        "email": email,
        "email_key": email,
        "name": f"Ім'я \" {number}",
        "role": "student",
        "locale": "uk",
        "timezone": "Europe/Kyiv",
        "created_at": TEN + timedelta(seconds=number),
    }


def test_many_rows_are_those_that_were_given(tx: Transaction) -> None:
    rows = [person(number) for number in range(1, 1202)]

    made = bulk.insert(tx, User, rows, returning=("id", "email_key"))

    last = users.get(tx, 1201)
    assert last is not None
    assert (last.name, last.is_active) == ("Ім'я \" 1201", True)
    assert made[-1] == {"id": 1201, "email_key": "u1201@x.example"}
    row = tx.first(User.select(User.created_at).where(User.id == 7))
    assert row is not None and row["created_at"] == TEN + timedelta(seconds=7)


def test_nothing_is_nothing(tx: Transaction) -> None:
    before = tx.writes

    assert bulk.insert(tx, User, [], returning=("id",)) == []
    assert tx.writes == before


def test_many_rows_are_changed_each_in_what_it_names(tx: Transaction) -> None:
    bulk.insert(tx, User, [person(number) for number in range(1, 1202)])

    changes = {number: {"name": f"N'{number}"} for number in range(1, 1201)}
    bulk.update(tx, User, changes | {7: {"role": "tutor"}, 9: {}, 2**40: {"name": "x"}})

    found = users.by_ids(tx, [6, 7, 9, 1200, 1201])
    assert {id: (user.name, user.role) for id, user in found.items()} == {
        6: ("N'6", "student"),
        7: ("Ім'я \" 7", "tutor"),
        9: ("Ім'я \" 9", "student"),
        1200: ("N'1200", "student"),
        1201: ("Ім'я \" 1201", "student"),
    }


def test_no_change_is_none(tx: Transaction) -> None:
    before = tx.writes

    bulk.update(tx, User, {})
    bulk.update(tx, User, {7: {}})

    assert tx.writes == before
