"""Accounts: creating, reading, and changing one's own (contract 3.1)."""

import asyncio

import pytest

from rtserver.access.actor import api_key_actor
from rtserver.accounts.requests import MyChanges, UserChanges
from rtserver.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Unauthenticated,
)
from store import users
from tests.rtserver.account_school import ROOT, TRIES, actor_of, body, opened_school

PLATFORM = api_key_actor(1, "portal")
OLD, NEW = "correct horse", "battery staple"


@pytest.fixture
def school(io_loop, database_url):
    with opened_school(io_loop, database_url) as school:
        yield school


# Creating


async def test_a_new_user_is_clean_and_gets_the_schools_defaults(school):
    user = await school.add(email=" Olena@School.example ", name=" Olena ")

    assert (user.email, user.name) == ("Olena@School.example", "Olena")
    assert (user.locale, user.timezone, user.is_active) == ("uk", "Europe/Kyiv", True)


async def test_an_address_is_unique_whatever_its_case(school):
    await school.add()

    with pytest.raises(Conflict, match="email"):
        await school.add(email="OLENA@SCHOOL.EXAMPLE")


async def test_two_at_once_with_one_address_make_one_user(school):
    both = (school.add(), school.add())
    outcomes = await asyncio.gather(*both, return_exceptions=True)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", "null\0@school.example"),
        ("name", "   "),
        ("name", "n" * 201),
        ("locale", "Ukrainian"),
        ("timezone", "Kyiv"),
        ("password", "short"),
    ],
)
async def test_a_wrong_field_is_named(school, field, value):
    with pytest.raises(Invalid) as caught:
        await school.add(**{field: value})

    assert [fault.path for fault in caught.value.faults] == [field]


async def test_students_and_tutors_manage_nobody(school):
    tutor = actor_of(await school.add())

    for attempt in (
        school.users.create(tutor, body("x")),
        school.users.put(tutor, 50, body("x")),
        school.users.patch(tutor, tutor.user_id, UserChanges(role="admin")),
        school.users.get(tutor, tutor.user_id),
        school.users.page(tutor, cursor=None, limit=10),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_an_admin_who_was_one_until_a_moment_ago_changes_nothing(school):
    await school.add("first", role="admin")
    admin = actor_of(await school.add("second", role="admin"))
    await school.users.patch(ROOT, admin.user_id, UserChanges(role="tutor"))

    with pytest.raises(Forbidden):
        await school.users.create(admin, body("x"))


# Creating or updating with an id


async def test_put_creates_with_its_id_and_the_next_comes_behind(school):
    user, created = await school.users.put(PLATFORM, 70, body())
    following = await school.add("next")

    assert (user.id, created, following.id) == (70, True, 71)


async def test_put_updates_and_leaves_alone_what_is_left_out(school):
    await school.users.put(PLATFORM, 70, body(locale="en", is_active=False))
    user, created = await school.users.put(PLATFORM, 70, body(name="Оля", email="o@x"))

    assert (user.name, user.email, created) == ("Оля", "o@x", False)
    assert (user.locale, user.is_active) == ("en", False)


async def test_put_of_the_same_address_in_another_case_is_no_conflict(school):
    await school.users.put(PLATFORM, 70, body())
    upper = body(email="OLENA@school.example")

    assert (await school.users.put(PLATFORM, 70, upper))[0].email == upper.email


async def test_put_with_somebody_elses_address_is_a_conflict(school):
    await school.add()

    with pytest.raises(Conflict):
        await school.users.put(PLATFORM, 70, body())


@pytest.mark.parametrize("user_id", [0, 2**53])
async def test_an_impossible_id_is_not_found(school, user_id):
    for attempt in (
        school.users.put(ROOT, user_id, body()),
        school.users.patch(ROOT, user_id, UserChanges(name="x")),
        school.users.get(ROOT, user_id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_ids_made_here_stay_small_whatever_a_platform_chooses(school):
    first = await school.add("first")
    await school.users.put(PLATFORM, 2**53 - 1, body())

    assert (await school.add("next")).id == first.id + 1


async def test_patching_an_unknown_user_is_not_found(school):
    with pytest.raises(NotFound):
        await school.users.patch(ROOT, 70, UserChanges(name="x"))


# One's own account


async def test_one_changes_ones_own_account(school):
    me = actor_of(await school.add())
    changes = MyChanges(name="Оля", locale="en", timezone="UTC")
    changed = await school.users.patch_me(me, changes)

    assert (changed.name, changed.locale, changed.timezone) == ("Оля", "en", "UTC")
    assert await school.users.me(me) == changed


async def test_a_platform_has_no_account_of_its_own(school):
    with pytest.raises(Forbidden):
        await school.users.me(PLATFORM)
    with pytest.raises(Forbidden):
        await school.users.patch_me(PLATFORM, MyChanges(name="x"))


async def test_ones_own_new_password_ends_all_logins(school):
    user = await school.add(password=OLD)
    await school.begin_login(user)
    changes = MyChanges(password=NEW, current_password=OLD)
    await school.users.patch_me(actor_of(user), changes)

    assert await school.is_revoked(user)
    assert school.told() == [("user", user.id)]


@pytest.mark.parametrize("current", [{}, {"current_password": "wrong horse"}])
async def test_a_new_password_needs_the_present_one(school, current):
    user = await school.add(password=OLD)

    with pytest.raises(Invalid) as caught:
        changes = MyChanges(name="Оля", password=NEW, **current)
        await school.users.patch_me(actor_of(user), changes)
    assert caught.value.faults[0].path == "current_password"
    assert await school.db.read(users.get, user.id) == user


async def test_a_present_password_is_not_to_be_guessed(school):
    user, other = [
        await school.add(who, password=OLD, role="student")
        for who in ("olena", "taras")
    ]

    async def outcome(user, current):
        changes = MyChanges(password=NEW, current_password=current)
        try:
            return await school.users.patch_me(actor_of(user), changes)
        except (Invalid, RateLimited) as error:
            return type(error)

    guesses = [await outcome(user, f"guess {n}") for n in range(TRIES)]
    assert guesses == [Invalid] * TRIES
    assert await outcome(user, OLD) is RateLimited
    assert (await outcome(other, OLD)).id == other.id

    school.clock.advance(60)
    assert (await outcome(user, OLD)).id == user.id


async def test_who_has_no_password_cannot_set_one_alone(school):
    user = await school.add()

    with pytest.raises(Invalid):
        changes = MyChanges(password=NEW, current_password="anything")
        await school.users.patch_me(actor_of(user), changes)


async def test_one_present_password_is_good_for_one_new_one(school):
    me = actor_of(await school.add(password=OLD))
    attempts = [
        school.users.patch_me(me, MyChanges(password=new, current_password=OLD))
        for new in (NEW, "something else")
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(outcome, Invalid) for outcome in outcomes) == 1


async def test_the_deactivated_change_nothing_any_more(school):
    user = await school.add()
    await school.users.deactivate(ROOT, user.id)

    with pytest.raises(Unauthenticated):
        await school.users.patch_me(actor_of(user), MyChanges(name="x"))


# Reading


async def test_pages_lead_to_each_other(school):
    ids = [(await school.add(name)).id for name in ("a", "b", "c")]
    first = await school.users.page(ROOT, cursor=None, limit=2)
    last = await school.users.page(ROOT, cursor=first.next, limit=2)

    assert [user.id for user in first.results] == ids[:2]
    assert [user.id for user in last.results] == ids[2:]
    assert last.next is None


async def test_a_platform_sees_no_admins(school):
    await school.add("root", role="admin")
    tutor = await school.add("tutor")
    page = await school.users.page(PLATFORM, cursor=None, limit=10)

    assert [user.id for user in page.results] == [tutor.id]


async def test_a_forged_cursor_is_refused(school):
    with pytest.raises(BadRequest):
        await school.users.page(ROOT, cursor="AAAA", limit=10)


async def test_a_user_is_found_by_id_and_by_address(school):
    user = await school.add()

    for typed in (str(user.id), "olena@school.example", " OLENA@SCHOOL.EXAMPLE "):
        assert await school.users.find(typed) == user


@pytest.mark.parametrize("typed", ["999", "0", "9" * 40, "nobody@x", "", "\0", "²"])
async def test_nobody_is_found_by_what_is_nobodys(school, typed):
    assert await school.users.find(typed) is None
