import asyncio

import pytest

from rtserver import tasks
from rtserver.notifications.held import Span
from tests.lesson_school import SOFIA, TARAS
from tests.mail_school import Connection, opened_mail_school
from tests.patience import PATIENCE
from tests.school import until


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        running = io_loop.asyncio_loop.create_task(school.held.run())
        yield school
        io_loop.run_sync(lambda: tasks.cancel(running))


async def settled(school, check):
    async with asyncio.timeout(PATIENCE):
        while not check(await school.mail()):
            await asyncio.sleep(0.01)


async def test_the_mail_of_somebody_away_is_due_at_once(school):
    await school.tell("lesson.scheduled", SOFIA)
    school.held.noticed({SOFIA.user_id})

    await settled(school, lambda mail: not mail.held)

    assert (await school.mail()).due_at == school.clock.now()


async def test_a_chat_mail_of_somebody_away_still_waits_its_delay(school):
    await school.tell("chat.message", SOFIA, message_id=1)
    school.held.noticed({SOFIA.user_id})

    await settled(school, lambda mail: not mail.held)

    mail = await school.mail()
    assert (mail.due_at - school.clock.now()).total_seconds() == 120


async def two_turns(school):
    """Wait until all that was known so far has been seen to, twice."""
    for _ in range(3):  # the first turn may have begun before
        before = school.presence.asked
        school.held.noticed({TARAS.user_id})
        await until(lambda before=before: school.presence.asked > before)


@pytest.mark.parametrize("here", [{SOFIA.user_id}, None])
async def test_mails_stay_held_for_who_is_here_or_may_be(school, here):
    school.presence.here = here
    await school.tell("lesson.scheduled", SOFIA)
    school.held.noticed({SOFIA.user_id})

    await two_turns(school)

    assert (await school.mail()).held


async def test_a_mail_is_dropped_once_the_client_showed_life_after_the_flush(school):
    await school.tell("lesson.scheduled", SOFIA)

    school.held.queued(Connection(school.clock), Span(SOFIA.user_id, 1, 1))

    await settled(school, lambda mail: mail.state == "dropped")
    assert (await school.mail()).detail == "arrived"


@pytest.mark.parametrize("dead", [{"flushes": False}, {"answers": False}])
async def test_a_half_open_connection_drops_no_mail(school, dead):
    await school.tell("lesson.scheduled", SOFIA)

    school.held.queued(Connection(school.clock, **dead), Span(SOFIA.user_id, 1, 1))
    await two_turns(school)

    assert (await school.mail()).state == "waiting"


async def test_many_frames_of_one_connection_take_one_ping(school):
    connection = Connection(school.clock)
    for _ in range(3):
        await school.tell("lesson.scheduled", SOFIA)

    for seq in range(1, 4):
        school.held.queued(connection, Span(SOFIA.user_id, seq, seq))

    async with asyncio.timeout(PATIENCE):
        while await school.mails("waiting"):
            await asyncio.sleep(0.01)
    assert connection.pings <= 2


async def test_only_the_notifications_that_arrived_are_dropped(school):
    await school.tell("lesson.scheduled", SOFIA, TARAS)
    await school.tell("lesson.scheduled", SOFIA)

    school.held.queued(Connection(school.clock), Span(SOFIA.user_id, 1, 1))

    dropped = await school.until("dropped")
    assert [mail.user_id for mail in dropped] == [SOFIA.user_id]
    assert len(await school.mails("waiting")) == 2


async def test_a_gathered_mail_goes_unless_all_of_it_arrived(school):
    for number in range(2):
        await school.tell("chat.message", SOFIA, message_id=number)

    school.held.queued(Connection(school.clock), Span(SOFIA.user_id, 2, 2))
    await two_turns(school)
    waiting = (await school.mail()).state
    school.held.queued(Connection(school.clock), Span(SOFIA.user_id, 1, 1))

    assert waiting == "waiting"
    await settled(school, lambda mail: mail.state == "dropped")
