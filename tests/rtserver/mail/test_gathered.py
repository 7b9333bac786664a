"""What is read for a mail as it is sent: nothing that isn't news any more."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.chat.held import HeldMessages
from rtserver.mail import gathered
from store import lessons, members, notifications, read_marks
from tests.lesson_school import LESSON, OLENA, SOFIA, chat_of
from tests.mail_school import MailSchool, opened_mail_school


@pytest.fixture
def school(
    io_loop: AsyncIOLoop, database_url: str, tmp_path: Path
) -> Iterator[MailSchool]:
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


async def content(school: MailSchool, event: str) -> Any:
    """Read what the one mail about an event is to show."""
    [mail] = [mail for mail in await school.mails() if mail.event == event]

    def read(tx: Any) -> Any:
        return gathered.read(tx, mail, notifications.of_mail(tx, mail.id))

    return await school.db.read(read)


async def hold(school: MailSchool, *texts: str) -> HeldMessages:
    await school.school.run(lessons.set_chat, LESSON, "moderated")
    chat = chat_of(school.db, school.clock, print, notices=school.notices)
    for text in texts:
        await chat.post(SOFIA, LESSON, text, None)
    return HeldMessages(school.db, school.clock, school.notices)


def texts(found: Any) -> list[str]:
    return [one["text"] for one in found["messages"]]


async def test_messages_read_meanwhile_are_left_out(school: MailSchool) -> None:
    await school.say(OLENA, "One")
    await school.say(OLENA, "Two")
    await school.notify()
    await school.school.run(read_marks.put, LESSON, SOFIA.user_id, 10)
    assert texts(await content(school, "chat.message")) == ["Two"]

    await school.school.run(read_marks.put, LESSON, SOFIA.user_id, 11)
    assert await content(school, "chat.message") == "read"


async def test_only_so_many_are_shown_and_the_rest_is_counted(
    school: MailSchool,
) -> None:
    for number in range(gathered.SHOWN_MESSAGES + 2):
        await school.say(OLENA, str(number))
    await school.notify()

    found = await content(school, "chat.message")

    assert len(found["messages"]) == gathered.SHOWN_MESSAGES
    assert (found["messages"][0]["text"], found["more"]) == ("2", 2)


async def test_held_messages_decided_meanwhile_are_left_out(
    school: MailSchool,
) -> None:
    held = await hold(school, "One", "Two")
    ids = [json.loads(one.data)["held_id"] for one in await school.of(OLENA)]

    await held.reject(OLENA, ids[0])
    assert texts(await content(school, "chat.held")) == ["Two"]
    await held.approve(OLENA, ids[1])
    assert await content(school, "chat.held") == "decided"


async def test_who_is_a_tutor_no_longer_gets_no_mail_of_what_waits(
    school: MailSchool,
) -> None:
    await hold(school, "One")
    member = await school.db.read(members.get, LESSON, OLENA.user_id)
    assert member is not None
    await school.school.run(members.update, replace(member, role="student"))
    assert await content(school, "chat.held") == "decided"

    await school.school.run(members.delete, LESSON, OLENA.user_id)
    assert await content(school, "chat.held") == "decided"
