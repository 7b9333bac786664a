import pytest

from store import lessons, members
from store.errors import ConstraintViolated
from store.records import MemberRecord
from tests.lesson_school import ELEVEN, OLENA, PETRO, SOFIA, TARAS, TEN, opened


@pytest.fixture
def school(io_loop, database_url):
    with opened(io_loop, database_url) as school:
        for _ in range(2):
            io_loop.run_sync(lambda: add_lesson(school))
        yield school


async def add_lesson(school):
    fields = {"title": "Fractions", "starts_at": TEN, "ends_at": ELEVEN, "at": TEN}
    return await school.run(lessons.insert, **fields)


def member(lesson_id, person, *, role="student", state="accepted", chat_from=0):
    return MemberRecord(
        lesson_id, person.user_id, person.name, role, state, "draw", chat_from
    )


async def insert(school, *added):
    for one in added:
        await school.run(members.insert, one, TEN)


async def test_a_member_is_read_back_with_their_name(school):
    added = member(1, OLENA, role="tutor", state="invited", chat_from=3)

    await insert(school, added)

    assert await school.db.read(members.get, 1, OLENA.user_id) == added
    assert await school.db.read(members.get, 1, PETRO.user_id) is None
    assert await school.db.read(members.get, 2, OLENA.user_id) is None


async def test_nobody_is_in_a_lesson_twice(school):
    await insert(school, member(1, OLENA))

    with pytest.raises(ConstraintViolated):
        await insert(school, member(1, OLENA))


async def test_members_come_by_user_id(school):
    added = [member(1, SOFIA), member(1, OLENA, state="invited"), member(2, PETRO)]
    await insert(school, *added)

    sofia, olena, petro = added
    assert await school.db.read(members.of_lesson, 1) == [olena, sofia]
    assert await school.db.read(members.of_lessons, {1, 2}) == [olena, sofia, petro]
    assert await school.db.read(members.of_lessons, []) == []


async def test_only_accepted_members_take_part(school):
    await insert(
        school, member(1, SOFIA), member(1, OLENA), member(1, TARAS, state="invited")
    )

    assert await school.db.read(members.accepted_ids, 1) == [2, 4]
    assert await school.db.read(members.accepted_ids, 2) == []


async def test_a_users_lessons_name_both_positions(school):
    await insert(school, member(2, SOFIA, chat_from=5), member(1, SOFIA))
    await school.run(lessons.take_chat_seq, 2, 9)

    assert await school.db.read(members.lessons_of_user, SOFIA.user_id) == [
        (1, 0, 0),
        (2, 9, 5),
    ]


async def test_a_lesson_one_is_only_invited_to_has_no_positions(school):
    await insert(school, member(1, SOFIA, state="invited"))

    assert await school.db.read(members.lessons_of_user, SOFIA.user_id) == []


async def test_update_changes_one_member(school):
    await insert(school, member(1, SOFIA), member(2, SOFIA), member(1, OLENA))
    changed = MemberRecord(1, SOFIA.user_id, "Sofia", "tutor", "invited", "view", 4)

    await school.run(members.update, changed)

    assert await school.db.read(members.of_lessons, [1, 2]) == [
        member(1, OLENA),
        changed,
        member(2, SOFIA),
    ]


async def test_delete_removes_one_member(school):
    await insert(school, member(1, SOFIA), member(2, SOFIA), member(1, OLENA))

    await school.run(members.delete, 1, SOFIA.user_id)

    left = await school.db.read(members.of_lessons, [1, 2])
    assert left == [member(1, OLENA), member(2, SOFIA)]
