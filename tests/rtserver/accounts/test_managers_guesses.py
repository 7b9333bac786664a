"""What managers can learn of a password by trying: nothing by time, little by luck."""

import pytest

from rtserver.access.actor import api_key_actor
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.requests import MyChanges, UserChanges
from rtserver.accounts.users import Users
from rtserver.errors import Conflict, Forbidden, RateLimited
from tests.rtserver.account_school import (
    DEFAULTS,
    TRIES,
    actor_of,
    body,
    cheap_passwords,
    opened_school,
)

PLATFORM = api_key_actor(1, "portal")
OLD, NEW = "correct horse", "battery staple"


class Busy(Passwords):
    """Passwords that count the work which takes time."""

    hashed = 0

    async def hash(self, password):
        self.hashed += 1
        return await super().hash(password)

    async def verify(self, hashed, password):
        self.hashed += 1
        return await super().verify(hashed, password)


@pytest.fixture
def school(io_loop, database_url):
    with opened_school(io_loop, database_url) as school:
        yield school


@pytest.fixture
def busy(school):
    """The school's passwords, with what counts them."""
    school.passwords.close()
    school.passwords = cheap_passwords(kind=Busy)
    limiter = LoginLimiter(TRIES, school.clock)
    school.users = Users(school.db, school.passwords, school.clock, DEFAULTS, limiter)
    return school.passwords


async def test_nothing_is_hashed_for_a_change_that_is_refused(school, busy):
    ada = await school.add("ada", password=OLD, role="admin")
    tutor = await school.add("taras", password=OLD)
    taken, before = "ada@school.example", busy.hashed

    async def attempts(password):
        change = UserChanges(password=password)
        yield school.users.patch(PLATFORM, ada.id, change), Forbidden
        yield school.users.put(PLATFORM, ada.id, body(password=password)), Forbidden
        change = UserChanges(password=password, email=taken)
        yield school.users.patch(PLATFORM, tutor.id, change), Conflict
        change = UserChanges(password=password, role="admin")
        yield school.users.patch(PLATFORM, tutor.id, change), Forbidden

    for guess in (OLD, NEW):
        async for attempt, refusal in attempts(guess):
            with pytest.raises(refusal):
                await attempt

    assert busy.hashed == before


async def test_a_managers_tries_at_a_users_password_are_limited(school, busy):
    user, other = [await school.add(who, password=OLD) for who in ("olena", "taras")]
    for n in range(TRIES):
        await school.users.set_password(PLATFORM, user.id, f"guess no. {n}")
    before = busy.hashed

    for attempt in (
        school.users.set_password(PLATFORM, user.id, OLD),
        school.users.put(PLATFORM, user.id, body(password=OLD)),
    ):
        with pytest.raises(RateLimited):
            await attempt
    assert busy.hashed == before

    await school.users.set_password(PLATFORM, other.id, NEW)
    await school.users.set_password(api_key_actor(2, "portal"), user.id, NEW)
    changes = MyChanges(password=OLD, current_password=NEW)
    await school.users.patch_me(actor_of(user), changes)


async def test_first_passwords_and_other_changes_are_not_limited(school):
    for n in range(TRIES + 1):
        user, _ = await school.users.put(PLATFORM, 70 + n, body(f"n{n}", password=OLD))
        await school.users.patch(PLATFORM, user.id, UserChanges(name=f"n{n}"))
        await school.users.put(PLATFORM, 70, body("n0"))
