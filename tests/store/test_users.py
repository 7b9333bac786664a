"""The table of people, in both databases."""

from datetime import timedelta
from typing import Any

import peewee
import pytest

from store import logins, users
from store.records import IdentityRecord
from store.transaction import Transaction
from tests.store.rows import HOUR, TEN, add_user, restart_ids

NOW = TEN + timedelta(microseconds=123456)


def add(tx: Transaction, name: str = "olena", **more: Any) -> Any:
    """Add a user, under the next id unless told otherwise."""
    email = f"{name}@school.example"
    plain = {"email": email, "email_key": email, "name": name.title()}
    plain |= {"role": "tutor", "locale": "uk", "timezone": "Europe/Kyiv"}
    return users.add(tx, {**plain, "created_at": NOW, **more})


def login(tx: Transaction, sid: str, user_id: int) -> None:
    logins.add(tx, sid, user_id=user_id, at=TEN - HOUR)


def identity(tx: Transaction, user_id: int, sid: str | None) -> IdentityRecord:
    return users.identities(tx, [(user_id, sid)])[user_id, sid]


def test_a_user_is_read_back_as_it_was_added(tx: Transaction) -> None:
    added = add(tx)

    assert users.get(tx, added.id) == added
    assert (added.email, added.is_active) == ("olena@school.example", True)
    assert added.revoked_at is None


def test_a_user_is_found_by_the_key_of_the_address(tx: Transaction) -> None:
    added = add(tx, email="Olena@School.example")

    assert users.by_email(tx, "olena@school.example") == added
    assert users.by_email(tx, "Olena@School.example") is None


def test_two_users_cannot_share_an_address(tx: Transaction) -> None:
    add(tx)

    with pytest.raises(peewee.IntegrityError):
        add(tx)


@pytest.mark.parametrize("chosen", [1, 7])
def test_the_next_id_comes_behind_a_chosen_one(tx: Transaction, chosen: int) -> None:
    restart_ids(tx, "users")

    add(tx, "first", id=chosen)

    assert add(tx, "second").id == chosen + 1


def test_a_chosen_id_below_the_others_leaves_the_next_one_alone(
    tx: Transaction,
) -> None:
    restart_ids(tx, "users")
    add(tx, "first", id=70)
    add(tx, "second", id=1)

    assert add(tx, "third").id == 71


def test_the_largest_id_leaves_the_next_ones_countable(tx: Transaction) -> None:
    restart_ids(tx, "users")
    add(tx, "first", id=2**53 - 1)

    assert add(tx, "second").id == 1


def test_pages_go_by_id_and_can_leave_out_admins(tx: Transaction) -> None:
    for id, role in ((3, "student"), (1, "admin"), (2, "tutor")):
        add_user(tx, id, role=role)

    def page(**options: Any) -> list[int]:
        return [user.id for user in users.page(tx, **options)]

    assert page(after=0, limit=2) == [1, 2]
    assert page(after=2, limit=2) == [3]
    assert page(after=0, limit=2, admins=False) == [2, 3]


def test_an_inactive_admin_is_no_active_admin(tx: Transaction) -> None:
    admin = add(tx, role="admin")
    assert users.has_active_admin(tx)

    users.update(tx, admin.id, {"is_active": False})

    assert not users.has_active_admin(tx)


def test_of_some_ids_the_known_and_the_active_are_found(tx: Transaction) -> None:
    active, inactive = add_user(tx, 1), add_user(tx, 2, is_active=False)
    asked = range(1, 2000)

    assert users.by_ids(tx, asked) == {1: active, 2: inactive}
    assert users.active_ids(tx, asked) == {1}


def test_an_update_gives_the_changed_user_with_the_moment_unharmed(
    tx: Transaction,
) -> None:
    user = add(tx)

    changed = users.update(tx, user.id, {"name": "Оля", "revoked_at": NOW})

    assert (changed.name, changed.revoked_at) == ("Оля", NOW)
    assert users.get(tx, user.id) == changed


def test_the_password_hash_is_read_by_itself(tx: Transaction) -> None:
    user = add(tx, password_hash="$argon2id$…")

    assert users.password_hash(tx, user.id) == "$argon2id$…"
    assert users.password_hash(tx, user.id + 1) is None


@pytest.mark.parametrize("sid", [None, "a platform's own"])
def test_without_a_login_of_ours_the_users_own_revocation_counts(
    tx: Transaction, sid: str | None
) -> None:
    user = add(tx, revoked_at=NOW)

    found = identity(tx, user.id, sid)

    assert (found.revoked_at, found.login_revoked) == (NOW, False)


def test_a_login_that_stands_counts_alone(tx: Transaction) -> None:
    user = add(tx, revoked_at=NOW)
    login(tx, "s1", user.id)

    found = identity(tx, user.id, "s1")

    assert (found.revoked_at, found.login_revoked) == (None, False)


def test_a_revoked_login_is_told(tx: Transaction) -> None:
    user = add(tx)
    login(tx, "s1", user.id)
    logins.revoke(tx, "s1", at=NOW)

    assert identity(tx, user.id, "s1").login_revoked


def test_somebody_elses_login_is_as_good_as_revoked(tx: Transaction) -> None:
    user, other = add(tx, "a"), add(tx, "b")
    login(tx, "s1", other.id)

    assert identity(tx, user.id, "s1").login_revoked


def test_an_unknown_user_has_no_identity(tx: Transaction) -> None:
    assert users.identities(tx, [(999, None)]) == {}


def test_many_identities_are_what_each_would_be(tx: Transaction) -> None:
    one, two = add(tx, "a", revoked_at=NOW), add(tx, "b")
    login(tx, "s1", one.id)
    held = {(one.id, None), (one.id, "s1"), (two.id, "s1"), (two.id, "x"), (0, None)}

    found = users.identities(tx, held)

    known = held - {(0, None)}
    assert found == {pair: identity(tx, *pair) for pair in known}


def test_more_identities_than_a_query_takes_parameters(tx: Transaction) -> None:
    user = add(tx)
    held = {(user.id, f"s{number}") for number in range(2000)}

    assert len(users.identities(tx, held)) == 2000
