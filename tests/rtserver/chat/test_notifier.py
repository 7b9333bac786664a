import asyncio
import json
import threading

import pytest

from rtserver import tasks
from rtserver.chat import notifier
from rtserver.delivery.publication import to_users
from rtserver.notifications.held import Span
from store import lessons, members, notifications, outbox
from store.errors import StoreUnavailable
from tests.lesson_school import LESSON, NOON, OLENA, PETRO, SOFIA, TARAS, another
from tests.mail_school import Connection, opened_mail_school
from tests.patience import PATIENCE


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


async def test_each_message_is_told_to_the_others_once_and_in_order(school):
    for text in ("One", "Two"):
        await school.say(OLENA, text)
    await school.notify()
    await school.say(OLENA, "Three")
    await school.notify()

    told = [json.loads(record.data)["message_id"] for record in await school.of(SOFIA)]
    assert told == [1, 2, 3]
    assert await school.of(OLENA) == []


async def test_invited_people_are_not_told(school):
    await school.say(OLENA, "One")
    await school.notify()

    assert await school.of(TARAS) == []


async def test_who_joins_later_is_not_told_of_what_was_before(school):
    await school.say(OLENA, "One")
    member = await school.db.read(members.get, LESSON, SOFIA.user_id)
    await school.school.run(members.insert, _joined(member, PETRO), school.clock.now())
    await school.say(OLENA, "Two")
    await school.notify()

    assert [json.loads(one.data)["message_id"] for one in await school.of(PETRO)] == [2]


def _joined(member, person):
    from dataclasses import replace

    return replace(member, user_id=person.user_id, chat_from=10)


async def test_edits_and_deletions_tell_nobody(school):
    await school.say(OLENA, "One")
    await school.say(OLENA, "Two")
    await school.erase(1)
    await school.notify()
    await school.erase(2)
    await school.notify()

    assert [json.loads(one.data)["message_id"] for one in await school.of(SOFIA)] == [2]


async def test_event_of_another_stream_wakes_nobody_whatever_its_name(school):
    event = to_users("chat.message.new", {}, NOON, [7], stream="notifications:7", seq=1)

    school.chat.published(event)

    assert school.chat._waiting == {}


async def test_a_backlog_is_worked_off_whatever_its_length(school):
    count = notifier.MAX_NOTICES + 50
    for number in range(count):
        await school.say(OLENA, str(number))

    await school.notify()

    told = [json.loads(one.data)["seq"] for one in await school.of(SOFIA)]
    assert len(told) == count and told == sorted(set(told))


async def test_a_new_process_finds_what_another_left_behind(school):
    await school.say(OLENA, "One")
    assert await school.db.read(lessons.unnotified, 10) == [LESSON]

    await school.notify()

    assert await school.db.read(lessons.unnotified, 10) == []


class Hiccup:
    """A database that can't be read for a moment, once a lesson is to be told of."""

    def __init__(self, db):
        self._db, self.write = db, db.write
        self.failures = 1

    async def read(self, query, *args):
        if query is members.of_lessons and self.failures:
            self.failures -= 1
            raise StoreUnavailable("down")
        return await self._db.read(query, *args)


async def test_a_database_that_fails_for_a_moment_puts_off_no_more_than_that(school):
    await school.say(OLENA, "One")
    following = notifier.ChatNotifier(Hiccup(school.db), school.clock, school.notices)
    running = asyncio.create_task(following.run())

    async with asyncio.timeout(notifier.SWEEP_SECONDS / 2):
        while await school.db.read(lessons.unnotified, 1):
            await asyncio.sleep(0.01)

    await tasks.cancel(running)


class Gathering:
    """Another process that adds a message to a mail that waits, when let go."""

    def __init__(self):
        self.has_seen, self.go_on = threading.Event(), threading.Event()

    def __call__(self, tx, message_id):
        about = (SOFIA.user_id, LESSON)
        mail_id = outbox.waiting_about(tx, "chat.message", [about])[about]
        seqs = notifications.take_seqs(tx, {SOFIA.user_id: 1})
        self.has_seen.set()
        self.go_on.wait(PATIENCE)
        row = {
            "user": SOFIA.user_id,
            "seq": seqs[SOFIA.user_id],
            "event": "chat.message",
            "data": json.dumps({"message_id": message_id}),
            "created_at": NOON,
            "mail": mail_id,
        }
        notifications.insert_many(tx, [row])


@pytest.fixture
def elsewhere(io_loop, postgres_url):
    with another(io_loop, postgres_url) as database:
        yield database


@pytest.fixture
def postgres_school(io_loop, postgres_url, tmp_path):
    with opened_mail_school(io_loop, postgres_url, tmp_path) as school:
        yield school


async def gathering(school, elsewhere):
    """Have a second message join the mail about the first, a moment from now."""
    await school.say(OLENA, "One")
    await school.notify()
    await school.say(OLENA, "Two")
    there = Gathering()
    writing = elsewhere.write(there, 2, lessons=[LESSON], users=[SOFIA.user_id])
    writing = asyncio.create_task(writing)
    await asyncio.to_thread(there.has_seen.wait, 10)
    return there, writing


async def test_a_mail_that_is_sent_holds_what_another_process_just_added(
    postgres_school, elsewhere
):
    school = postgres_school
    there, writing = await gathering(school, elsewhere)
    school.clock.advance(121)

    async with school.working():
        await school.until("leased")
        asyncio.get_running_loop().call_later(0.2, there.go_on.set)
        await writing
        await school.until("sent")

    (file,) = (school.folder / "outbox").glob("*.eml")
    assert "Two" in file.read_text()


async def read(school, notification):
    await school.notifications.read(SOFIA, notification.id)


async def arrive(school, notification):
    """Have a notification arrive over a socket, and wait until that is known."""
    mail, seq = await school.mail(), notification.seq
    running = asyncio.create_task(school.held.run())
    school.held.queued(Connection(school.clock), Span(SOFIA.user_id, seq, seq))
    async with asyncio.timeout(PATIENCE):
        while notification in await school.db.read(notifications.of_mail, mail.id):
            await asyncio.sleep(0.01)
    await tasks.cancel(running)


@pytest.mark.parametrize("take_note", [read, arrive])
async def test_a_mail_to_which_another_process_just_added_is_not_dropped(
    postgres_school, elsewhere, take_note
):
    school = postgres_school
    there, writing = await gathering(school, elsewhere)
    (first,) = await school.of(SOFIA)

    asyncio.get_running_loop().call_later(0.2, there.go_on.set)
    await asyncio.gather(take_note(school, first), writing)

    assert (await school.mail()).state == "waiting"
