"""What a request about an account sets, and what it can't."""

from typing import Any

import msgspec
import pytest

from rtserver.accounts.requests import (
    MyChanges,
    UserBody,
    UserChanges,
    clean_values,
    lookup_key,
)
from rtserver.errors import Invalid


def test_only_what_was_sent_is_set() -> None:
    assert clean_values(UserChanges(name=" Olena ")) == {"name": "Olena"}
    assert clean_values(UserChanges(is_active=False)) == {"is_active": False}


def test_an_address_brings_the_key_that_keeps_it_unique() -> None:
    values = clean_values(UserBody("Olena@School.Example", "Olena", "tutor"))

    assert values["email"] == "Olena@School.Example"
    assert values["email_key"] == lookup_key("oLENA@school.example")


def test_no_password_becomes_a_column() -> None:
    changes = MyChanges(password="correct horse", current_password="battery staple")

    assert clean_values(changes) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("name", "  "),
        ("locale", "no locale"),
        ("timezone", "Mars/Olympus"),
    ],
)
def test_what_is_unfit_is_named_by_its_field(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_values(UserChanges(**{field: value}))

    assert [fault.path for fault in refusal.value.faults] == [field]


@pytest.mark.parametrize("field", ["role", "email", "is_active"])
def test_nobody_gives_themselves_another_role_or_address(field: str) -> None:
    body: dict[str, Any] = {field: "admin"}

    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert(body, MyChanges)


def test_what_is_no_address_is_looked_for_in_vain() -> None:
    assert lookup_key("nobody") is None
    assert lookup_key(" Olena@school.example ") == "olena@school.example"
