"""Who may know whether somebody is online."""

from collections.abc import Iterator
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.access.actor import Actor
from rtserver.presence.visibility import Visibility
from tests.lesson_school import (
    ADMIN,
    OLENA,
    PEOPLE,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    opened_with_lesson,
)

ALL = {person.user_id for person in PEOPLE}
CLASS = {OLENA.user_id, SOFIA.user_id}


@pytest.fixture
def school(io_loop: AsyncIOLoop, database_url: str) -> Iterator[Any]:
    """A lesson of Olena and Sofia, to which Taras is invited."""
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (OLENA, CLASS),
        (SOFIA, CLASS),
        (TARAS, {TARAS.user_id}),
        (STRANGER, {STRANGER.user_id}),
        (ADMIN, ALL),
        (PLATFORM, ALL),
    ],
)
async def test_people_see_whom_they_share_a_lesson_with(
    school: Any, actor: Actor, seen: set[int]
) -> None:
    visibility = Visibility(school.db, everyone=False)

    assert await visibility.visible(actor, ALL) == seen
    assert visibility.sees_all(actor) is (seen == ALL)


async def test_where_everyone_sees_everyone_no_lesson_is_needed(school: Any) -> None:
    visibility = Visibility(school.db, everyone=True)

    assert await visibility.visible(STRANGER, ALL) == ALL


async def test_seeing_is_mutual(school: Any) -> None:
    visibility = Visibility(school.db, everyone=False)

    audiences = await visibility.audiences(ALL)

    for user_id in ALL:
        seen = await visibility.seen_by(user_id)
        assert seen == {other for other in ALL if user_id in audiences[other]}
        assert user_id in seen
