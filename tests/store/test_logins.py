"""The tables of logins and refresh tokens, in both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from store import logins, users
from store.database import Database
from store.records import RefreshTokenRecord

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def db(io_loop, database_url):
    """An opened database with user 1."""
    database = Database(database_url, pool_size=3)
    io_loop.run_sync(database.open)
    io_loop.run_sync(lambda: database.write(users.add, USER))
    yield database
    io_loop.run_sync(database.close)


USER = {
    "id": 1,
    "email": "olena@school.example",
    "email_key": "olena@school.example",
    "name": "Olena",
    "role": "tutor",
    "locale": "uk",
    "timezone": "Europe/Kyiv",
    "created_at": NOW,
}


async def run(db, function, *args, **kwargs):
    return await db.write(lambda tx, _: function(tx, *args, **kwargs), None)


async def begin(db, sid="s1", *, at=NOW, expires_at=LATER):
    await run(db, logins.add, sid, user_id=1, at=at)
    await run(db, logins.add_token, f"d-{sid}", login_id=sid, expires_at=expires_at)


async def test_a_token_is_found_with_the_state_of_its_login_and_user(db):
    await begin(db)

    assert await db.read(logins.token, "d-s1") == RefreshTokenRecord(
        digest="d-s1",
        login_id="s1",
        user_id=1,
        expires_at=LATER,
        spent_at=None,
        successor=None,
        login_revoked=False,
        is_active=True,
    )
    assert await db.read(logins.token, "d-s2") is None


async def test_a_spent_token_names_its_successor(db):
    await begin(db)
    await run(db, logins.spend, "d-s1", at=NOW, successor="next")

    token = await db.read(logins.token, "d-s1")
    assert (token.spent_at, token.successor) == (NOW, "next")


async def test_a_login_ends_once(db):
    await begin(db)

    assert await run(db, logins.revoke, "s1", at=NOW)
    assert not await run(db, logins.revoke, "s1", at=LATER)
    assert not await run(db, logins.revoke, "unknown", at=NOW)
    assert (await db.read(logins.token, "d-s1")).login_revoked is True


async def test_all_logins_of_a_user_end_together(db):
    await begin(db, "s1")
    await begin(db, "s2")
    await run(db, logins.revoke, "s1", at=NOW)

    assert await run(db, logins.revoke_all, 1, at=LATER) == 1
    assert (await db.read(logins.token, "d-s2")).login_revoked


async def test_a_token_of_an_inactive_user_tells_so(db):
    await begin(db)
    await run(db, users.update, 1, {"is_active": False})

    assert (await db.read(logins.token, "d-s1")).is_active is False


async def test_pruning_takes_expired_tokens_and_the_logins_they_leave(db):
    await begin(db, "old", expires_at=NOW + timedelta(days=1))
    await begin(db, "new", expires_at=NOW + timedelta(days=9))

    assert await run(db, logins.prune, NOW + timedelta(days=2)) == 1
    assert await sids(db) == {"new"}


async def test_pruning_keeps_a_login_while_one_token_lives(db):
    await begin(db, "s1", expires_at=NOW + timedelta(days=1))
    await run(db, logins.add_token, "d2", login_id="s1", expires_at=LATER)

    assert await run(db, logins.prune, NOW + timedelta(days=2)) == 1
    assert await sids(db) == {"s1"}


async def test_pruning_keeps_a_revoked_login_whose_tokens_still_count(db):
    await begin(db, "s1")
    await run(db, logins.revoke, "s1", at=NOW)

    assert await run(db, logins.prune, NOW + timedelta(days=2)) == 0
    assert (await db.read(users.identity, 1, "s1")).login_revoked


async def sids(db):
    """Return the logins that are known: only they decide for themselves."""
    await run(db, users.update, 1, {"revoked_at": NOW})
    held = {(1, "old"), (1, "new"), (1, "s1")}
    found = await db.read(users.identities, held)
    return {sid for (_, sid), user in found.items() if user.revoked_at is None}
