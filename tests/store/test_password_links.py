"""The table of links to choose a password by, in both databases."""

import pytest

from store import password_links as links
from store import users
from store.records import LinkRecord
from store.transaction import Transaction
from tests.store.rows import DAY, HOUR, TEN, add_user


@pytest.fixture(autouse=True)
def people(tx: Transaction) -> None:
    for user_id in (1, 2):
        add_user(tx, user_id)


def add(tx: Transaction, digest: str, user_id: int = 1) -> None:
    links.add(tx, digest, user_id=user_id, mail_id=None, at=TEN, expires_at=TEN + HOUR)


def test_a_link_tells_whose_it_is_until_its_end(tx: Transaction) -> None:
    add(tx, "a")

    end = TEN + HOUR
    assert links.get(tx, "a", TEN) == LinkRecord(1, "User1", "user1@school.example")
    assert links.get(tx, "a", end) is None
    assert links.get(tx, "b", TEN) is None


def test_a_link_of_who_is_locked_out_doesnt_count(tx: Transaction) -> None:
    add(tx, "a")
    users.update(tx, 1, {"is_active": False})

    assert links.get(tx, "a", TEN) is None


def test_ending_ones_links_leaves_others(tx: Transaction) -> None:
    for digest, user_id in (("a", 1), ("b", 1), ("c", 2)):
        add(tx, digest, user_id)

    assert links.end(tx, 1) == 2
    assert links.get(tx, "a", TEN) is None
    assert links.get(tx, "c", TEN) is not None
    assert links.end_all(tx) == 1


def test_expired_links_are_deleted_in_slices(tx: Transaction) -> None:
    for digest in ("a", "b", "c"):
        add(tx, digest)
    later = TEN + DAY
    links.add(tx, "new", user_id=1, mail_id=7, at=TEN, expires_at=later)

    assert [links.delete_expired(tx, TEN + 2 * HOUR, 2) for _ in range(3)] == [2, 1, 0]
    assert links.get(tx, "new", TEN) is not None
