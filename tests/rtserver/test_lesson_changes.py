import asyncio
from contextlib import closing

import msgspec
import psycopg2
import pytest

from rtserver.errors import Conflict, Forbidden, Invalid, NotFound
from rtserver.lessons.requests import LessonPatch
from rtserver.lessons.service import Lessons
from store import lessons as rows
from store import users
from tests.fakes import NoNotices
from tests.lesson_school import (
    ADMIN,
    NOON,
    OLENA,
    PETRO,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    TEN,
    ask,
    bare,
    body,
    opened,
    shown,
)


@pytest.fixture
def school(io_loop, database_url):
    with opened(io_loop, database_url) as school:
        yield school


@pytest.fixture
def lessons(school):
    return Lessons(school.db, school.clock, NoNotices())


# Changing


@pytest.mark.parametrize("actor", [OLENA, ADMIN, PLATFORM])
async def test_tutors_and_managers_change_a_lesson(lessons, actor):
    made = await lessons.create(OLENA, body())

    changed = await lessons.patch(
        actor, made.id, LessonPatch(starts_at=TEN.replace(minute=5))
    )

    assert changed == msgspec.structs.replace(made, starts_at=TEN.replace(minute=5))
    assert await lessons.get(OLENA, made.id) == changed


async def test_others_change_and_cancel_no_lesson(lessons):
    made = await lessons.create(OLENA, body(ask(SOFIA), ask(PETRO, "tutor")))

    for actor, error in ((SOFIA, Forbidden), (PETRO, Forbidden), (STRANGER, NotFound)):
        with pytest.raises(error):
            await lessons.patch(actor, made.id, LessonPatch(title="Mine"))
        with pytest.raises(error):
            await lessons.cancel(actor, made.id)
    assert await lessons.get(OLENA, made.id) == made


async def test_a_patch_checks_its_time_against_the_other_that_is_stored(lessons):
    made = await lessons.create(OLENA, body())

    with pytest.raises(Invalid, match="ends_at"):
        await lessons.patch(OLENA, made.id, LessonPatch(starts_at=NOON))


# Cancelling


async def test_a_cancelled_lesson_stays_as_it_is(lessons):
    made = await lessons.create(OLENA, body(ask(SOFIA)))
    await lessons.cancel(OLENA, made.id)
    await lessons.cancel(OLENA, made.id)

    for attempt in (
        lambda: lessons.patch(OLENA, made.id, LessonPatch(title="Roots")),
        lambda: lessons.patch(ADMIN, made.id, LessonPatch()),
        lambda: lessons.put(ADMIN, made.id, bare(title="Roots")),
        lambda: lessons.put(ADMIN, made.id, body(ask(OLENA, "tutor"))),
        lambda: lessons.put(ADMIN, made.id, body(ask(OLENA, "tutor"), ask(TARAS))),
    ):
        with pytest.raises(Conflict):
            await attempt()
    expected = msgspec.structs.replace(made, status="cancelled")
    assert await lessons.get(SOFIA, made.id) == expected


async def test_a_student_is_forbidden_to_cancel_what_is_cancelled(lessons):
    made = await lessons.create(OLENA, body(ask(SOFIA)))
    await lessons.cancel(OLENA, made.id)

    with pytest.raises(Forbidden):
        await lessons.cancel(SOFIA, made.id)


async def test_a_platform_may_repeat_what_a_cancelled_lesson_is(lessons):
    lesson, _ = await lessons.put(PLATFORM, 7, body(ask(SOFIA)))
    await lessons.cancel(PLATFORM, 7)

    again, is_new = await lessons.put(PLATFORM, 7, body(ask(SOFIA)))

    assert (again.status, is_new) == ("cancelled", False)
    assert again.members == lesson.members


# A platform's own lessons


def is_somebody_blocked(tx):
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    return tx.engine.execute_sql(waiting).fetchone() is not None


async def test_put_makes_a_lesson_with_its_id_and_then_changes_it(lessons):
    made, is_new = await lessons.put(PLATFORM, 70, body(ask(SOFIA)))
    assert (made.id, made.title, is_new) == (70, "Fractions", True)

    changed, is_new = await lessons.put(PLATFORM, 70, bare(title="Roots"))

    assert (changed.title, is_new) == ("Roots", False)
    assert changed.members == made.members
    assert (await lessons.create(OLENA, body())).id == 71


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_put_changes_a_lesson_that_another_process_is_just_making(
    school, lessons, database_url
):
    with closing(psycopg2.connect(database_url)) as other, other.cursor() as cursor:
        cursor.execute("INSERT INTO lessons VALUES (7, '', 0, 1, 'scheduled', 0, 0)")
        change = asyncio.ensure_future(lessons.put(PLATFORM, 7, bare()))
        while not await school.db.read(is_somebody_blocked):
            assert not change.done()
        other.commit()

    lesson, is_new = await change
    assert (lesson.title, is_new) == ("Fractions", False)


@pytest.mark.parametrize("actor", [OLENA, SOFIA])
async def test_put_is_for_managers(lessons, actor):
    made = await lessons.create(OLENA, body())

    with pytest.raises(Forbidden):
        await lessons.put(actor, made.id, bare())


async def test_put_replaces_the_members_and_keeps_the_state_of_those_who_stay(
    school, lessons
):
    tutor = ask(OLENA, "tutor", state="accepted")
    student = ask(SOFIA, state="accepted", board="view")
    await lessons.put(ADMIN, 7, body(tutor, student, ask(TARAS)))
    await school.run(rows.take_chat_seq, 7, 5)
    school.told()

    lesson, _ = await lessons.put(
        ADMIN, 7, body(ask(OLENA, "tutor"), ask(TARAS, state="accepted"), ask(PETRO))
    )

    assert lesson.members == [
        shown(OLENA, "tutor"),
        shown(PETRO, state="invited"),
        shown(TARAS),
    ]
    left = {"name": "Sofia", "role": "student", "by": 1, "seq": 5, "recipients": (2, 4)}
    joined = left | {"name": "Taras", "recipients": (2, 5)}
    assert school.told() == [("left", 4, left), ("joined", 5, joined)]


async def test_put_keeps_somebody_whose_account_is_deactivated(school, lessons):
    await lessons.put(ADMIN, 7, body(ask(SOFIA)))
    await school.run(users.update, SOFIA.user_id, {"is_active": False})

    lesson, _ = await lessons.put(ADMIN, 7, body(ask(SOFIA), ask(TARAS)))

    assert len(lesson.members) == 2


@pytest.mark.parametrize(
    "people",
    [
        [],
        [ask(SOFIA)],
        [ask(OLENA, "student")],
        [ask(OLENA, "tutor", state="invited")],
        [ask(PETRO, "tutor")],
    ],
)
async def test_put_leaves_a_lesson_its_tutor(school, lessons, people):
    made = await lessons.create(OLENA, body())
    school.told()

    with pytest.raises(Conflict, match="tutor"):
        await lessons.put(ADMIN, made.id, body(*people))

    assert await lessons.get(OLENA, made.id) == made
    assert school.told() == []


async def test_put_may_exchange_the_tutor(lessons):
    made = await lessons.create(OLENA, body())

    lesson, _ = await lessons.put(
        ADMIN, made.id, body(ask(PETRO, "tutor", state="accepted"))
    )

    assert lesson.members == [shown(PETRO, "tutor")]


async def test_put_may_empty_a_lesson_that_nobody_tutors_yet(lessons):
    await lessons.put(ADMIN, 7, body(ask(OLENA, "tutor"), ask(SOFIA)))

    lesson, _ = await lessons.put(ADMIN, 7, body())

    assert lesson.members == []


# What students may say


async def test_the_mode_of_the_chat_is_set_kept_and_changed(lessons):
    made, _ = await lessons.put(PLATFORM, 7, body(chat="moderated"))
    kept, _ = await lessons.put(PLATFORM, 7, body(title="Roots"))
    changed, _ = await lessons.put(PLATFORM, 7, body(title="Sums", chat="tutors"))

    assert [one.chat for one in (made, kept, changed)] == [
        *("moderated", "moderated", "tutors")
    ]
    assert (changed.title, (await lessons.create(OLENA, body())).chat) == (
        *("Sums", "open"),
    )


async def test_a_cancelled_lessons_chat_stays_as_it_is(lessons):
    made = await lessons.create(OLENA, body())
    await lessons.cancel(OLENA, made.id)

    with pytest.raises(Conflict):
        await lessons.patch(OLENA, made.id, LessonPatch(chat="tutors"))
