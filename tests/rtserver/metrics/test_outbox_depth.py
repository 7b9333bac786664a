"""How many mails wait, and for how long: right, cheap, and without a database too."""

import asyncio

import pytest

from rtserver.metrics.outbox_depth import OutboxDepth
from store import outbox, outbox_leases
from store.errors import StoreUnavailable
from tests.fakes import FakeClock
from tests.lesson_school import SOFIA, TARAS
from tests.mail_school import HOLD, opened_mail_school
from tests.patience import PATIENCE


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


class Counted:
    """A database that counts what it is asked, and may fail or hang."""

    def __init__(self, answer=None):
        self.asked = 0
        self.answer = answer

    async def read(self, query, now):
        self.asked += 1
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_mails_are_counted_by_state(school):
    depth = OutboxDepth(school.db, school.clock)
    for person in (SOFIA, TARAS):
        await school.tell("lesson.scheduled", person)
    await depth.refresh()
    held = depth.waiting()
    school.clock.advance(HOLD + 7)
    await depth.refresh()

    none = dict.fromkeys(("held", "later", "due", "sending", "dead"), 0)
    assert held == {**none, "held": 2}
    assert depth.waiting() == {**none, "due": 2}
    assert depth.oldest_due() == 7


async def test_a_mail_that_is_sent_or_gave_up_is_no_longer_due(school):
    await school.tell("lesson.scheduled", SOFIA)
    school.clock.advance(HOLD)
    now = school.clock.now()
    lease = {"node": "n", "now": now, "until": now}
    mail = await school.school.run(outbox_leases.take, **lease)
    sending = await school.db.read(outbox.depth, now)
    end = {"state": "dead", "at": now, "detail": "550"}
    await school.school.run(outbox_leases.end, mail.id, node="n", **end)
    dead = await school.db.read(outbox.depth, now)

    assert (sending.counts["sending"], sending.oldest_due) == (1, None)
    assert (dead.counts["dead"], dead.counts["due"]) == (1, 0)


async def test_scrapes_soon_after_one_another_ask_once():
    clock, database = FakeClock(), Counted(outbox.Depth({"due": 1}, None))
    depth = OutboxDepth(database, clock)

    await asyncio.gather(depth.refresh(), depth.refresh())
    clock.advance(4)
    await depth.refresh()
    first = database.asked
    clock.advance(2)
    await depth.refresh()

    assert (first, database.asked) == (1, 2)


async def test_what_was_known_is_told_for_a_minute_and_then_nothing():
    clock, database = FakeClock(), Counted(outbox.Depth({"due": 1}, None))
    depth = OutboxDepth(database, clock)
    await depth.refresh()
    database.answer = StoreUnavailable()
    clock.advance(59)
    await depth.refresh()
    soon = depth.waiting(), depth.oldest_due()
    clock.advance(2)
    await depth.refresh()

    assert soon == ({"due": 1}, 0)
    assert (depth.waiting(), depth.oldest_due()) == ({}, None)


async def test_a_hanging_database_is_asked_once_and_not_waited_for():
    database = Counted()
    depth = OutboxDepth(database, FakeClock())
    async with asyncio.timeout(PATIENCE):
        await depth.refresh()
        await depth.refresh()

    assert (database.asked, depth.waiting()) == (1, {})
    await depth.close()


async def test_a_mistake_of_our_own_leaves_the_other_figures_alone(caplog):
    depth = OutboxDepth(Counted(ValueError("what Olena wrote")), FakeClock())
    await depth.refresh()

    assert depth.waiting() == {}
    assert "unexpected ValueError" in caplog.text and "Olena" not in caplog.text
