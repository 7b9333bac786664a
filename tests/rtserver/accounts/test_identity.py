"""Who a token or an Api-Key belongs to, and for how long (contract 2.1)."""

import asyncio
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rtserver.access.actor import Actor
from rtserver.accounts.api_keys import ApiKeys
from rtserver.accounts.identity import Identity
from rtserver.accounts.keys import KeySet
from rtserver.accounts.tokens import Claims, TokenVerifier
from rtserver.errors import TokenExpired, Unauthenticated
from rtserver.settings.model import AuthSettings
from store import users
from store.database import Database
from store.errors import StoreUnavailable
from tests.rtserver.accounts.identified import (
    begin_login,
    build,
    change,
    counts,
    end_login,
    issued,
    now,
    opened_school,
    person,
    token,
)
from tests.rtserver.accounts.key_files import pem
from tests.tokens import SIGNATURE


@pytest.fixture
def school(io_loop, database_url):
    """The service over an opened database with Olena, a tutor."""
    with opened_school(io_loop, database_url) as school:
        yield school


# Requests


async def test_a_bearer_token_tells_who_asks(school):
    actor = await school.identity.of_request(f"Bearer {token(school)}")

    assert actor == Actor(school.id, "Olena", "tutor")


async def test_an_api_key_tells_who_asks_until_it_is_revoked(school):
    keys = ApiKeys(school.db, school.clock)
    record, key = await keys.add("portal")

    assert await school.identity.of_request(f"api-key  {key}") == Actor(
        None, "portal", "api_key", record.id
    )
    await keys.revoke(record.id)
    with pytest.raises(Unauthenticated):
        await school.identity.of_request(f"Api-Key {key}")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Api-Key", "Basic b2xlbmE6eA==", "Bearer x.y.z"]
)
async def test_anything_else_is_nobody(school, header):
    with pytest.raises(Unauthenticated):
        await school.identity.of_request(header)


async def test_an_api_key_is_no_token(school):
    _, key = await ApiKeys(school.db, school.clock).add("portal")

    assert not await counts(school, key)


# Tokens


async def test_a_token_gives_the_user_and_what_it_says(school):
    found = await school.identity.of_token(token(school, sid="theirs"))

    assert (found.user.id, found.user.name) == (school.id, "Olena")
    assert found.claims.sid == "theirs"


async def test_a_merely_expired_token_is_told_apart(school):
    with pytest.raises(TokenExpired):
        await school.identity.of_token(token(school, ttl=-60))


async def test_an_expired_token_of_an_inactive_user_isnt_merely_expired(school):
    await change(school, is_active=False)

    with pytest.raises(Unauthenticated) as caught:
        await school.identity.of_token(token(school, ttl=-60))

    assert not isinstance(caught.value, TokenExpired)


async def test_an_unknown_user_is_nobody(school):
    assert not await counts(school, token(school, sub="999"))


async def test_an_inactive_user_is_nobody(school):
    await change(school, is_active=False)

    assert not await counts(school, token(school))


async def test_a_token_of_a_revoked_login_ends(school):
    await begin_login(school, "s1")
    await begin_login(school, "s2")
    await end_login(school, "s1")

    assert not await counts(school, token(school, sid="s1"))
    assert await counts(school, token(school, sid="s2"))


async def test_a_token_of_somebody_elses_login_is_refused(school):
    other = await school.db.write(users.add, person("taras", now(school)))
    await begin_login(school, "s1", other.id)

    assert not await counts(school, token(school, sid="s1"))


@pytest.mark.parametrize("sid", [{}, {"sid": "a platform's own"}])
async def test_foreign_tokens_from_before_a_revocation_end(school, sid):
    school.clock.advance(0.9)
    await change(school, revoked_at=now(school))
    school.clock.advance(5)

    assert not await counts(school, token(school, **sid, **issued(school, -6)))
    assert not await counts(school, token(school, **sid, **issued(school, -5)))
    assert await counts(school, token(school, **sid, **issued(school, -4)))


async def test_a_login_of_after_a_revocation_counts_in_the_same_second(school):
    await change(school, revoked_at=now(school))
    await begin_login(school, "s1")

    assert await counts(school, token(school, sid="s1", **issued(school)))


async def test_a_platforms_token_that_hides_its_age_is_left_to_the_platform(school):
    await change(school, revoked_at=now(school))

    assert await counts(school, token(school, ttl=60))
    await change(school, is_active=False)
    school.identity.forget(school.id)
    assert not await counts(school, token(school, ttl=60))


async def test_a_database_that_fails_is_no_refusal(school, tmp_path):
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    failing = build(empty, school.clock)

    with pytest.raises(StoreUnavailable):
        await failing.of_token(token(school))
    await empty.close()


# All connections at once


async def test_a_key_that_goes_while_the_user_is_looked_up_lets_nobody_in(
    school, tmp_path
):
    """Else they came just after all who are here had been checked."""
    old, new = (Ed25519PrivateKey.generate() for _ in range(2))
    file = tmp_path / "key.pem"
    file.write_bytes(pem(old))
    keys = KeySet(AuthSettings(algorithms=("EdDSA",), public_key_file=file), "")
    verifier = TokenVerifier(
        keys, issuer="", audience="", max_ttl=9e9, clock=school.clock
    )
    identity = Identity(school.db, verifier, school.clock)
    sent = jwt.encode({"sub": school.id, "exp": 2_000_000_000}, old, algorithm="EdDSA")

    asked = asyncio.create_task(identity.of_token(sent))
    await asyncio.sleep(0)
    file.write_bytes(pem(new))
    keys.reload()

    with pytest.raises(Unauthenticated):
        await asked


def claims(user_id, sid=None, issued_at=None):
    return Claims(user_id, 2_000_000_000, issued_at, sid, None, SIGNATURE)


async def test_many_tokens_are_checked_at_once(school):
    other = await school.db.write(users.add, person("taras", now(school)))
    await begin_login(school, "s1")
    await begin_login(school, "s2")
    await end_login(school, "s1")
    good = [claims(school.id), claims(school.id, "s2"), claims(other.id, "own")]
    bad = [claims(school.id, "s1"), claims(other.id, "s2"), claims(999)]

    assert (await school.identity.still_valid(good + bad)).keys() == set(good)


async def test_revalidation_knows_the_age_of_foreign_tokens(school):
    moment = now(school)
    await change(school, revoked_at=moment - timedelta(seconds=10))
    at = int(moment.timestamp())
    young, old = claims(school.id, None, at), claims(school.id, None, at - 10)

    assert (await school.identity.still_valid([young, old])).keys() == {young}


async def test_revalidation_remembers_nothing(school):
    held = [claims(school.id)]
    assert (await school.identity.still_valid(held)).keys() == set(held)
    await change(school, is_active=False)

    assert await school.identity.still_valid(held) == {}
