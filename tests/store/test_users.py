"""The table of people, in both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from store import logins, users
from store.database import Database
from store.errors import ConstraintViolated

NOW = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def db(io_loop, database_url):
    """An opened database."""
    database = Database(database_url, pool_size=3)
    io_loop.run_sync(database.open)
    yield database
    io_loop.run_sync(database.close)


def values(name="olena", **more):
    return {
        "email": f"{name}@school.example",
        "email_key": f"{name}@school.example",
        "name": name.title(),
        "role": "tutor",
        "locale": "uk",
        "timezone": "Europe/Kyiv",
        "created_at": NOW,
        **more,
    }


async def add(db, name="olena", **more):
    return await db.write(users.add, values(name, **more))


async def test_a_user_is_read_back_as_it_was_added(db):
    added = await add(db)

    assert await db.read(users.get, added.id) == added
    assert (added.email, added.is_active) == ("olena@school.example", True)
    assert added.revoked_at is None


async def test_a_user_is_found_by_the_key_of_the_address(db):
    added = await add(db, email="Olena@School.example")

    assert await db.read(users.by_email, "olena@school.example") == added
    assert await db.read(users.by_email, "Olena@School.example") is None


async def test_two_users_cannot_share_an_address(db):
    await add(db)

    with pytest.raises(ConstraintViolated):
        await add(db)


async def test_the_next_id_comes_behind_a_chosen_one(db):
    await add(db, "first", id=7)
    second = await add(db, "second")

    assert second.id == 8


async def test_a_chosen_id_below_the_others_leaves_the_next_one_alone(db):
    await add(db, "first", id=70)
    await add(db, "second", id=1)
    third = await add(db, "third")

    assert third.id == 71


async def test_a_chosen_id_of_one_is_not_given_again(db):
    await add(db, "first", id=1)
    second = await add(db, "second")

    assert second.id == 2


async def test_pages_go_by_id_and_can_leave_out_admins(db):
    ids = [(await add(db, name, role=role)).id for name, role in PEOPLE]

    def page(tx, **options):
        return [user.id for user in users.page(tx, **options)]

    assert await db.read(page, after=0, limit=2) == ids[:2]
    assert await db.read(page, after=ids[1], limit=2) == ids[2:]
    assert await db.read(page, after=0, limit=2, admins=False) == ids[1:]


PEOPLE = [("a", "admin"), ("b", "tutor"), ("c", "student")]


async def test_an_inactive_admin_is_no_active_admin(db):
    admin = await add(db, role="admin")

    assert await db.read(users.has_active_admin)
    await update(db, admin.id, is_active=False)
    assert not await db.read(users.has_active_admin)


async def test_active_ids_leave_out_the_inactive_and_the_unknown(db):
    active = await add(db, "a")
    inactive = await add(db, "b", is_active=False)

    found = await db.read(users.active_ids, {active.id, inactive.id, 999})

    assert found == {active.id}


async def test_an_update_gives_the_changed_user_with_the_moment_unharmed(db):
    user = await add(db)
    changed = await update(db, user.id, name="Оля", revoked_at=NOW)

    assert (changed.name, changed.revoked_at) == ("Оля", NOW)
    assert await db.read(users.get, user.id) == changed


async def test_the_password_hash_is_read_by_itself(db):
    user = await add(db, password_hash="$argon2id$…")

    assert await db.read(users.password_hash, user.id) == "$argon2id$…"
    assert await db.read(users.password_hash, 999) is None


async def test_without_a_login_of_ours_the_users_own_revocation_counts(db):
    user = await add(db, revoked_at=NOW)

    for sid in (None, "a platform's own"):
        found = await db.read(users.identity, user.id, sid)

        assert (found.revoked_at, found.login_revoked) == (NOW, False)


async def test_a_login_that_stands_counts_alone(db):
    user = await add(db, revoked_at=NOW)
    await login(db, "s1", user.id)

    found = await db.read(users.identity, user.id, "s1")

    assert (found.revoked_at, found.login_revoked) == (None, False)


async def test_a_revoked_login_is_told(db):
    user = await add(db)
    await login(db, "s1", user.id)
    await db.write(lambda tx: logins.revoke(tx, "s1", at=NOW))

    assert (await db.read(users.identity, user.id, "s1")).login_revoked


async def test_somebody_elses_login_is_as_good_as_revoked(db):
    user, other = await add(db, "a"), await add(db, "b")
    await login(db, "s1", other.id)

    assert (await db.read(users.identity, user.id, "s1")).login_revoked


async def test_an_unknown_user_has_no_identity(db):
    assert await db.read(users.identity, 999, None) is None


async def test_many_identities_are_what_each_would_be(db):
    one, two = await add(db, "a", revoked_at=NOW), await add(db, "b")
    await login(db, "s1", one.id)
    held = {(one.id, None), (one.id, "s1"), (two.id, "s1"), (two.id, "x"), (9, None)}

    found = await db.read(users.identities, held)

    each = {pair: await db.read(users.identity, *pair) for pair in held}
    assert found == {pair: record for pair, record in each.items() if record}
    assert len(found) == 4


async def test_more_identities_than_a_query_takes_parameters(db):
    user = await add(db)
    held = {(user.id, f"s{number}") for number in range(2000)}

    assert len(await db.read(users.identities, held)) == 2000


async def update(db, user_id, **changes):
    def change(tx, changes):
        return users.update(tx, user_id, changes)

    return await db.write(change, changes)


async def login(db, sid, user_id):
    def begin(tx, at):
        logins.add(tx, sid, user_id=user_id, at=at)

    await db.write(begin, NOW - timedelta(hours=1))
