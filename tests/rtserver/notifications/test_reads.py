"""What was read, by whatever way, is told to all devices, and its mail dropped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.errors import NotFound
from store import notifications
from tests.lesson_school import LESSON, OLENA, SOFIA, chat_of
from tests.mail_school import MailSchool, opened_mail_school


@pytest.fixture
def school(
    io_loop: AsyncIOLoop, database_url: str, tmp_path: Path
) -> Iterator[MailSchool]:
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


def told(school: MailSchool) -> list[Any]:
    """Return what devices were told of reading since last time."""
    found = [
        (event.channel, event.topic, msgspec.json.decode(bytes(event.payload)))
        for event in school.events
        if getattr(event, "type", "") == "notification.read"
    ]
    school.events.clear()
    return found


def of_sofia(ids: Any, unread: int) -> Any:
    payload = {"ids": ids, "unread": unread}
    return ("notifications:user:4", "notifications:4", payload)


async def ids(school: MailSchool) -> list[int]:
    return [record.id for record in await school.of(SOFIA)]


async def test_one_is_told_once(school: MailSchool) -> None:
    for title in ("A", "B"):
        await school.tell("lesson.scheduled", SOFIA, title=title)
    one, two = await ids(school)

    for _ in range(2):
        await school.notifications.read(SOFIA, one)

    assert told(school) == [of_sofia([one], 1)]
    with pytest.raises(NotFound):
        await school.notifications.read(OLENA, two)
    assert told(school) == []


async def test_all_are_told_as_all(school: MailSchool) -> None:
    for title in ("A", "B"):
        await school.tell("lesson.scheduled", SOFIA, title=title)

    for _ in range(2):
        await school.notifications.read_all(SOFIA)

    assert told(school) == [of_sofia("all", 0)]


async def test_a_mark_of_the_chat_reads_what_was_notified_up_to_there(
    school: MailSchool,
) -> None:
    await school.tell("lesson.scheduled", SOFIA, title="A")
    for text in ("One", "Two", "Three"):
        await school.say(OLENA, text)
    await school.notify()
    made = await ids(school)
    chat = chat_of(school.db, school.clock, print)

    await chat.mark_read(SOFIA, LESSON, 11)
    assert told(school) == [of_sofia(made[1:3], 2)]
    waiting = [mail.event for mail in await school.mails("waiting")]
    assert waiting == ["lesson.scheduled", "chat.message"]

    await chat.mark_read(SOFIA, LESSON, 12)
    assert told(school) == [of_sofia(made[3:], 1)]
    [mail] = await school.mails("dropped")
    assert (mail.event, mail.detail) == ("chat.message", "read")


async def test_what_was_read_before_it_was_notified_comes_as_read(
    school: MailSchool,
) -> None:
    await school.say(OLENA, "One")
    chat = chat_of(school.db, school.clock, print)
    await chat.mark_read(SOFIA, LESSON, 10)
    await school.say(OLENA, "Two")
    await school.notify()

    one, two = await school.of(SOFIA)
    assert one.read_at is not None and two.read_at is None
    assert await school.db.read(notifications.unread, SOFIA.user_id) == 1
    assert len(await school.mails()) == 1
