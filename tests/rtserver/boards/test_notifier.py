import asyncio

import pytest

from rtserver import tasks
from rtserver.access.actor import Actor
from rtserver.boards.notifier import BoardNotifier
from rtserver.delivery.channels import board_channel, board_stream
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication
from rtserver.delivery.session import Sessions
from store.errors import StoreUnavailable
from store.models import Member
from tests.lesson_school import LESSON, OLENA, SOFIA, TARAS
from tests.mail_school import opened_mail_school
from tests.patience import PATIENCE
from tests.rtserver.delivery_fakes import signed_in


@pytest.fixture
def school(io_loop, sqlite_url, tmp_path):
    with opened_mail_school(io_loop, sqlite_url, tmp_path) as school:
        yield school


class Failing:
    """A database that fails once, when it is read."""

    def __init__(self, db):
        self.write, self._read = db.write, db.read
        self.failed = False

    async def read(self, *query):
        if self.failed:
            return await self._read(*query)
        self.failed = True
        raise StoreUnavailable("down")


class Far(dict):
    """The subscriptions of somebody who isn't on the board, nobody's business."""

    def __contains__(self, channel):
        raise AssertionError("looked at for a board that they don't hold")


class Ear:
    """A connection, as far as its session goes."""

    def __init__(self, id):
        self.id = id


def present(sessions, user_id, subscriptions):
    ear = Ear(f"c_{user_id}")
    session = signed_in(ear, Actor(user_id, "Somebody", "student"))
    session.subscriptions = subscriptions
    sessions.add(session)
    return ear


def seen(tx):
    rows = tx.rows(
        Member.select(Member.user).where(Member.board_seen_at.is_null(False))
    )
    return [row["user"] for row in rows]


def drawn(school, author):
    return Publication(
        type="board.patch",
        payload=b'{"elements":[],"user_id":%d}' % author.user_id,
        ts=school.clock.now(),
        channel=board_channel(LESSON),
        stream=board_stream(LESSON),
        seq=1,
    )


async def test_a_change_is_told_of_once_the_database_is_back(school):
    sessions = Sessions(Hub(), per_user=1)
    boards = BoardNotifier(
        *(Failing(school.db), school.clock, school.notices, sessions),
        interval=3600,
        alone=lambda: True,
    )
    running = asyncio.create_task(boards.run())
    boards.published(drawn(school, OLENA))

    async with asyncio.timeout(PATIENCE):
        while not (told := await school.of(SOFIA)):
            await asyncio.sleep(0.05)
    await tasks.cancel(running)

    assert [record.event for record in told] == ["board.activity"]
    assert await school.of(OLENA) == []


async def test_who_is_on_a_board_is_noted_without_a_look_at_the_others(school):
    hub, channel = Hub(), board_channel(LESSON)
    sessions = Sessions(hub, per_user=1)
    for user_id in range(100, 110):
        present(sessions, user_id, Far())
    for person, held in ((SOFIA, {channel: None}), (TARAS, {})):
        hub.start_buffering(channel, present(sessions, person.user_id, held))
    boards = BoardNotifier(
        *(school.db, school.clock, school.notices, sessions),
        interval=3600,
        alone=lambda: False,
    )

    boards.delivered(drawn(school, OLENA))
    await boards.note_seen()

    assert await school.db.read(seen) == [SOFIA.user_id]
