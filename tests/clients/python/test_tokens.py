"""When the client of our own asks for a token, and what becomes of the answer."""

import asyncio
from typing import Any

import pytest

from rtserver_client import CommandError
from rtserver_client.tokens import TokenCallback, Tokens
from tests.guests import Guest
from tests.school import School, until


class Platform:
    """Gives tokens when it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def token(self, fresh: bool) -> str:
        self.asked.append(fresh)
        return await self.answer


def tokens_of(token: TokenCallback) -> Tokens:
    return Tokens(token, lambda: None)


async def test_fresh_token_is_asked_for_once_at_a_time():
    platform = Platform()
    tokens = tokens_of(platform.token)
    both = asyncio.gather(tokens.get(fresh=True), tokens.get(fresh=True))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    platform.answer.set_result("new")

    assert await both == ["new", "new"]
    assert platform.asked == [True]


async def test_callback_is_carried_through_when_the_connection_that_asked_is_gone():
    platform = Platform()
    tokens = tokens_of(platform.token)
    gone = asyncio.create_task(tokens.get(fresh=True))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    after = asyncio.create_task(tokens.get(fresh=True))

    platform.answer.set_result("new")

    assert await after == "new"
    assert platform.asked == [True]


async def test_callback_that_failed_is_asked_again():
    platform = Platform()
    tokens = tokens_of(platform.token)
    platform.answer.set_exception(OSError("away"))
    with pytest.raises(OSError, match="away"):
        await tokens.get(fresh=True)

    platform.answer = asyncio.get_running_loop().create_future()
    platform.answer.set_result("new")

    assert await tokens.get(fresh=True) == "new"


@pytest.mark.parametrize("nothing", ["", b"token"])
async def test_what_is_no_token_is_told(nothing: Any) -> None:
    with pytest.raises(TypeError, match="expected a string, an access token, not"):
        await tokens_of(lambda fresh: nothing).get(fresh=True)


def test_what_is_no_function_is_told_before_anything_is_sent() -> None:
    token: Any = "eyJhbGciOi"

    with pytest.raises(TypeError, match="expected a function that gives one, not str"):
        tokens_of(token)


async def test_after_4001_every_try_is_made_with_a_fresh_token(
    sqlite_school: School,
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        if len(asked) == 2:
            raise OSError("the platform is away")
        return sqlite_school.token(olena, ttl=60 if fresh else -60)

    guest = Guest(sqlite_school, olena, token=token)
    await guest.client.connect()
    await guest.client.close()

    assert asked == [False, True, True]


def none(fresh: bool) -> str | None:
    return None


async def refused(fresh: bool) -> str | None:
    raise CommandError("unauthenticated")


@pytest.mark.parametrize("token", [none, refused])
async def test_without_any_token_more_the_client_is_closed_for_good(
    sqlite_school: School, token: TokenCallback
) -> None:
    guest = Guest(sqlite_school, 1, token=token)
    chat = guest.client.subscribe("chat:user:1", guest.heard.append)

    with pytest.raises(CommandError, match="closed: 4501 sign in again"):
        await guest.client.connect()
    assert guest.client.closed is not None
    assert guest.client.closed.code == 4501
    assert isinstance(chat.ready.exception(), CommandError)
    await guest.client.close()


async def test_login_that_ends_on_an_open_connection_closes_it(
    sqlite_school: School,
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    given = [sqlite_school.token(olena)]
    guest = Guest(
        sqlite_school, olena, token=lambda fresh: given.pop() if given else None
    )
    await guest.client.connect()
    assert list(sqlite_school.services.clients)

    with pytest.raises(CommandError, match="unauthenticated"):
        await guest.client.http("GET", "/api/users/me/")
    await until(lambda: not list(sqlite_school.services.clients))

    with pytest.raises(CommandError, match="closed: 4501 sign in again"):
        await guest.client.connect()


async def test_token_that_fails_otherwise_is_asked_for_again(
    sqlite_school: School,
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        if len(asked) < 3:
            raise CommandError("unavailable")
        return sqlite_school.token(olena)

    guest = Guest(sqlite_school, olena, token=token)

    assert await guest.client.connect()
    await guest.client.close()
