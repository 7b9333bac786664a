"""Connections whose token has expired (contract 2.1)."""

import gc
import weakref

from tests.fakes import FakeClock
from tests.school import until


async def test_a_connection_ends_within_seconds_of_its_token_and_the_leeway(
    sqlite_school,
):
    user = await sqlite_school.person("Olena")

    # It ended 3 s ago, and the leeway is 5 s.
    socket = await sqlite_school.open(sqlite_school.token(user, ttl=-3))

    await socket.next("welcome")
    assert await socket.closed() == 4001


async def test_a_connection_is_not_ended_before_its_leeway_is_over(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock)
    user = await school.person("Olena")
    socket = await school.open(school.token(user, ttl=60))
    await socket.next("welcome")

    clock.advance(64.9)
    school.services.sessions.revalidation.close_expired()
    assert await socket.quiet() == []
    clock.advance(0.1)
    school.services.sessions.revalidation.close_expired()

    assert await socket.closed() == 4001


async def test_who_has_left_is_not_remembered_until_their_token_ends(sqlite_school):
    user = await sqlite_school.person("Olena")
    socket = await sqlite_school.connect(user)
    (session,) = sqlite_school.services.sessions.live
    # Its socket, which it alone holds: compiled, it has no weak references itself.
    gone = weakref.ref(session.connection._sock)
    del session

    await socket.close()
    await until(lambda: not sqlite_school.services.clients)
    gc.collect()

    assert gone() is None
