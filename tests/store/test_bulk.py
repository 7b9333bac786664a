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
