"""A row of the outbox becomes a mail, unless nobody needs it any more."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.mail.composer import Composer, Content, Unwanted
from store import preferences, users
from tests.lesson_school import OLENA, SOFIA
from tests.mail_school import MailSchool, opened_mail_school


@pytest.fixture
def school(
    io_loop: AsyncIOLoop, migrated_sqlite_url: str, tmp_path: Path
) -> Iterator[MailSchool]:
    with opened_mail_school(io_loop, migrated_sqlite_url, tmp_path) as school:
        yield school


def composer(school: MailSchool, sender: str = "School <a@школа.example>") -> Composer:
    return Composer(
        *(school.templates, school.links),
        sender=sender,
        base_url=lambda: "https://school.example",
    )


async def read(school: MailSchool) -> Content | Unwanted:
    """Read what the one mail is about."""
    mail = await school.mail()
    found: Content | Unwanted = await school.db.read(
        composer(school).read, mail, school.clock.now()
    )
    return found


async def message(school: MailSchool) -> Any:
    """Write the one mail, and parse it."""
    content = await read(school)
    assert isinstance(content, Content)
    mail = composer(school).write(content, school.clock.now())
    return message_from_bytes(mail.raw, policy=policy.default)


async def deactivated(school: MailSchool) -> None:
    await school.school.run(users.update, SOFIA.user_id, {"is_active": False})


async def switched_off(school: MailSchool) -> None:
    off = {"lesson.scheduled": False}
    await school.school.run(preferences.put, SOFIA.user_id, off)


async def was_read(school: MailSchool) -> None:
    [notification] = await school.of(SOFIA)
    await school.notifications.read(SOFIA, notification.id)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [(deactivated, "inactive"), (switched_off, "switched_off"), (was_read, "read")],
)
async def test_a_mail_that_nobody_needs_any_more_says_why(
    school: MailSchool, meanwhile: Any, why: str
) -> None:
    await school.tell("lesson.scheduled", SOFIA)
    mail = await school.mail()

    await meanwhile(school)

    assert await school.db.read(
        composer(school).read, mail, school.clock.now()
    ) == Unwanted(why)


async def test_a_doubled_mail_can_be_recognized(school: MailSchool) -> None:
    await school.tell("lesson.scheduled", SOFIA)

    first = await message(school)
    school.clock.advance(60)
    second = await message(school)

    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].isascii() and first["Date"] != second["Date"]


@pytest.mark.parametrize(
    ("event", "method"),
    [
        ("lesson.scheduled", "REQUEST"),
        ("lesson.cancelled", "CANCEL"),
        ("tutor.accept", None),
        ("board.activity", None),
    ],
)
async def test_what_changes_a_calendar_brings_a_sheet_of_it(
    school: MailSchool, event: str, method: str | None
) -> None:
    by = {"id": OLENA.user_id, "name": OLENA.name}
    await school.tell(event, SOFIA, by=by, tutor=by)

    parts = [
        part
        for part in (await message(school)).walk()
        if "calendar" in part.get_content_type()
    ]

    methods = {part.get_param("method") for part in parts if part.get_param("method")}
    assert methods == ({method} if method else set())


async def test_a_chat_mail_holds_what_is_still_news(
    school: MailSchool,
) -> None:
    await school.say(OLENA, "Hello")
    await school.notify()
    content = await read(school)
    assert isinstance(content, Content)
    assert [one["text"] for one in content.more["messages"]] == ["Hello"]

    await school.erase(1)

    assert await read(school) == Unwanted("read")


async def test_templates_see_a_link_that_only_this_person_can_use(
    school: MailSchool,
) -> None:
    await school.tell("lesson.scheduled", SOFIA)
    content = await read(school)
    assert isinstance(content, Content)

    letter = composer(school).letter(content)

    assert letter.user["id"] == SOFIA.user_id and "password" not in letter.user
    signed = letter.unsubscribe_url.rpartition("/")[2]
    assert school.links.read(signed) == (SOFIA.user_id, "lesson.scheduled")
