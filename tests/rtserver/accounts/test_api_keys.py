"""Keys of integrating platforms."""

from types import SimpleNamespace

import pytest

from rtserver.access.actor import Actor
from rtserver.accounts.api_keys import ApiKeys
from rtserver.errors import Invalid, NotFound, Unauthenticated
from store import api_keys
from store.database import Database
from tests.fakes import FakeClock


@pytest.fixture
def school(io_loop, database_url):
    """The service over an opened database."""
    db = Database(database_url, pool_size=3)
    io_loop.run_sync(db.open)
    clock = FakeClock()
    yield SimpleNamespace(db=db, keys=ApiKeys(db, clock), clock=clock)
    io_loop.run_sync(db.close)


async def test_a_key_stands_for_its_platform(school):
    record, key = await school.keys.add(" portal ")

    platform = Actor(None, "portal", "api_key", record.id)
    assert await school.keys.authenticate(key) == platform


async def test_a_key_is_known_by_its_prefix_and_kept_as_a_digest(school):
    record, key = await school.keys.add("portal")

    assert key.startswith("rtk_") and len(key) >= 47
    assert await school.db.read(api_keys.by_digest, key) is None
    assert await school.keys.all() == [record]


async def test_a_revoked_key_is_refused_at_once(school):
    record, key = await school.keys.add("portal")
    _, other = await school.keys.add("portal")
    revoked = await school.keys.revoke(record.id)

    assert revoked.revoked_at == school.clock.now()
    with pytest.raises(Unauthenticated):
        await school.keys.authenticate(key)
    assert await school.keys.authenticate(other)


@pytest.mark.parametrize("key", ["", "rtk_", "rtk_unknown", "ключ"])
async def test_what_is_no_key_is_refused(school, key):
    await school.keys.add("portal")

    with pytest.raises(Unauthenticated):
        await school.keys.authenticate(key)


async def test_revoking_an_unknown_key_says_so(school):
    with pytest.raises(NotFound, match="7"):
        await school.keys.revoke(7)


async def test_a_key_needs_a_name(school):
    with pytest.raises(Invalid):
        await school.keys.add(" ")
