"""The chain of refresh tokens: once each, with a second try (contract 3.1)."""

import asyncio

import pytest

from rtserver.accounts.tokens import digest
from rtserver.errors import Unauthenticated
from store import logins
from tests.rtserver.account_school import (
    ADDRESS,
    AUTH,
    EMAIL,
    PASSWORD,
    ROOT,
    School,
    logins_of,
    verifier_of,
)


def sign_in(school):
    return school.logins.sign_in(EMAIL, PASSWORD, ADDRESS)


def sid_of(school, tokens):
    claims = verifier_of(school.clock).verify(tokens.access)
    assert claims.user_id == school.olena.id
    return claims.sid


async def test_a_refresh_token_is_spent_for_a_fresh_pair_of_the_same_login(school):
    first = await sign_in(school)
    second = await school.logins.refresh(first.refresh)

    assert second.refresh != first.refresh
    assert sid_of(school, second) == sid_of(school, first)
    assert await school.logins.refresh(second.refresh)


async def test_a_spent_token_that_comes_again_ends_the_login(school):
    first = await sign_in(school)
    second = await school.logins.refresh(first.refresh)
    school.clock.advance(10)

    assert await refused(school, first)
    assert await refused(school, second)
    sid = sid_of(school, second)
    assert await school.is_revoked(school.olena, sid)
    assert [(event.kind, event.data) for event in school.events] == [
        ("login", {"sid": sid})
    ]


async def test_a_lost_answer_may_be_asked_for_again_shortly_after(school):
    first = await sign_in(school)
    await school.logins.refresh(first.refresh)
    school.clock.advance(9)
    again = await school.logins.refresh(first.refresh)

    assert await school.logins.refresh(again.refresh)
    assert school.events == []


async def test_asking_again_does_not_prolong_the_leeway(school):
    first = await sign_in(school)
    await school.logins.refresh(first.refresh)
    school.clock.advance(6)
    await school.logins.refresh(first.refresh)
    school.clock.advance(6)

    assert await refused(school, first)


async def test_a_used_successor_ends_the_leeway(school):
    first = await sign_in(school)
    second = await school.logins.refresh(first.refresh)
    third = await school.logins.refresh(second.refresh)

    assert await refused(school, first)
    assert await refused(school, third)


async def test_a_successor_that_was_replaced_is_spent(school):
    first = await sign_in(school)
    lost = await school.logins.refresh(first.refresh)
    kept = await school.logins.refresh(first.refresh)
    school.clock.advance(10)

    assert await refused(school, lost)
    assert await refused(school, kept)


async def test_two_refreshes_at_once_leave_one_token_that_counts(school):
    first = await sign_in(school)
    attempts = [school.logins.refresh(first.refresh) for _ in range(2)]
    both = await asyncio.gather(*attempts)
    unspent = [await is_unspent(school, pair) for pair in both]

    assert sorted(unspent) == [False, True]


async def test_two_processes_leave_one_token_that_counts(school):
    process = School(school.db.url)
    await process.db.open()
    first = await sign_in(school)
    places = (school.logins, logins_of(process))
    both = await asyncio.gather(*[place.refresh(first.refresh) for place in places])
    unspent = [await is_unspent(school, pair) for pair in both]

    assert sorted(unspent) == [False, True]
    await process.db.close()


async def test_other_logins_go_on_when_one_is_ended(school):
    stolen, other = await sign_in(school), await sign_in(school)
    await school.logins.sign_out(stolen.refresh)

    assert await school.logins.refresh(other.refresh)


async def test_an_expired_refresh_token_is_refused(school):
    tokens = await sign_in(school)
    school.clock.advance(AUTH.refresh_ttl)

    assert await refused(school, tokens)
    assert school.events == []


async def test_a_new_password_ends_refreshing(school):
    tokens = await sign_in(school)
    await school.users.set_password(ROOT, school.olena.id, "battery staple")

    assert await refused(school, tokens)


async def test_the_inactive_refresh_nothing(school):
    tokens = await sign_in(school)
    await school.users.deactivate(ROOT, school.olena.id)

    assert await refused(school, tokens)


async def test_an_unknown_refresh_token_is_refused(school):
    with pytest.raises(Unauthenticated):
        await school.logins.refresh("rtr_unknown")


async def refused(school, tokens):
    try:
        await school.logins.refresh(tokens.refresh)
    except Unauthenticated:
        return True
    return False


async def is_unspent(school, tokens):
    record = await school.db.read(logins.token, digest(tokens.refresh))
    return record.spent_at is None


# Cookies, which tabs share


def by_cookie(school):
    return school.logins.sign_in(EMAIL, PASSWORD, ADDRESS, "session")


async def test_a_cookie_may_come_again_for_as_long_as_an_access_token_lives(school):
    first = await by_cookie(school)
    await school.logins.refresh(first.refresh)
    school.clock.advance(AUTH.access_ttl - 1)
    again = await school.logins.refresh(first.refresh)

    assert again.cookie == "session"
    assert await school.logins.refresh(again.refresh)


async def test_after_that_it_ends_the_login(school):
    first = await by_cookie(school)
    second = await school.logins.refresh(first.refresh)
    school.clock.advance(AUTH.access_ttl)

    assert await refused(school, first)
    assert await refused(school, second)


async def test_of_answers_that_were_lost_any_may_have_arrived(school):
    first = await by_cookie(school)
    given = [await school.logins.refresh(first.refresh) for _ in range(4)]

    # Not the newest: that one is the only one that wasn't replaced.
    newer = await school.logins.refresh(given[0].refresh)
    assert await school.logins.refresh(given[2].refresh)
    assert await school.logins.refresh(newer.refresh)


async def test_once_the_newest_is_used_all_that_it_replaced_end_the_login(school):
    first = await by_cookie(school)
    given = [await school.logins.refresh(first.refresh) for _ in range(3)]
    newest = await school.logins.refresh(given[2].refresh)

    assert await refused(school, given[0])
    assert await refused(school, newest)
