from dataclasses import replace
from datetime import timedelta

import pytest

from store import lessons, members
from store.errors import ConstraintViolated
from store.records import LessonRecord
from tests.lesson_school import ELEVEN, NOON, OLENA, TEN, opened
from tests.store.test_members import member

FIELDS = {"title": "Fractions", "starts_at": TEN, "ends_at": ELEVEN, "at": TEN}


@pytest.fixture
def school(io_loop, database_url):
    with opened(io_loop, database_url) as school:
        yield school


async def page(school, **wanted):
    """Read a page, everything on it unless said otherwise; give the ids."""
    plain = {"user_id": None, "since": None, "until": None, "after": None, "limit": 50}
    found = await school.db.read(lambda tx: lessons.page(tx, **(plain | wanted)))
    return [lesson.id for lesson in found]


async def test_a_lesson_is_read_back_as_it_was_stored(school):
    odd = FIELDS | {"starts_at": TEN + timedelta(microseconds=1)}

    lesson = await school.run(lessons.insert, **odd)

    expected = LessonRecord(
        1, "Fractions", odd["starts_at"], ELEVEN, "scheduled", chat_seq=0, board_seq=0
    )
    assert lesson == expected
    assert await school.db.read(lessons.get, 1) == expected


async def test_a_lesson_that_is_not_there_reads_as_none(school):
    assert await school.db.read(lessons.get, 99) is None


async def test_by_ids_gives_those_that_exist(school):
    await school.run(lessons.insert, **FIELDS)

    found = await school.db.read(lessons.by_ids, {1, 99})

    assert [lesson.id for lesson in found] == [1]


@pytest.mark.parametrize("chosen", [1, 2, 40])
async def test_ids_go_on_behind_a_chosen_one(school, chosen):
    await school.run(lessons.insert_with_id, chosen, **FIELDS)

    assert (await school.run(lessons.insert, **FIELDS)).id == chosen + 1
    assert (await school.run(lessons.insert, **FIELDS)).id == chosen + 2


async def test_a_lower_chosen_id_never_takes_the_next_ones_back(school):
    await school.run(lessons.insert_with_id, 40, **FIELDS)
    await school.run(lessons.insert_with_id, 7, **FIELDS)

    assert (await school.run(lessons.insert, **FIELDS)).id == 41


async def test_the_largest_id_leaves_the_next_ones_countable(school):
    await school.run(lessons.insert_with_id, 2**53 - 1, **FIELDS)

    assert (await school.run(lessons.insert, **FIELDS)).id == 1


async def test_a_chosen_id_is_taken_once(school):
    await school.run(lessons.insert_with_id, 7, **FIELDS)

    with pytest.raises(ConstraintViolated):
        await school.run(lessons.insert_with_id, 7, **FIELDS)


async def test_update_and_cancel_change_that_lesson_alone(school):
    first = await school.run(lessons.insert, **FIELDS)
    second = await school.run(lessons.insert, **FIELDS)

    await school.run(
        lessons.update, second.id, title="Roots", starts_at=ELEVEN, ends_at=NOON
    )
    await school.run(lessons.cancel, second.id)

    assert await school.db.read(lessons.get, first.id) == first
    assert await school.db.read(lessons.get, second.id) == replace(
        second,
        title="Roots",
        starts_at=ELEVEN,
        ends_at=NOON,
        status="cancelled",
        sequence=2,
    )


async def test_chat_seqs_are_taken_without_holes(school):
    await school.run(lessons.insert, **FIELDS)

    taken = [await school.run(lessons.take_chat_seq, 1, count) for count in (1, 3, 1)]

    assert taken == [1, 4, 5]
    assert (await school.db.read(lessons.get, 1)).chat_seq == 5


async def test_pages_go_by_start_then_id_and_continue_behind_the_last(school):
    for start in (NOON, TEN, ELEVEN, TEN):
        await school.run(lessons.insert, **FIELDS | {"starts_at": start})
    ten = int(TEN.timestamp()) * 1_000_000

    assert await page(school) == [2, 4, 3, 1]
    assert await page(school, limit=2) == [2, 4]
    assert await page(school, after=(ten, 2)) == [4, 3, 1]
    assert await page(school, after=(ten, 4), limit=1) == [3]


async def test_a_page_holds_one_users_lessons_whether_invited_or_accepted(school):
    for _ in range(3):
        await school.run(lessons.insert, **FIELDS)
    await school.run(members.insert, member(1, OLENA, state="invited"), TEN)
    await school.run(members.insert, member(3, OLENA, state="accepted"), TEN)

    assert await page(school, user_id=OLENA.user_id) == [1, 3]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (TEN, ELEVEN, [1]),
        (ELEVEN, NOON, [2]),
        (TEN, NOON, [1, 2]),
        (TEN.replace(minute=59), ELEVEN.replace(minute=1), [1, 2]),
        (NOON, None, []),
        (None, TEN, []),
    ],
)
async def test_filters_find_what_overlaps(school, since, until, found):
    await school.run(lessons.insert, **FIELDS)
    later = FIELDS | {"starts_at": ELEVEN, "ends_at": NOON}
    await school.run(lessons.insert, **later)

    assert await page(school, since=since, until=until) == found
