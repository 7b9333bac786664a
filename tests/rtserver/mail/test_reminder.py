"""The mail of a reminder, and when it needn't go any more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.mail.composer import Composer, Content, Unwanted
from rtserver.mail.reminder import no_later
from rtserver.mail.transport import FolderTransport, SendingFailed
from store import lessons, members, outbox, users
from store.records import MailRecord
from tests.lesson_school import ELEVEN, LESSON, NOON, SOFIA, TEN
from tests.mail_school import MailSchool, opened_mail_school
from tests.patience import PATIENCE

MINUTE = timedelta(minutes=1)
Change = Callable[[MailSchool], Awaitable[Any]]


@pytest.fixture
def school(
    io_loop: AsyncIOLoop, migrated_sqlite_url: str, tmp_path: Path
) -> Iterator[MailSchool]:
    with opened_mail_school(io_loop, migrated_sqlite_url, tmp_path) as school:
        yield school


async def read(school: MailSchool) -> tuple[Composer, Content | Unwanted]:
    """Read what the one mail is about, now."""
    composer = Composer(
        *(school.templates, school.links),
        sender="School <no-reply@school.example>",
        base_url=lambda: "https://school.example",
    )
    mail, now = await school.mail(), school.clock.now()
    return composer, await school.db.read(composer.read, mail, now)


async def moved(school: MailSchool) -> None:
    times = {"title": "Fractions", "starts_at": ELEVEN, "ends_at": NOON}
    await school.school.run(lessons.update, LESSON, **times)


async def cancelled(school: MailSchool) -> None:
    await school.school.run(lessons.cancel, LESSON)


async def removed(school: MailSchool) -> None:
    await school.school.run(members.delete, LESSON, SOFIA.user_id)


async def begun(school: MailSchool) -> None:
    school.clock.advance((TEN - school.clock.now()).total_seconds())


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (moved, "rescheduled"),
        (cancelled, "cancelled"),
        (removed, "removed"),
        (begun, "begun"),
    ],
)
async def test_a_reminder_that_comes_too_late_is_not_sent(
    school: MailSchool, meanwhile: Change, why: str
) -> None:
    await school.tell("lesson.reminder", SOFIA, lesson_id=LESSON, before=900)
    await meanwhile(school)

    _, found = await read(school)

    assert found == Unwanted(why)


async def test_a_reminder_goes_until_the_lesson_begins(school: MailSchool) -> None:
    await school.tell("lesson.reminder", SOFIA, lesson_id=LESSON, before=900)
    await begun(school)
    school.clock.set_back(timedelta(microseconds=1))

    _, found = await read(school)

    assert isinstance(found, Content)


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "your lesson begins soon"), ("uk", "Незабаром почнеться ваш урок")],
)
async def test_the_time_is_that_of_the_recipient_after_the_clocks_have_changed(
    school: MailSchool, locale: str, words: str
) -> None:
    # In Kyiv it is nine o'clock the day before, and ten when the lesson begins.
    start = datetime(2027, 3, 28, 7, tzinfo=UTC)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    await school.school.run(lessons.update, LESSON, title="Roots", **times)
    home = {"locale": locale, "timezone": "Europe/Kyiv"}
    await school.school.run(users.update, SOFIA.user_id, home)
    await school.tell("lesson.reminder", SOFIA, lesson_id=LESSON, before=86_400)

    composer, found = await read(school)

    assert isinstance(found, Content)
    text = composer.templates.render(composer.letter(found))
    assert words in text.text and words in text.html
    for page in (text.text, text.html):
        assert "Roots" in page and "10:00–11:00" in page and "Europe/Kyiv" in page
        assert f"https://school.example/lessons/{LESSON}" in page
    assert text.subject.endswith(", 10:00") and "Roots" in text.subject


@pytest.mark.parametrize(
    ("event", "again", "due"),
    [
        ("lesson.reminder", TEN - MINUTE, TEN - MINUTE),
        ("lesson.reminder", TEN + timedelta(hours=2), TEN),
        ("lesson.rescheduled", TEN + timedelta(hours=2), TEN + timedelta(hours=2)),
    ],
)
async def test_a_reminder_is_tried_again_until_the_lesson_begins(
    school: MailSchool, event: str, again: datetime, due: datetime
) -> None:
    await school.tell(event, SOFIA, lesson_id=LESSON)

    assert no_later(await school.mail(), again, TEN - 5 * MINUTE) == due


async def test_a_reminder_that_failed_ends_as_the_lesson_begins(
    school: MailSchool,
) -> None:
    school.clock.advance((TEN - 5 * MINUTE - school.clock.now()).total_seconds())
    await school.tell("lesson.reminder", SOFIA, lesson_id=LESSON, before=900)
    await school.school.run(outbox.release_held, {SOFIA.user_id})
    async with school.working(transport=Refusing()) as worker:
        for attempts, wait in ((1, MINUTE), (2, 4 * MINUTE)):
            async with asyncio.timeout(PATIENCE):
                while tried(await school.mail()) != (attempts, "waiting"):
                    await asyncio.sleep(0.01)
            # The third try would be five minutes later.
            school.clock.advance(wait.total_seconds())
            worker.wake()
        [mail] = await school.until("dropped")

    assert mail.detail == "begun"


def tried(mail: MailRecord) -> tuple[int, str]:
    return mail.attempts, mail.state


class Refusing(FolderTransport):
    """A mail server that takes nothing for the time being."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"))

    async def send(self, mail: Any, name: str, begin: Any) -> str:
        raise SendingFailed("451 later")
