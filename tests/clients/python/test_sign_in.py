"""Signing in with a password by the client of our own, and staying signed in."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rtserver_client import Backoff, Client, CommandError, Login, sign_in
from tests.relay import Relay
from tests.school import School, until

EMAIL, PASSWORD = "olena@example.org", "borsch and bread"


async def olena_at(school: School) -> Login:
    await school.person("Olena", "tutor", PASSWORD)
    return await sign_in(school.app.url, EMAIL, PASSWORD)


@asynccontextmanager
async def client_of(school: School, token: Any) -> AsyncIterator[Client]:
    client = Client(school.app.url, token, backoff=Backoff(0.02, 0.1))
    try:
        yield client
    finally:
        await client.close()


async def test_signed_in_it_connects_and_refreshes(make_school: Any) -> None:
    school = await make_school(auth_access_ttl=2)
    login = await olena_at(school)
    async with client_of(school, login) as client:
        welcome = await client.connect()
        first = await login()
        while await login() == first:
            await asyncio.sleep(0.1)
        await client.command("ping")

        assert welcome["user"]["name"] == "Olena"
        assert client.closed is None


async def test_wrong_password_is_told(sqlite_school: School) -> None:
    await olena_at(sqlite_school)

    with pytest.raises(CommandError, match="unauthenticated"):
        await sign_in(sqlite_school.app.url, EMAIL, "borsch")


async def test_token_lasts_until_a_fresh_one_is_asked_for(
    sqlite_school: School,
) -> None:
    login = await olena_at(sqlite_school)

    one, same, fresh = await login(), await login(), await login(True)

    assert one == same
    assert fresh != one
    assert await login() == fresh


async def test_refresh_token_is_spent_once_however_many_ask(
    make_school: Any,
) -> None:
    school = await make_school(auth_refresh_leeway=0)
    login = await olena_at(school)
    await login()
    given = await asyncio.gather(*(login(True) for _ in range(8)))
    elsewhere: list[str | None] = []

    async def renewed() -> str | None:
        return await login(True)

    thread = threading.Thread(target=lambda: elsewhere.append(asyncio.run(renewed())))

    thread.start()
    meanwhile = await asyncio.gather(*(login(True) for _ in range(8)))
    await until(lambda: elsewhere)
    thread.join()

    assert len(set(given)) == 1
    # Had one been spent twice, the login would have ended.
    assert None not in {*given, *meanwhile, *elsewhere, await login(True)}


async def test_login_that_was_ended_closes_the_client_for_good(
    sqlite_school: School,
) -> None:
    login = await olena_at(sqlite_school)
    async with client_of(sqlite_school, login) as client:
        await client.connect()

        await login.sign_out()
        await login.sign_out()
        await until(lambda: client.closed)

        assert await login() is None
        with pytest.raises(CommandError, match="closed: 4501"):
            await client.connect()


async def test_login_that_ended_elsewhere_is_none(make_school: Any) -> None:
    school = await make_school(auth_refresh_leeway=0)
    login = await olena_at(school)
    await login()
    asked = {"email": EMAIL, "password": PASSWORD}
    other = (await school.http("POST", "/api/auth/token/", body=asked)).json
    everywhere = {"refresh": other["refresh"], "everywhere": True}
    await school.http("POST", "/api/auth/logout/", body=everywhere)

    assert await login(True) is None
    async with client_of(school, login) as client:
        with pytest.raises(CommandError, match="closed: 4501 sign in again"):
            await client.connect()


async def test_server_that_is_away_ends_no_login(sqlite_school: School) -> None:
    await sqlite_school.person("Olena", "tutor", PASSWORD)
    relay = Relay(sqlite_school.services.port)
    async with relay.there() as url:
        login = await sign_in(url, EMAIL, PASSWORD)
    await login()

    with pytest.raises(CommandError, match="disconnected"):
        await login(True)
    async with relay.there():
        assert await login(True)


@pytest.mark.parametrize("url", ["school.example", "//school.example", "file:///etc"])
async def test_address_that_is_none_is_told_before_the_password_is_sent(
    url: str,
) -> None:
    with pytest.raises(ValueError, match="url: expected an address"):
        await sign_in(url, EMAIL, PASSWORD)
