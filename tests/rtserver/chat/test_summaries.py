"""Summaries beside lessons: for their members, and for nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import UNSET
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.chat.summaries import Summaries
from rtserver.lessons.service import Lessons
from rtserver.views import SummaryView
from tests.fakes import NoNotices
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    PLATFORM,
    SOFIA,
    TARAS,
    chat_of,
    opened_with_lesson,
)


@pytest.fixture
def school(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Any]:
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


async def shown(school: Any, actor: Any) -> Any:
    """Return the summary that somebody gets beside the lesson."""
    lesson = await Lessons(school.db, school.clock, NoNotices()).get(actor, LESSON)
    [lesson] = await Summaries(school.db, lambda id: [id, 7]).add(actor, [lesson])
    return lesson.summary


async def test_a_member_sees_what_is_new_to_them_and_who_is_there(school: Any) -> None:
    chat = chat_of(school.db, school.clock, print)
    posted = await chat.post(OLENA, LESSON, "Hello", None)

    theirs, own = await shown(school, SOFIA), await shown(school, OLENA)

    assert theirs == SummaryView(1, 10, 0, posted.message, [LESSON, 7], 0)
    assert (own.unread, own.last_message) == (0, posted.message)


@pytest.mark.parametrize("actor", [TARAS, ADMIN, PLATFORM])
async def test_who_takes_no_part_gets_none(school: Any, actor: Any) -> None:
    assert await shown(school, actor) is UNSET
