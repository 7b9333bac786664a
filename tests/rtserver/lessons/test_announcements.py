"""Every change of a lesson or its members is announced to its room, once."""

import asyncio
from contextlib import closing

import psycopg2
import pytest
from peewee import RawQuery

from rtserver.lessons.announcements import announce_lesson
from rtserver.lessons.requests import LessonPatch, MemberPatch, MembersPatch
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    LESSON,
    NOON,
    OLENA,
    PETRO,
    SOFIA,
    TARAS,
    TEN,
    ask,
    bare,
    body,
    opened_with_lesson,
)
from tests.patience import PATIENCE

CHANGES = {
    "title": lambda lessons, members: lessons.patch(
        OLENA, LESSON, LessonPatch(title="Roots")
    ),
    "times": lambda lessons, members: lessons.patch(
        OLENA, LESSON, LessonPatch(starts_at=ELEVEN, ends_at=NOON)
    ),
    "chat": lambda lessons, members: lessons.patch(
        OLENA, LESSON, LessonPatch(chat="tutors")
    ),
    "cancelled": lambda lessons, members: lessons.cancel(OLENA, LESSON),
    "put": lambda lessons, members: lessons.put(
        ADMIN, LESSON, body(ask(OLENA, "tutor"), title="Roots")
    ),
    "invited": lambda lessons, members: members.invite(OLENA, LESSON, ask(PETRO)),
    "accepted": lambda lessons, members: members.accept(TARAS, LESSON),
    "declined": lambda lessons, members: members.decline(TARAS, LESSON),
    "removed": lambda lessons, members: members.remove(OLENA, LESSON, SOFIA.user_id),
    "role": lambda lessons, members: members.change(
        OLENA, LESSON, SOFIA.user_id, MemberPatch(role="tutor")
    ),
    "board": lambda lessons, members: members.change(
        OLENA, LESSON, SOFIA.user_id, MemberPatch(board="view")
    ),
    "boards": lambda lessons, members: members.set_board(
        OLENA, LESSON, MembersPatch(board="view")
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_each_change_is_announced_once_as_the_lesson_is_then(
    school, lessons, members, change
):
    await change(lessons, members)

    [told] = school.lessons_told()
    read = await lessons.get(ADMIN, LESSON)
    assert told["title"] == read.title
    assert told["chat"] == read.chat
    assert (told["status"], told["id"]) == (read.status, LESSON)
    assert told["starts_at"] == read.starts_at.isoformat().replace("+00:00", "Z")
    assert [one["user_id"] for one in told["members"]] == [
        one.user_id for one in read.members
    ]
    assert [(one["role"], one["state"], one["board"]) for one in told["members"]] == [
        (one.role, one.state, one.board) for one in read.members
    ]


async def test_what_changes_nothing_is_not_announced(school, lessons, members):
    await lessons.patch(OLENA, LESSON, LessonPatch(title="Fractions"))
    await lessons.put(ADMIN, LESSON, bare())
    await members.invite(OLENA, LESSON, ask(SOFIA))
    await members.accept(SOFIA, LESSON)
    await members.set_board(OLENA, LESSON, MembersPatch(board="draw"))
    await lessons.cancel(OLENA, LESSON)
    await lessons.cancel(OLENA, LESSON)

    assert len(school.lessons_told()) == 1


async def test_a_new_lesson_has_nobody_to_be_told(school, lessons):
    await lessons.put(ADMIN, 9, body(ask(OLENA, "tutor")))

    assert school.lessons_told() == []


@pytest.fixture
def postgres_school(io_loop, migrated_postgres_url):
    with opened_with_lesson(io_loop, migrated_postgres_url) as school:
        yield school


async def test_a_name_that_another_process_is_changing_is_waited_for(postgres_school):
    school = postgres_school
    with closing(psycopg2.connect(school.db.url)) as other:
        with other.cursor() as cursor:
            cursor.execute("UPDATE users SET name = 'Sophia' WHERE name = 'Sofia'")
            cursor.execute("UPDATE counters SET value = value WHERE name = 'access'")
        announced = asyncio.create_task(school.run(announce_lesson, LESSON, TEN))
        await until_it_waits(school.db)
        other.commit()
        await announced

    assert "Sophia" in str(school.lessons_told())


async def until_it_waits(db):
    """Wait until a transaction waits for a lock of another one's."""
    waiting = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(PATIENCE):
        while not (await db.read(lambda tx: tx.rows(RawQuery(waiting))))[0]["n"]:
            await asyncio.sleep(0.01)
