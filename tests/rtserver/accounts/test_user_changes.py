"""Accounts: what ends with a change, and who may change an admin (contract 3.1)."""

import asyncio

import pytest

from rtserver.access.actor import api_key_actor
from rtserver.accounts import user_changes
from rtserver.accounts.requests import UserChanges
from rtserver.errors import Conflict, Forbidden
from store import users
from tests.rtserver.account_school import ROOT, actor_of, body, opened_school

PLATFORM = api_key_actor(1, "portal")
OLD, NEW = "correct horse", "battery staple"


@pytest.fixture
def school(io_loop, database_url):
    with opened_school(io_loop, database_url) as school:
        yield school


# What ends with a change


async def test_a_new_password_ends_all_logins(school):
    user = await school.add(password=OLD)
    await school.begin_login(user)
    changed = await school.users.set_password(ROOT, user.id, NEW)

    assert await school.is_revoked(user)
    assert changed.revoked_at == school.clock.now()
    assert school.told() == [("user", user.id)]


async def test_putting_the_password_they_have_ends_nothing(school):
    user, _ = await school.users.put(PLATFORM, 70, body(password=OLD))
    await school.begin_login(user)
    again, _ = await school.users.put(PLATFORM, 70, body(password=OLD))

    assert again.revoked_at is None
    assert not await school.is_revoked(user)
    assert school.told() == []


async def test_deactivation_ends_all_logins(school):
    user = await school.add()
    await school.begin_login(user)
    changed = await school.users.deactivate(ROOT, user.id)

    assert not changed.is_active
    assert await school.is_revoked(user)
    assert school.told() == [("user", user.id)]


async def test_logins_stay_ended_after_reactivation(school):
    user = await school.add()
    await school.begin_login(user)
    await school.users.deactivate(ROOT, user.id)
    back = await school.users.patch(ROOT, user.id, UserChanges(is_active=True))

    assert back.is_active and back.revoked_at == school.clock.now()
    assert await school.is_revoked(user)
    assert school.told() == [("user", user.id)] * 2


async def test_a_new_role_is_told_and_ends_no_login(school):
    user = await school.add()
    await school.begin_login(user)
    await school.users.patch(ROOT, user.id, UserChanges(role="student"))

    assert school.told() == [("user", user.id)]
    assert not await school.is_revoked(user)


async def test_a_new_name_is_told_to_rooms_and_ends_nothing(school):
    user = await school.add()
    changed = await school.users.patch(ROOT, user.id, UserChanges(name="Оля"))

    assert changed.name == "Оля"
    assert school.told() == [("renamed", user.id)]


async def test_a_patch_of_nothing_gives_the_user(school):
    user = await school.add()

    assert await school.users.patch(ROOT, user.id, UserChanges()) == user


# Admins


@pytest.mark.parametrize(
    "changes", [UserChanges(role="tutor"), UserChanges(is_active=False)]
)
async def test_the_last_active_admin_stays(school, changes):
    admin = await school.add("first", role="admin")
    await school.add("second", role="admin", is_active=False)

    with pytest.raises(Conflict, match="last active admin"):
        await school.users.patch(actor_of(admin), admin.id, changes)
    assert await school.db.read(users.get, admin.id) == admin
    assert school.told() == []


async def test_two_admins_cannot_remove_each_other(school):
    pair = [await school.add(name, role="admin") for name in ("first", "second")]
    away = UserChanges(role="tutor")
    attempts = (
        school.users.patch(ROOT, pair[0].id, away),
        school.users.patch(ROOT, pair[1].id, away),
    )
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert await school.db.read(users.has_active_admin)


async def test_two_processes_cannot_each_remove_the_others_admin(school, process):
    pairs = [(school, "first"), (process, "second")]
    admins = [await school.add(name, role="admin") for _, name in pairs]
    attempts = [
        place.users.deactivate(ROOT, admin.id)
        for (place, _), admin in zip(pairs, admins, strict=True)
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert await school.db.read(users.has_active_admin)


async def test_a_platform_has_no_rights_over_admins(school):
    admin = await school.add("root", role="admin")

    for attempt in (
        school.users.patch(PLATFORM, admin.id, UserChanges(name="x")),
        school.users.put(PLATFORM, admin.id, body()),
        school.users.get(PLATFORM, admin.id),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_a_platform_makes_no_admin(school):
    user = await school.add()

    for attempt in (
        school.users.create(PLATFORM, body("x", role="admin")),
        school.users.put(PLATFORM, 70, body("x", role="admin")),
        school.users.patch(PLATFORM, user.id, UserChanges(role="admin")),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_however_many_are_changed_at_once_an_admin_stays(school):
    boss = await school.add("boss", role="admin")
    other = await school.add("other")
    changed = [(boss, {"role": "tutor"}), (other, {"name": "Another"})]

    def change(tx):
        user_changes.update_all(tx, changed, school.clock.now())

    with pytest.raises(Conflict, match="last active admin"):
        await school.db.write(change)
    assert (await school.users.find(other.email)).name == "other"
