"""What happens behind the answer to who forgot the password."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from rtserver.accounts import forgotten_passwords
from rtserver.accounts.forgotten_passwords import ForgottenPasswords
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.errors import RateLimited
from store.errors import StoreUnavailable
from store.password_links import FORGOTTEN
from tests.rtserver.account_school import ADDRESS, EMAIL

PAUSE = 300


def forgotten_of(school, db=None, per_minute=100_000):
    limiter = LoginLimiter(per_minute, school.clock)
    return ForgottenPasswords(db or school.db, school.clock, limiter, pause=PAUSE)


async def served(forgotten):
    """Serve all who asked."""
    async with AsyncExitStack() as stack:
        forgotten.start(stack)


async def test_whoever_asked_before_the_stop_gets_the_mail(school):
    forgotten = forgotten_of(school)
    forgotten.ask(EMAIL, ADDRESS)
    await served(forgotten)

    assert await school.mails() == [(FORGOTTEN, "waiting")]


async def test_after_the_pause_there_is_another_mail(school):
    forgotten = forgotten_of(school)
    for seconds in (0, PAUSE - 1, 1):
        school.clock.advance(seconds)
        forgotten.ask(EMAIL, ADDRESS)
        await served(forgotten)

    # The one that still waited gave way to it.
    assert await school.mails() == [(FORGOTTEN, "dropped"), (FORGOTTEN, "waiting")]


async def test_who_asks_two_processes_at_once_gets_one_mail(school, process):
    for _ in range(5):
        both = [forgotten_of(one) for one in (school, process)]
        for one in both:
            one.ask(EMAIL, ADDRESS)
        await asyncio.gather(*(served(one) for one in both))
        for one in (school, process):
            one.clock.advance(PAUSE)

    states = [state for _, state in await school.mails()]
    assert states == ["dropped"] * 4 + ["waiting"]


async def test_asking_does_the_same_for_everybody_and_leaves_the_rest_for_later(school):
    forgotten = forgotten_of(school)
    asked = [forgotten.ask(email, ADDRESS) for email in (EMAIL, "x@y.example", "no")]

    assert asked == [None, None, None]
    assert await school.mails() == []


async def test_too_many_at_once_are_told_to_wait_whoever_they_are(school):
    forgotten = forgotten_of(school)
    for number in range(forgotten_passwords.MAX_WAITING):
        forgotten.ask(f"{number}@y.example", ADDRESS)

    for email in (EMAIL, "x@y.example"):
        with pytest.raises(RateLimited):
            forgotten.ask(email, ADDRESS)


async def test_guessing_addresses_is_limited_and_counted(school):
    forgotten = forgotten_of(school, per_minute=1)
    forgotten.ask(EMAIL, ADDRESS)

    with pytest.raises(RateLimited):
        forgotten.ask(EMAIL, ADDRESS)
    assert forgotten.limited == 1


class Away:
    """A database that fails at the first question, by default as it is away."""

    def __init__(self, db, error=StoreUnavailable):
        self._db = db
        self._error = error
        self.asked = asyncio.Event()

    async def read(self, *args):
        if not self.asked.is_set():
            self.asked.set()
            raise self._error("away")
        return await self._db.read(*args)

    async def write(self, *args, **kwargs):
        return await self._db.write(*args, **kwargs)


async def test_nobody_is_forgotten_while_the_database_is_away(school):
    away = Away(school.db)
    forgotten = forgotten_of(school, away)
    async with AsyncExitStack() as stack:
        forgotten.start(stack)
        forgotten.ask(EMAIL, ADDRESS)
        await away.asked.wait()

    assert await school.mails() == [(FORGOTTEN, "waiting")]


async def test_one_that_fails_doesnt_keep_the_others_waiting(school, caplog):
    failing = Away(school.db, KeyError)
    forgotten = forgotten_of(school, failing)
    async with AsyncExitStack() as stack:
        forgotten.start(stack)
        forgotten.ask("x@y.example", ADDRESS)
        forgotten.ask(EMAIL, ADDRESS)
        await failing.asked.wait()

    assert await school.mails() == [(FORGOTTEN, "waiting")]
    assert "KeyError" in caplog.text
    assert "away" not in caplog.text
