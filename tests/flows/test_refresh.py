"""A new token on the open socket (contract 2.1)."""

from datetime import UTC, datetime, timedelta

import pytest

from rtserver.clock import parse_rfc3339, rfc3339
from tests.client import CommandFailed
from tests.fakes import FakeClock
from tests.tokens import forged


async def refused(socket, type, **payload):
    with pytest.raises(CommandFailed) as caught:
        await socket.call(type, **payload)
    return caught.value.code


async def test_refresh_moves_the_end_of_the_token(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock)
    user = await school.person("Olena")
    socket = await school.connect(user)

    later = await socket.call("auth.refresh", token=school.token(user, ttl=5000))
    earlier = await socket.call("auth.refresh", token=school.token(user, ttl=50))

    ends = [later["token_expires_at"], earlier["token_expires_at"]]
    assert ends == [rfc3339(clock.now() + timedelta(seconds=s)) for s in (5000, 50)]


async def test_an_earlier_end_counts_from_the_refresh_on(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock)
    user = await school.person("Olena")
    socket = await school.connect(user)

    await socket.call("auth.refresh", token=school.token(user, ttl=50))
    clock.advance(60)

    assert await socket.closed() == 4001


async def test_a_later_end_counts_from_the_refresh_on(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock)
    user, other = await school.person("Olena"), await school.person("Taras")
    socket, old = await school.connect(user), await school.connect(other)

    await socket.call("auth.refresh", token=school.token(user, ttl=5000))
    clock.advance(1000)

    assert await old.closed() == 4001
    assert await socket.call("ping")


@pytest.mark.parametrize("kind", ["another user's", "expired", "forged", "garbage"])
async def test_a_bad_refresh_changes_nothing(sqlite_school, kind):
    user, other = [await sqlite_school.person(name) for name in ("Olena", "Taras")]
    socket = await sqlite_school.chatting(user)
    tokens = {
        "another user's": sqlite_school.token(other),
        "expired": sqlite_school.token(user, ttl=-10),
        "forged": forged(sqlite_school, sub=str(user), typ="refresh"),
        "garbage": "x",
    }

    assert await refused(socket, "auth.refresh", token=tokens[kind]) == (
        "unauthenticated"
    )
    (session,) = sqlite_school.services.sessions.live
    ends = datetime.fromtimestamp(session.claims.expires_at, UTC)
    assert parse_rfc3339(socket.welcome["token_expires_at"]) == ends
    assert session.actor.user_id == user
    assert await socket.call("ping")


async def test_refresh_brings_a_new_name_along(sqlite_school):
    user = await sqlite_school.person("Olena")
    socket = await sqlite_school.connect(user)
    body = {"name": "Olena P.", "role": "tutor"}

    path = f"/api/users/{user}/"
    await sqlite_school.http("PATCH", path, await sqlite_school.admin(), body)
    await socket.call("auth.refresh", token=sqlite_school.token(user))

    (session,) = sqlite_school.services.sessions.live
    assert (session.actor.name, session.actor.role) == ("Olena P.", "tutor")


async def test_a_refresh_that_cannot_be_checked_changes_nothing(freezer, make_school):
    school = await make_school(freezer.url)
    user = await school.person("Olena")
    socket = await school.connect(user)
    (session,) = school.services.sessions.live
    claims = session.claims

    freezer.freeze(school)
    school.services.accounts.identity.forget(user)
    code = await refused(socket, "auth.refresh", token=school.token(user, ttl=50))

    assert (code, session.claims) == ("unavailable", claims)
    assert await socket.call("ping")
