"""What stands for somebody who was erased can be nobody else's."""

import pytest

from rtserver.accounts.tombstone import address_of, is_erased
from rtserver.errors import Invalid
from rtserver.input.text import clean_email
from store.records import UserRecord


def user(id: int, email: str) -> UserRecord:
    return UserRecord(id, email, "Deleted user", "student", "en", "UTC", False)


def test_only_the_address_of_ones_own_erasure_shows_it() -> None:
    assert is_erased(user(7, address_of(7)))
    assert not is_erased(user(7, address_of(8)))
    assert not is_erased(user(7, "olena@school.example"))


def test_nobody_can_be_given_such_an_address() -> None:
    with pytest.raises(Invalid, match="stand for erased people"):
        clean_email(address_of(7))
