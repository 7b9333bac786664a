from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from rtserver.access.actor import Actor
from rtserver.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound
from rtserver.lessons.requests import Invitation, LessonBody, LessonPatch
from rtserver.lessons.service import LessonFilter, Lessons
from tests.fakes import NoNotices
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    GONE,
    NOON,
    OLENA,
    PETRO,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    TEN,
    ask,
    body,
    opened,
    shown,
)

EVERYTHING = LessonFilter()


@pytest.fixture
def school(io_loop, database_url):
    with opened(io_loop, database_url) as school:
        yield school


@pytest.fixture
def lessons(school):
    return Lessons(school.db, school.clock, NoNotices())


# Making


async def test_a_tutor_who_makes_a_lesson_is_its_accepted_tutor(school, lessons):
    made = await lessons.create(OLENA, body())

    assert made.members == [shown(OLENA, "tutor")]
    assert made.status == "scheduled"
    assert await lessons.get(OLENA, made.id) == made
    assert school.told() == [
        (
            "joined",
            OLENA.user_id,
            {"name": "Olena", "role": "tutor", "by": 2, "seq": 0, "recipients": (2,)},
        )
    ]


@pytest.mark.parametrize("actor", [ADMIN, PLATFORM, Actor(None, "cli", "admin")])
async def test_an_admin_who_makes_a_lesson_is_not_in_it(school, lessons, actor):
    made = await lessons.create(actor, body())

    assert made.members == []
    assert school.told() == []


async def test_a_student_makes_no_lesson(lessons):
    with pytest.raises(Forbidden):
        await lessons.create(SOFIA, body())


async def test_whom_a_tutor_lists_is_invited(school, lessons):
    by_email = Invitation(email=" SOFIA@example.org", role="student", state="invited")
    made = await lessons.create(OLENA, body(by_email, ask(PETRO, "tutor")))

    assert made.members[1:] == [
        shown(PETRO, "tutor", "invited"),
        shown(SOFIA, "student", "invited"),
    ]
    assert [user_id for _, user_id, _ in school.told()] == [OLENA.user_id]


async def test_a_tutor_cannot_accept_for_others(lessons):
    with pytest.raises(Forbidden, match="state"):
        await lessons.create(OLENA, body(ask(SOFIA, state="accepted")))


@pytest.mark.parametrize("actor", [ADMIN, PLATFORM])
async def test_a_manager_may_accept_for_others(school, lessons, actor):
    tutor = ask(OLENA, "tutor", state="accepted")
    student = ask(SOFIA, state="accepted", board="view")
    made = await lessons.create(actor, body(tutor, student, ask(TARAS)))

    assert made.members == [
        shown(OLENA, "tutor"),
        shown(SOFIA, board="view"),
        shown(TARAS, state="invited"),
    ]
    told = school.told()
    assert [(kind, user_id) for kind, user_id, _ in told] == [
        ("joined", OLENA.user_id),
        ("joined", SOFIA.user_id),
    ]
    assert [data["recipients"] for *_, data in told] == [(2,), (2, 4)]
    assert {data["by"] for *_, data in told} == {actor.user_id}


async def test_a_tutor_may_list_themselves_as_what_they_are(lessons):
    made = await lessons.create(OLENA, body(ask(OLENA, "tutor")))

    assert made.members == [shown(OLENA, "tutor")]


async def test_a_tutor_who_makes_a_lesson_is_not_its_student(lessons):
    with pytest.raises(Conflict):
        await lessons.create(OLENA, body(ask(OLENA, "student")))


NOBODY = [
    (Invitation(user_id=99, role="student"), "members[1].user_id"),
    (Invitation(email="nobody@example.org", role="student"), "members[1].email"),
    (Invitation(email="no address \0", role="student"), "members[1].email"),
    (Invitation(user_id=GONE, role="student"), "members[1].user_id"),
    (Invitation(role="student"), "members[1].user_id"),
    (
        Invitation(user_id=5, email="taras@example.org", role="student"),
        "members[1].email",
    ),
    (Invitation(email="sofia@example.org", role="tutor"), "members[1].email"),
]


@pytest.mark.parametrize(("wrong", "path"), NOBODY)
async def test_a_list_of_members_names_the_wrong_one(school, lessons, wrong, path):
    with pytest.raises(Invalid) as failure:
        await lessons.create(OLENA, body(ask(SOFIA), wrong))

    assert [fault.path for fault in failure.value.faults] == [path]
    assert (await lessons.list(ADMIN, EVERYTHING)).results == []
    assert school.told() == []


# Fields


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "one\ntwo"}, "title"),
        ({"ends_at": TEN}, "ends_at"),
        ({"starts_at": NOON}, "ends_at"),
        ({"starts_at": datetime(1969, 12, 31, tzinfo=UTC)}, "starts_at"),
        (
            {
                "ends_at": datetime(
                    9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(1) / 2)
                )
            },
            "ends_at",
        ),
    ],
)
async def test_a_wrong_field_is_named(lessons, fields, path):
    made = await lessons.create(OLENA, body())
    for attempt in (
        lambda: lessons.create(OLENA, body(**fields)),
        lambda: lessons.put(ADMIN, 50, body(**fields)),
        lambda: lessons.put(ADMIN, made.id, body(**fields)),
        lambda: lessons.patch(OLENA, made.id, LessonPatch(**fields)),
    ):
        with pytest.raises(Invalid) as failure:
            await attempt()
        assert failure.value.faults[0].path == path
    assert await lessons.get(OLENA, made.id) == made


async def test_titles_are_trimmed_and_times_put_into_utc(lessons):
    kyiv = timezone(timedelta(hours=2))
    start = datetime(2026, 12, 1, 12, 0, 0, 123456, tzinfo=kyiv)

    made = await lessons.create(OLENA, body(title="  Дроби ", starts_at=start))

    assert made.title == "Дроби"
    assert made.starts_at == TEN.replace(microsecond=123456)
    assert b'"starts_at":"2026-12-01T10:00:00.123456Z"' in msgspec.json.encode(made)


@pytest.mark.parametrize(
    "text",
    [
        b'{"title":"a","starts_at":"2026-12-01T10:00:00","ends_at":"2026-12-02T10:00:00Z"}',
        b'{"title":"a","starts_at":1,"ends_at":"2026-12-02T10:00:00Z"}',
        b'{"title":"a","starts_at":"2026-12-01T10:00:00Z"}',
        b'{"title":"a","starts_at":"2026-12-01T10:00:00Z",'
        b'"ends_at":"2026-12-02T10:00:00Z","status":"cancelled"}',
    ],
)
def test_a_body_that_is_no_lesson_is_refused(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=LessonBody)


# Reading


async def test_members_and_managers_read_a_lesson_and_strangers_find_none(lessons):
    made = await lessons.create(OLENA, body(ask(SOFIA)))

    for actor in (OLENA, SOFIA, ADMIN, PLATFORM):
        assert await lessons.get(actor, made.id) == made
    for actor, lesson_id in ((STRANGER, made.id), (STRANGER, 99), (ADMIN, 99)):
        with pytest.raises(NotFound):
            await lessons.get(actor, lesson_id)


async def test_lists_hold_ones_own_and_for_managers_all(lessons):
    first = await lessons.create(OLENA, body(ask(SOFIA)))
    second = await lessons.create(PETRO, body())

    for actor, found in (
        (OLENA, [first]),
        (SOFIA, [first]),
        (STRANGER, []),
        (ADMIN, [first, second]),
        (PLATFORM, [first, second]),
    ):
        assert (await lessons.list(actor, EVERYTHING)).results == found


async def test_pages_follow_each_other_while_lessons_are_added(lessons):
    starts = [TEN + timedelta(minutes=minute) for minute in (20, 0, 10, 10)]
    made = [await lessons.create(OLENA, body(starts_at=start)) for start in starts]

    page = await lessons.list(OLENA, EVERYTHING, limit=2)
    assert [lesson.id for lesson in page.results] == [made[1].id, made[2].id]
    await lessons.create(OLENA, body())
    page = await lessons.list(OLENA, EVERYTHING, cursor=page.next, limit=2)
    assert [lesson.id for lesson in page.results] == [made[3].id, made[0].id]
    assert page.next is None


async def test_a_list_keeps_to_the_time_asked_for(lessons):
    morning = await lessons.create(OLENA, body())
    await lessons.create(OLENA, body(starts_at=ELEVEN, ends_at=NOON))

    page = await lessons.list(OLENA, LessonFilter(TEN, ELEVEN))

    assert page.results == [morning]


async def test_a_forged_cursor_is_refused(lessons):
    with pytest.raises(BadRequest):
        await lessons.list(OLENA, EVERYTHING, cursor="bGVzc29uczox")
