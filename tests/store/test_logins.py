"""The tables of logins and refresh tokens, in both databases."""

from datetime import datetime

import peewee
import pytest

from store import logins, users
from store.models import Login
from store.records import RefreshTokenRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_user

LATER = TEN + 30 * DAY


@pytest.fixture(autouse=True)
def user(tx: Transaction) -> None:
    add_user(tx, 1)


def begin(
    tx: Transaction, sid: str = "s1", *, user_id: int = 1, expires_at: datetime = LATER
) -> None:
    """Begin a login with one refresh token."""
    logins.add(tx, sid, user_id=user_id, at=TEN)
    logins.add_token(tx, f"d-{sid}", login_id=sid, expires_at=expires_at)


def token(tx: Transaction, digest: str) -> RefreshTokenRecord:
    found = logins.token(tx, digest)
    assert found is not None
    return found


def sids(tx: Transaction) -> list[str]:
    rows = tx.rows(Login.select(Login.id).order_by(Login.id))
    return [row["id"] for row in rows]


def test_a_token_is_found_with_the_state_of_its_login_and_user(
    tx: Transaction,
) -> None:
    begin(tx)

    assert logins.token(tx, "d-s1") == RefreshTokenRecord(
        digest="d-s1",
        login_id="s1",
        user_id=1,
        expires_at=LATER,
        spent_at=None,
        successor=None,
        login_revoked=False,
        is_active=True,
    )
    assert logins.token(tx, "d-s2") is None


def test_a_digest_is_of_one_token(tx: Transaction) -> None:
    begin(tx)

    with pytest.raises(peewee.IntegrityError):
        logins.add_token(tx, "d-s1", login_id="s1", expires_at=LATER)


def test_a_spent_token_names_its_successor(tx: Transaction) -> None:
    for sid in ("s1", "s2"):
        begin(tx, sid)

    logins.spend(tx, "d-s1", at=TEN, successor="next")

    spent, other = token(tx, "d-s1"), token(tx, "d-s2")
    assert (spent.spent_at, spent.successor) == (TEN, "next")
    assert (other.spent_at, other.successor) == (None, None)


def test_a_login_ends_once(tx: Transaction) -> None:
    begin(tx)

    assert logins.revoke(tx, "s1", at=TEN)
    assert not logins.revoke(tx, "s1", at=LATER)
    assert not logins.revoke(tx, "unknown", at=TEN)
    assert token(tx, "d-s1").login_revoked is True


def test_all_logins_of_a_user_end_together_and_nobody_elses(tx: Transaction) -> None:
    add_user(tx, 2)
    for sid, user in (("s1", 1), ("s2", 1), ("s3", 2)):
        begin(tx, sid, user_id=user)
    logins.revoke(tx, "s1", at=TEN)

    assert logins.revoke_all(tx, 1, at=LATER) == 1

    assert token(tx, "d-s2").login_revoked
    assert not token(tx, "d-s3").login_revoked


def test_a_token_of_an_inactive_user_tells_so(tx: Transaction) -> None:
    begin(tx)

    users.update(tx, 1, {"is_active": False})

    assert token(tx, "d-s1").is_active is False


def test_pruning_takes_expired_tokens_and_the_logins_they_leave(
    tx: Transaction,
) -> None:
    begin(tx, "old", expires_at=TEN + DAY)
    begin(tx, "new", expires_at=TEN + 9 * DAY)

    assert logins.prune(tx, TEN + 2 * DAY) == 1
    assert sids(tx) == ["new"]


def test_pruning_keeps_a_login_while_one_token_lives(tx: Transaction) -> None:
    begin(tx, expires_at=TEN + DAY)
    logins.add_token(tx, "d2", login_id="s1", expires_at=LATER)

    assert logins.prune(tx, TEN + 2 * DAY) == 1
    assert sids(tx) == ["s1"]


def test_pruning_keeps_a_login_that_has_no_token_yet(tx: Transaction) -> None:
    logins.add(tx, "s1", user_id=1, at=TEN)

    logins.prune(tx, TEN)

    assert sids(tx) == ["s1"]


def test_pruning_keeps_a_revoked_login_whose_tokens_still_count(
    tx: Transaction,
) -> None:
    begin(tx)
    logins.revoke(tx, "s1", at=TEN)

    assert logins.prune(tx, TEN + 2 * DAY) == 0

    assert users.identities(tx, [(1, "s1")])[1, "s1"].login_revoked


def test_tokens_go_with_their_login(tx: Transaction) -> None:
    begin(tx)

    tx.write(Login.delete())

    assert logins.token(tx, "d-s1") is None
