import asyncio

import msgspec
import pytest

from rtserver.errors import Conflict
from rtserver.lessons.members import Members
from rtserver.lessons.requests import MemberPatch
from store import access_changes
from store import members as member_rows
from tests.fakes import NoNotices
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    PETRO,
    PLATFORM,
    SOFIA,
    TARAS,
    another,
    ask,
    body,
)


@pytest.fixture
def other_process(io_loop, database_url, school):
    """The same database, as another process has it."""
    with another(io_loop, database_url) as database:
        yield database


# The last tutor


@pytest.mark.parametrize("actor", [OLENA, ADMIN, PLATFORM])
async def test_the_last_tutor_is_neither_removed_nor_demoted(school, members, actor):
    await members.invite(OLENA, LESSON, ask(PETRO, "tutor"))

    with pytest.raises(Conflict, match="tutor"):
        await members.remove(actor, LESSON, OLENA.user_id)
    with pytest.raises(Conflict, match="tutor"):
        await members.change(actor, LESSON, 2, MemberPatch(role="student"))
    assert school.told() == []


async def test_the_last_tutor_is_not_uninvited(members):
    with pytest.raises(Conflict, match="tutor"):
        await members.change(ADMIN, LESSON, 2, MemberPatch(state="invited"))


async def test_a_lesson_that_nobody_tutors_has_no_tutor_to_keep(lessons, members):
    lesson = await lessons.create(ADMIN, body(ask(OLENA, "tutor"), ask(SOFIA)))

    await members.remove(ADMIN, lesson.id, OLENA.user_id)
    await members.change(ADMIN, lesson.id, SOFIA.user_id, MemberPatch(board="view"))


@pytest.mark.parametrize("attempt", range(5))
async def test_two_processes_that_remove_a_tutor_each_leave_one(
    school, members, other_process, attempt
):
    await members.invite(ADMIN, LESSON, ask(PETRO, "tutor", state="accepted"))

    outcomes = await asyncio.gather(
        members.remove(ADMIN, LESSON, OLENA.user_id),
        Members(other_process, school.clock, NoNotices()).remove(
            ADMIN, LESSON, PETRO.user_id
        ),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
    left = await school.db.read(member_rows.of_lesson, LESSON)
    assert [member.role for member in left].count("tutor") == 1


# A cancelled lesson


async def test_the_members_of_a_cancelled_lesson_stay_as_they_are(lessons, members):
    await lessons.cancel(OLENA, LESSON)
    before = await lessons.get(OLENA, LESSON)

    for attempt in (
        lambda: members.invite(ADMIN, LESSON, ask(PETRO)),
        lambda: members.change(OLENA, LESSON, 4, MemberPatch(board="view")),
        lambda: members.remove(OLENA, LESSON, SOFIA.user_id),
        lambda: members.accept(TARAS, LESSON),
        lambda: members.accept(SOFIA, LESSON),
        lambda: members.decline(TARAS, LESSON),
    ):
        with pytest.raises(Conflict, match="cancelled"):
            await attempt()
    assert await lessons.get(TARAS, LESSON) == before


# What every process follows


async def test_announcements_are_kept_as_they_are_sent(school, members):
    head = await school.db.read(access_changes.head)
    await members.accept(TARAS, LESSON)
    await members.change(OLENA, LESSON, SOFIA.user_id, MemberPatch(board="view"))

    kept = await school.db.read(access_changes.since, head, 10)

    assert [change.seq for change in kept] == [head + n for n in range(1, 5)]
    assert [change.kind for change in kept] == ["joined", "lesson", "board", "lesson"]
    sent = [(event.seq, event.kind, event.lesson_id) for event in school.events]
    assert [(one.seq, one.kind, one.lesson_id) for one in kept] == sent
    assert kept[0].data == msgspec.json.decode(
        msgspec.json.encode(school.events[0].data)
    )
