"""The table of Api-Keys, in both databases."""

import peewee
import pytest

from store import api_keys
from store.records import ApiKeyRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN


def test_a_key_is_found_by_its_digest(tx: Transaction) -> None:
    added = api_keys.add(tx, name="portal", digest="d1", at=TEN)

    assert added == ApiKeyRecord(added.id, "portal", TEN, None)
    assert api_keys.by_digest(tx, "d1") == added
    assert api_keys.by_digest(tx, "d2") is None


def test_a_digest_is_taken_once(tx: Transaction) -> None:
    api_keys.add(tx, name="portal", digest="d1", at=TEN)

    with pytest.raises(peewee.IntegrityError):
        api_keys.add(tx, name="crm", digest="d1", at=TEN)


def test_a_revoked_key_stays_listed_with_the_first_moment(tx: Transaction) -> None:
    added, other = (api_keys.add(tx, name="x", digest=d, at=TEN) for d in ("a", "b"))

    api_keys.revoke(tx, added.id, at=TEN)
    again = api_keys.revoke(tx, added.id, at=TEN + DAY)

    assert again is not None and again.revoked_at == TEN
    assert api_keys.everything(tx) == [again, other]
    assert api_keys.by_digest(tx, "a") == again


def test_an_unknown_key_cannot_be_revoked(tx: Transaction) -> None:
    assert api_keys.revoke(tx, 7, at=TEN) is None
