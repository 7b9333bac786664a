"""What is remembered of who a token belongs to."""

import asyncio

import pytest

from rtserver.errors import Unauthenticated
from store import users
from tests.rtserver.accounts.identified import (
    build,
    change,
    counts,
    now,
    opened_school,
    person,
    token,
)


@pytest.fixture
def school(io_loop, database_url):
    """The service over an opened database with Olena, a tutor."""
    with opened_school(io_loop, database_url) as school:
        yield school


async def test_a_user_is_remembered_for_a_second(school):
    bearer = token(school)
    await counts(school, bearer)
    await change(school, is_active=False)

    school.clock.advance(0.9)
    assert await counts(school, bearer)
    school.clock.advance(0.1)
    assert not await counts(school, bearer)


async def test_what_is_forgotten_is_asked_anew(school):
    bearers = [token(school), token(school, sid="theirs")]
    for bearer in bearers:
        await counts(school, bearer)
    await change(school, is_active=False)
    school.identity.forget(school.id)

    assert [await counts(school, bearer) for bearer in bearers] == [False, False]


class Late:
    """A database whose answers come late: once they ``may``."""

    deadline = 5.0

    def __init__(self, db):
        self.db = db
        self.has_read, self.may = asyncio.Event(), asyncio.Event()
        self.reads = 0

    async def read(self, query, *args):
        self.reads += 1
        found = await self.db.read(query, *args)
        self.has_read.set()
        await self.may.wait()
        return found


async def looked_up_late(school):
    """Ask whose token it is, and return once the database has been read for it."""
    late = Late(school.db)
    identity = build(late, school.clock)
    asking = asyncio.ensure_future(identity.of_token(token(school)))
    await late.has_read.wait()
    return late, identity, asking


async def test_what_was_read_before_it_was_forgotten_does_not_count(school):
    late, identity, asking = await looked_up_late(school)
    await change(school, is_active=False)
    identity.forget(school.id)
    late.may.set()

    with pytest.raises(Unauthenticated):
        await asking


async def test_changes_of_others_do_not_keep_anybody_waiting(school):
    late, identity, asking = await looked_up_late(school)
    identity.forget(school.id + 1)
    late.may.set()

    assert (await asking).user.id == school.id
    assert late.reads == 1


async def test_an_unknown_user_is_not_remembered_as_such(school):
    newcomer = token(school, sub=str(school.id + 1))
    assert not await counts(school, newcomer)
    await school.db.write(users.add, person("taras", now(school)))

    assert await counts(school, newcomer)


async def test_the_memory_is_bounded(school):
    school.identity = build(school.db, school.clock, most_cached=2)
    bearers = [token(school, sid=f"s{number}") for number in range(3)]
    for bearer in bearers:
        await counts(school, bearer)
    await change(school, is_active=False)

    found = [await counts(school, bearer) for bearer in reversed(bearers)]
    assert found == [True, True, False]
