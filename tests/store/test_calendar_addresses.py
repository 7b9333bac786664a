"""The addresses of calendars, in both databases."""

from store import calendar_addresses, users
from store.transaction import Transaction
from tests.store.rows import HOUR, TEN, add_user


def test_a_new_address_ends_the_one_before(tx: Transaction) -> None:
    add_user(tx, 1)
    assert calendar_addresses.made_at(tx, 1) is None

    calendar_addresses.put(tx, 1, "a", TEN)
    calendar_addresses.put(tx, 1, "b", TEN + HOUR)

    assert calendar_addresses.made_at(tx, 1) == TEN + HOUR
    assert calendar_addresses.owner(tx, "a") is None
    assert calendar_addresses.owner(tx, "b") == 1


def test_an_address_that_has_ended_is_nobodys(tx: Transaction) -> None:
    for user_id, digest in ((1, "a"), (2, "b")):
        add_user(tx, user_id)
        calendar_addresses.put(tx, user_id, digest, TEN)

    calendar_addresses.delete(tx, 1)

    assert calendar_addresses.owner(tx, "a") is None
    assert calendar_addresses.made_at(tx, 1) is None
    assert calendar_addresses.owner(tx, "b") == 2


def test_who_is_deactivated_has_no_calendar_until_they_are_back(
    tx: Transaction,
) -> None:
    add_user(tx, 1)
    calendar_addresses.put(tx, 1, "a", TEN)

    users.update(tx, 1, {"is_active": False})
    assert calendar_addresses.owner(tx, "a") is None

    users.update(tx, 1, {"is_active": True})
    assert calendar_addresses.owner(tx, "a") == 1
