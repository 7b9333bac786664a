"""The table of Api-Keys, in both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from store import api_keys
from store.database import Database
from store.records import ApiKeyRecord

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def db(io_loop, database_url):
    """An opened database."""
    database = Database(database_url, pool_size=3)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


async def run(db, function, *args, **kwargs):
    return await db.write(lambda tx: function(tx, *args, **kwargs))


async def test_a_key_is_found_by_its_digest(db):
    added = await run(db, api_keys.add, name="portal", digest="d1", at=NOW)

    assert added == ApiKeyRecord(1, "portal", NOW, None)
    assert await db.read(api_keys.by_digest, "d1") == added
    assert await db.read(api_keys.by_digest, "d2") is None


async def test_a_revoked_key_stays_listed_with_the_first_moment(db):
    added = await run(db, api_keys.add, name="portal", digest="d1", at=NOW)
    other = await run(db, api_keys.add, name="crm", digest="d2", at=NOW)

    await run(db, api_keys.revoke, added.id, at=NOW)
    again = await run(db, api_keys.revoke, added.id, at=NOW + timedelta(days=1))

    assert again.revoked_at == NOW
    assert await db.read(api_keys.everything) == [again, other]


async def test_an_unknown_key_cannot_be_revoked(db):
    assert await run(db, api_keys.revoke, 7, at=NOW) is None
