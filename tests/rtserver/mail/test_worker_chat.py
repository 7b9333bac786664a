"""Mails about chat messages."""

import json

import pytest

from store import (
    members,
    read_marks,
)
from tests.lesson_school import LESSON, OLENA, SOFIA
from tests.mail_school import opened_mail_school
from tests.mail_server import MailServer


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


async def test_a_chat_mail_has_no_calendar(school, server):
    await say(school, "Hello")
    school.clock.advance(121)

    async with school.working(server):
        await school.until("sent")

    assert server.taken[0].calendar is None


async def say(school, *texts, author=OLENA):
    """Say something in the lesson, and have people notified of it."""
    for text in texts:
        await school.say(author, text)
    await school.notify()


async def test_chat_mails_gather_into_one(school, server):
    await say(school, "One", "Two")
    school.clock.advance(60)
    await say(school, "Three")
    school.clock.advance(61)

    async with school.working(server):
        await school.until("sent")

    (taken,) = server.taken
    for text in ("One", "Two", "Three"):
        assert text in taken.text and text in taken.html


async def test_what_was_deleted_is_not_mailed(school, server):
    await say(school, "Secret", "Open")
    await school.erase(1)
    school.clock.advance(121)

    async with school.working(server):
        await school.until("sent")

    assert b"Secret" not in server.taken[0].raw
    assert server.taken[0].text.count("Olena, ") == 1
    assert "Open" in server.taken[0].text


async def test_what_was_read_in_the_chat_is_not_mailed(school, server):
    await say(school, "One")
    await school.school.run(read_marks.put, LESSON, SOFIA.user_id, 99)
    school.clock.advance(121)

    async with school.working(server):
        (mail,) = await school.until("dropped")

    assert mail.detail == "read" and server.taken == []


async def test_who_has_left_the_lesson_gets_no_chat_mail(school, server):
    await say(school, "One")
    await school.school.run(members.delete, LESSON, SOFIA.user_id)
    school.clock.advance(121)

    async with school.working(server):
        await school.until("dropped")

    assert server.taken == []


async def test_a_long_chat_shows_its_end_and_counts_the_rest(school, server):
    await say(school, *[f"message {number}" for number in range(25)])
    school.clock.advance(121)

    async with school.working(server):
        await school.until("sent")

    text = server.taken[0].text
    assert "message 24" in text and "message 5\n" in text and "message 4\n" not in text
    assert "5 more" in text


async def test_notifications_of_chat_hold_no_text(school):
    await say(school, "Secret")

    (record,) = await school.of(SOFIA)
    assert "Secret" not in record.data
    assert json.loads(record.data)["author"] == {"id": 2, "name": "Olena"}
